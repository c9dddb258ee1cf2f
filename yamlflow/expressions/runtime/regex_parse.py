"""RE2's regular expressions, as Go has them, to a tree."""

import unicodedata
from typing import NamedTuple

from yamlflow.expressions.errors import EvaluationError

MAX_REPEAT = 1000
_MAX_NESTING = 100
_SIMPLE = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_DIGIT = ((48, 57),)
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_BLANK = ((9, 10), (12, 13), (32, 32))
_PERL = {"d": _DIGIT, "w": _WORD, "s": _BLANK}
_POSIX = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": _DIGIT,
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": _WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
Ranges = tuple[tuple[int, int], ...]


class Letters(NamedTuple):
    """A set of characters: `ranges` and Unicode `categories` (a second True takes all others), or all but these."""

    ranges: Ranges
    categories: tuple[tuple[str, bool], ...] = ()
    excluded: tuple[Ranges, ...] = ()
    negated: bool = False
    folded: bool = False

    def has(self, character: str) -> bool:
        """Whether a character is in the set."""
        if self._plain(character):
            return not self.negated
        found = self.folded and any(self._plain(other) for other in variants(character))
        return found != self.negated

    def _plain(self, character: str) -> bool:
        code = ord(character)
        if any(low <= code <= high for low, high in self.ranges):
            return True
        if any(not any(low <= code <= high for low, high in ranges) for ranges in self.excluded):
            return True
        return any(unicodedata.category(character).startswith(name) != other for name, other in self.categories)


_ODD = {"k": "\u212a", "K": "\u212a", "s": "\u017f", "S": "\u017f", "\u212a": "kK", "\u017f": "sS"}


def variants(character: str) -> set[str]:
    """Return the characters that are the same when case does not count."""
    found = {character, character.lower(), character.upper(), *_ODD.get(character, "")}
    return {one for one in found if len(one) == 1}


class Node(NamedTuple):
    """A node: `set` of letters, `cat`, `alt`, `repeat` (low, high or -1, lazy), `group` (low: number), `assert`."""

    kind: str
    items: tuple["Node", ...] = ()
    letters: Letters | None = None
    low: int = 0
    high: int = 0
    lazy: bool = False
    name: str = ""


class Parsed(NamedTuple):
    """A pattern, the number of its groups, and their names."""

    node: Node
    groups: int
    names: dict[str, int]


class _Flags(NamedTuple):
    fold: bool = False
    multiline: bool = False
    dot_all: bool = False
    ungreedy: bool = False


