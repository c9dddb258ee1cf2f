"""Text of an expression to tokens; what is wrong is reported, and reading goes on."""

import re
from functools import cache
from typing import NamedTuple

from yamlflow.expressions.ast import Problem
from yamlflow.expressions.literals import BadEscape, number, unescape
from yamlflow.expressions.operators import KEYWORDS

NAME, NUMBER, TEXT, BYTES, OPERATOR, BRACKET, END = "name", "number", "text", "bytes", "operator", "bracket", "end"
DASHED = frozenset({"tasks", "outputs", "inputs"})


class Token(NamedTuple):
    """A token: `value` is the name, the operator or the text, `data` what a number or a literal of bytes stands for."""

    kind: str
    value: str
    start: int
    end: int
    data: int | float | bytes = 0


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"""\s*(?:(?P<comment>//[^\n]*|/\*(?s:.*?)\*/)
        |(?P<quote>[bB]?['"]|`)
        |(?P<name>[^\W\d][\w$]*|\$[\w$]*)
        |(?P<number>(?:0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|[0-9][0-9_]*)(?:\.(?!\.)[0-9_]*)?(?:[eE][+-]?[0-9_]*)?
          |\.[0-9][0-9_]*(?:[eE][+-]?[0-9_]*)?)
        |(?P<bracket>[()\[\]{}])
        |(?P<operator>\|\|?|::?|[!=]==|[&!=*<>][&=*]?|\?[.?]?|\.\.?|\#\#?|/(?!\*)|[,;%+\-^])
        |(?P<end>\Z))""",
        re.VERBOSE,
    )


@cache
def _dashed() -> re.Pattern[str]:
    return re.compile(r"(?:-[^\W\d][\w$]*)+")


@cache
def _numbered(task: bool) -> re.Pattern[str]:
    """Match the rest of a name such as `step-1` where it cannot be a subtraction."""
    return re.compile(r"-\d[\w$-]*(?=\.[^\W\d])" if task else r"-\d+(?=\.[^\W\d])")


class Lexer:
    """Reads the tokens of one text. In plain mode it knows expr-lang only, not yamlflow's names with `-`."""

    def __init__(self, text: str, offset: int, plain: bool) -> None:
        self.text = text
        self.offset = offset
        self.plain = plain
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []

    def run(self) -> list[Token]:
        """Read all tokens; the last one is the end."""
        at, text, match = 0, self.text, _pattern().match
        while at < len(text):
            found = match(text, at)
            if found is None:
                at = self._stray(at)
                continue
            kind = str(found.lastgroup)
            (start, end), spelling = found.span(kind), found[kind]
            if kind == "name":
                end = self._name(spelling, start, end)
            elif kind in (OPERATOR, BRACKET):
                self._add(kind, spelling, start, end)
            elif kind == "quote":
                end = self._quoted(spelling, start, end)
            elif kind == "number":
                end = self._number(start, end)
            at = end
        self._add(END, "", len(text), len(text))
        return self.tokens

    def _problem(self, start: int, end: int, message: str, hint: str = "") -> None:
        self.problems.append(Problem(start + self.offset, end + self.offset, message, hint))

    def _add(self, kind: str, value: str, start: int, end: int) -> None:
        self.tokens.append(Token(kind, value, start + self.offset, end + self.offset))

    def _add_data(self, kind: str, data: int | float | bytes, start: int, end: int) -> None:
        self.tokens.append(Token(kind, self.text[start:end], start + self.offset, end + self.offset, data))

    def _stray(self, at: int) -> int:
        while self.text[at].isspace():
            at += 1
        if self.text.startswith("/*", at):
            self._problem(at, at + 2, "the comment is not closed", "close it with `*/`")
            return len(self.text)
        hint = "write `+`" if self.text[at] == "~" else ""
        self._problem(at, at + 1, f"unexpected character `{self.text[at]}`", hint)
        return at + 1

    def _quoted(self, opening: str, start: int, at: int) -> int:
        quote = opening[-1]
        if quote == "`":
            return self._raw(start, at)
        text, end = self.text, at
        while end < len(text) and text[end] not in (quote, "\n"):
            end += 2 if text[end] == "\\" else 1
        if text[end : end + 1] == "\n" and text.count(quote, end) % 2:
            hint = "write `\\n`; between double quotes of YAML, `\\\\n`"
            self._problem(end, end + 1, "a line break cannot stand inside a text", hint)
            end = text.find(quote, end)
            self._add(TEXT, text[at:end], start, end + 1)
            return end + 1
        if end >= len(text) or text[end] == "\n":
            end = min(end, len(text))
            self._problem(start, start + len(opening), "the text is not closed", f"close it with `{quote}`")
            self._add(TEXT, text[at:end], start, end)
            return end
        try:
            value = unescape(text[at:end], quote, len(opening) == 2)
        except BadEscape as bad:
            self._problem(at + bad.start, at + bad.end, "unknown escape", "write a plain `\\` as `\\\\`")
            value = text[at:end]
        if len(opening) == 2:
            self._add_data(BYTES, value.encode("utf-8", "surrogateescape"), start, end + 1)
        else:
            self._add(TEXT, value, start, end + 1)
        return end + 1

    def _raw(self, start: int, at: int) -> int:
        end = self.text.find("`", at)
        while end >= 0 and self.text.startswith("``", end):
            end = self.text.find("`", end + 2)
        if end < 0:
            self._problem(start, start + 1, "the text is not closed", "close it with a backtick")
            end = len(self.text)
        self._add(TEXT, self.text[at:end].replace("``", "`"), start, min(end + 1, len(self.text)))
        return end + 1

    def _name(self, name: str, start: int, end: int) -> int:
        if not name.isascii():
            for offset, character in enumerate(name):
                if not (character in "_$" or character.isalpha() or character.isdecimal()):
                    if not offset:
                        return self._stray(start)
                    name, end = name[:offset], start + offset
                    break
        context = "" if self.plain else self._dash_context()
        if context:
            found = _dashed().match(self.text, end)
            end = found.end() if found else end
            found = _numbered(context == "tasks").match(self.text, end)
            if found:
                end = found.end()
                whole = self.text[start:end]
                self._problem(start, end, f"the name `{whole}` needs brackets here", f"write `['{whole}']`")
            name = self.text[start:end]
        self._add(OPERATOR if name in KEYWORDS else NAME, name, start, end)
        return end

    def _dash_context(self) -> str:
        """Return `tasks`, `outputs` or `inputs` when the name that follows is one of theirs, else ""."""
        tokens = self.tokens
        if len(tokens) > 1 and tokens[-1].value in (".", "?.") and tokens[-2].kind == NAME:
            return tokens[-2].value if tokens[-2].value in DASHED else ""
        return ""

    def _number(self, start: int, end: int) -> int:
        text = self.text
        while end < len(text) and (text[end] in "_$" or text[end].isalnum()):
            end += 1
        spelling = text[start:end]
        value = number(spelling)
        if value is None:
            self._problem(start, end, f"`{spelling}` is no number that can be read")
            value = 0
        self._add_data(NUMBER, value, start, end)
        return end