def parse_pattern(text: str) -> Parsed:
    """Parse a pattern; EvaluationError says what RE2 refuses."""
    parser = _Parser(text)
    node = parser.alternation(_Flags(), 0)[0]
    if parser.at < len(text):
        raise parser.bad("unexpected )", text)
    return Parsed(node, parser.groups, parser.names)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.names: dict[str, int] = {}

    def bad(self, what: str, part: str = "") -> EvaluationError:
        return EvaluationError(f"error parsing regexp: {what}: `{part or self.text}`")

    def sees(self, part: str) -> bool:
        return self.text.startswith(part, self.at)

    def take(self, part: str) -> bool:
        if not self.sees(part):
            return False
        self.at += len(part)
        return True

    def alternation(self, flags: _Flags, depth: int) -> tuple[Node, _Flags]:
        if depth > _MAX_NESTING:
            raise self.bad("expression nests too deeply")
        branches: list[Node] = []
        while True:
            branch, flags = self.branch(flags, depth)
            branches.append(branch)
            if not self.take("|"):
                break
        return (branches[0] if len(branches) == 1 else Node("alt", tuple(branches))), flags

    def branch(self, flags: _Flags, depth: int) -> tuple[Node, _Flags]:
        items: list[Node] = []
        repeated = False
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            start = self.at
            bounds = self.repetition()
            if bounds is not None:
                if not items:
                    raise self.bad("missing argument to repetition operator", self.text[start : self.at])
                if repeated:
                    raise self.bad("invalid nested repetition operator", self.text[start : self.at])
                lazy = self.take("?") != flags.ungreedy
                items[-1] = Node("repeat", (items[-1],), None, bounds[0], bounds[1], lazy)
                if _repeated(items[-1]) > MAX_REPEAT:
                    raise self.bad("invalid repeat count", self.text[start : self.at])
                repeated = True
                continue
            repeated = False
            if self.sees("(?") and (changed := self.flag_group(flags)) is not None:
                flags = changed
                continue
            items += self.quoted(flags) if self.take("\\Q") else [self.atom(flags, depth)]
        return Node("cat", tuple(items)), flags

    def repetition(self) -> tuple[int, int] | None:
        for sign, bounds in (("*", (0, -1)), ("+", (1, -1)), ("?", (0, 1))):
            if self.take(sign):
                return bounds
        if not self.sees("{"):
            return None
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",") if end > 0 else ("", "", "")
        if not _count(low) or not (not comma or not high or _count(high)):
            return None
        least, most = int(low), (int(high) if high else -1) if comma else int(low)
        if least > MAX_REPEAT or most > MAX_REPEAT or (0 <= most < least):
            raise self.bad("invalid repeat count", self.text[self.at : end + 1])
        self.at = end + 1
        return least, most

    def flag_group(self, flags: _Flags) -> _Flags | None:
        """Read `(?flags)`, which holds for the rest of the group; None when it is a group of its own."""
        end = self.at + 2
        while end < len(self.text) and self.text[end] in "imsU-":
            end += 1
        if self.text[end : end + 1] != ")":
            return None
        changed = self.changed(flags, self.text[self.at + 2 : end]) if end > self.at + 2 else flags
        self.at = end + 1
        return changed

    def changed(self, flags: _Flags, letters: str) -> _Flags:
        on, dash, off = letters.partition("-")
        if "-" in off or (dash and not off) or not letters.strip("-"):
            raise self.bad("invalid or unsupported Perl syntax", f"(?{letters}")
        names = {"i": "fold", "m": "multiline", "s": "dot_all", "U": "ungreedy"}
        return flags._replace(**{names[one]: True for one in on}, **{names[one]: False for one in off})

    def group(self, flags: _Flags, depth: int) -> Node:
        start, number, name = self.at, -1, ""
        self.at += 1
        if self.take("?"):
            if self.take("P<") or (self.sees("<") and not self.sees("<=") and not self.sees("<!") and self.take("<")):
                end = self.text.find(">", self.at)
                name = self.text[self.at : end] if end > 0 else ""
                if not name or not name.isascii() or not name.replace("_", "a").isalnum() or name in self.names:
                    raise self.bad("invalid named capture", self.text[start : end + 1])
                self.at = end + 1
            else:
                end = self.at
                while end < len(self.text) and self.text[end] in "imsU-":
                    end += 1
                if self.text[end : end + 1] != ":":
                    raise self.bad("invalid or unsupported Perl syntax", self.text[start : end + 1])
                flags = self.changed(flags, self.text[self.at : end]) if end > self.at else flags
                self.at, number = end + 1, -2
        if number == -1:
            self.groups += 1
            number = self.groups
            if name:
                self.names[name] = number
        inner = self.alternation(flags, depth + 1)[0]
        if not self.take(")"):
            raise self.bad("missing closing )")
        return Node("group", (inner,), None, number)

    def atom(self, flags: _Flags, depth: int) -> Node:
        character = self.text[self.at]
        if character == "(":
            return self.group(flags, depth)
        if character == "[":
            return Node("set", letters=self.letters(flags))
        if character == "\\":
            return self.escape(flags)
        self.at += 1
        if character == ".":
            return Node("set", letters=Letters(() if flags.dot_all else ((10, 10),), negated=True))
        if character == "^":
            return Node("assert", name="line_start" if flags.multiline else "start")
        if character == "$":
            return Node("assert", name="line_end" if flags.multiline else "end")
        return _literal(character, flags)

    def quoted(self, flags: _Flags) -> list[Node]:
        end = self.text.find("\\E", self.at)
        part = self.text[self.at :] if end < 0 else self.text[self.at : end]
        self.at = len(self.text) if end < 0 else end + 2
        return [_literal(character, flags) for character in part]

    def escape(self, flags: _Flags) -> Node:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in ("A", "z", "b", "B") and letter:
            self.at += 2
            return Node("assert", name={"A": "start", "z": "end", "b": "word", "B": "no_word"}[letter])
        if letter.lower() in ("d", "w", "s", "p") and letter:
            return Node("set", letters=self.class_escape()._replace(folded=flags.fold))
        return _literal(chr(self.code()), flags)

    def class_escape(self) -> Letters:
        """Read `\\d`, `\\pL`, `\\p{Greek}` and their opposites."""
        start, letter = self.at, self.text[self.at + 1]
        self.at += 2
        if letter.lower() != "p":
            ranges = _PERL[letter.lower()]
            return Letters(ranges) if letter.islower() else Letters((), (), (ranges,))
        name = self.text[self.at : self.at + 1]
        if name == "{":
            end = self.text.find("}", self.at)
            name = self.text[self.at + 1 : end] if end > 0 else ""
            self.at = end
        self.at += 1
        others = letter == "P"
        if name.startswith("^"):
            name, others = name[1:], not others
        if name == "Any":
            return Letters(((0, 0x10FFFF),) if not others else ())
        if name not in _CATEGORIES:
            raise self.bad("invalid character class range", self.text[start : self.at])
        return Letters((), ((name, others),))

    def code(self) -> int:
        """Read an escape that stands for one character."""
        start, letter = self.at, self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if letter in _SIMPLE:
            return _SIMPLE[letter]
        if letter.isdigit() and letter.isascii() and letter < "8":
            digits = letter
            while len(digits) < 3 and self.at < len(self.text) and self.text[self.at] in "01234567":
                digits += self.text[self.at]
                self.at += 1
            if letter == "0" or len(digits) > 1:
                return int(digits, 8)
        elif letter == "x":
            end = self.text.find("}", self.at) if self.sees("{") else self.at + 2
            digits = self.text[self.at + 1 : end] if self.sees("{") else self.text[self.at : end]
            self.at = end + 1 if self.sees("{") else end
            known = digits and all(one in "0123456789abcdefABCDEF" for one in digits) and int(digits, 16) <= 0x10FFFF
            if known and (len(digits) == 2 or self.text[end : end + 1] == "}"):
                return int(digits, 16)
        elif letter and letter.isascii() and not letter.isalnum():
            return ord(letter)
        raise self.bad(
            "invalid escape sequence" if letter else "trailing backslash at end of expression",
            self.text[start : self.at],
        )

    def letters(self, flags: _Flags) -> Letters:
        start = self.at
        self.at += 1
        negated, first = self.take("^"), True
        ranges: list[tuple[int, int]] = []
        categories: list[tuple[str, bool]] = []
        excluded: list[Ranges] = []
        while first or not self.sees("]"):
            if self.at >= len(self.text):
                raise self.bad("missing closing ]", self.text[start:])
            first = False
            found = self.named_class()
            if (
                found is None
                and self.sees("\\")
                and self.text[self.at + 1 : self.at + 2].lower() in ("d", "w", "s", "p")
            ):
                found = self.class_escape()
            if found is not None:
                ranges += found.ranges
                categories += found.categories
                excluded += found.excluded
                continue
            where, low = self.at, self.member()
            high = low
            if self.sees("-") and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self.member()
                if high < low:
                    raise self.bad("invalid character class range", self.text[where : self.at])
            ranges.append((low, high))
        self.at += 1
        return Letters(tuple(ranges), tuple(categories), tuple(excluded), negated, flags.fold)

    def member(self) -> int:
        if self.sees("\\"):
            return self.code()
        self.at += 1
        if self.at > len(self.text):
            raise self.bad("missing closing ]")
        return ord(self.text[self.at - 1])

    def named_class(self) -> Letters | None:
        end = self.text.find(":]", self.at)
        if not self.sees("[:") or end < 0:
            return None
        name = self.text[self.at + 2 : end]
        if name.removeprefix("^") not in _POSIX:
            raise self.bad("invalid character class range", self.text[self.at : end + 2])
        self.at = end + 2
        ranges = _POSIX[name.removeprefix("^")]
        return Letters((), (), (ranges,)) if name.startswith("^") else Letters(ranges)


_CATEGORIES = frozenset(
    {"C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No"}
    | {"P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs"}
)


def _count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6 and (len(text) == 1 or text[0] != "0")


def _repeated(node: Node) -> int:
    """Return how often the most repeated part of a node is repeated."""
    inner = max((_repeated(item) for item in node.items), default=1)
    if node.kind != "repeat":
        return inner
    return inner * max(1, node.low, node.high)


def _literal(character: str, flags: _Flags) -> Node:
    code = ord(character)
    return Node("set", letters=Letters(((code, code),), folded=flags.fold))
