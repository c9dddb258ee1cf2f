"""Matching RE2's regular expressions in time linear in the text: no pattern can hang."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.regex_parse import Letters, Node, parse_pattern
from yamlflow.expressions.runtime.values import Limits

MAX_PATTERN = 4096
_MAX_PROGRAM = 20_000
_MAX_KNOWN = 10_000
Spans = tuple[int, ...]
_State = frozenset[int]


class _Step(NamedTuple):
    """One instruction: `set`, `split` (first choice, second), `jump`, `save` (slot), `assert`, `match`."""

    kind: str
    first: int = 0
    second: int = 0
    letters: Letters | None = None
    name: str = ""


class _Program:
    def __init__(self) -> None:
        self.steps: list[_Step] = []

    def put(self, step: _Step) -> int:
        if len(self.steps) >= _MAX_PROGRAM:
            raise EvaluationError("error parsing regexp: expression too large")
        self.steps.append(step)
        return len(self.steps) - 1

    def add(self, node: Node) -> None:
        if node.kind == "set":
            self.put(_Step("set", letters=node.letters))
        elif node.kind == "assert":
            self.put(_Step("assert", name=node.name))
        elif node.kind == "cat":
            for item in node.items:
                self.add(item)
        elif node.kind == "alt":
            self.choice(node.items)
        elif node.kind == "group":
            self.group(node)
        else:
            self.repeat(node)

    def group(self, node: Node) -> None:
        if node.low > 0:
            self.put(_Step("save", 2 * node.low))
        self.add(node.items[0])
        if node.low > 0:
            self.put(_Step("save", 2 * node.low + 1))

    def choice(self, items: tuple[Node, ...]) -> None:
        jumps: list[int] = []
        for item in items[:-1]:
            split = self.put(_Step("split"))
            self.add(item)
            jumps.append(self.put(_Step("jump")))
            self.steps[split] = _Step("split", split + 1, len(self.steps))
        self.add(items[-1])
        for jump in jumps:
            self.steps[jump] = _Step("jump", len(self.steps))

    def repeat(self, node: Node) -> None:
        for _ in range(node.low):
            self.add(node.items[0])
        if node.high < 0:
            split = self.put(_Step("split"))
            self.add(node.items[0])
            self.put(_Step("jump", split))
            self.steps[split] = self.either(node.lazy, split + 1, len(self.steps))
            return
        splits: list[int] = []
        for _ in range(node.high - node.low):
            splits.append(self.put(_Step("split")))
            self.add(node.items[0])
        for split in splits:
            self.steps[split] = self.either(node.lazy, split + 1, len(self.steps))

    def either(self, lazy: bool, inside: int, behind: int) -> _Step:
        return _Step("split", behind, inside) if lazy else _Step("split", inside, behind)


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] == "_")


def _holds(name: str, text: str, at: int) -> bool:
    if name == "start":
        return at == 0
    if name == "end":
        return at == len(text)
    if name == "line_start":
        return at == 0 or text[at - 1] == "\n"
    if name == "line_end":
        return at == len(text) or text[at] == "\n"
    return (_is_word(text, at - 1) != _is_word(text, at)) == (name == "word")


class Pattern:
    """A compiled pattern."""

    go_type = "*regexp.Regexp"

    def __init__(self, text: str) -> None:
        self.text = text
        parsed = parse_pattern(text)
        program = _Program()
        program.add(parsed.node)
        program.put(_Step("match"))
        self.names = parsed.names
        self.groups = parsed.groups
        self._steps = program.steps
        self._anchored = program.steps[0].kind == "assert" and program.steps[0].name == "start"
        self._simple = all(step.kind != "assert" or step.name in ("start", "end") for step in program.steps)
        self._known: dict[tuple[_State, str], _State] = {}

    def __str__(self) -> str:
        return self.text

    def found(self, text: str, limits: Limits) -> bool:
        """Whether the pattern matches anywhere; for most patterns each character costs a look-up."""
        if not self._simple:
            return self.search(text, limits) is not None
        last, accepting = len(text) - 1, len(self._steps) - 1
        state = self._reached([0], at_start=True, at_end=not text)
        for at, character in enumerate(text):
            if accepting in state:
                return True
            if not state and self._anchored:
                return False
            if not at & 7:
                limits.step()
            following = self._known.get((state, character)) if at < last else None
            if following is None:
                limits.step(len(state))
                following = self._after(state, character, at == last)
                if at < last and len(self._known) < _MAX_KNOWN:
                    self._known[state, character] = following
            state = following
        return accepting in state

    def _after(self, state: "_State", character: str, at_end: bool) -> "_State":
        steps = [(number, self._steps[number].letters) for number in state]
        moved = [number + 1 for number, letters in steps if letters is not None and letters.has(character)]
        return self._reached(moved if self._anchored else [0, *moved], at_start=False, at_end=at_end)

    def _reached(self, numbers: list[int], *, at_start: bool, at_end: bool) -> "_State":
        """Return the steps that read a character, or accept, which some steps lead to without reading."""
        pending, seen, found = list(numbers), set[int](), set[int]()
        while pending:
            number = pending.pop()
            if number in seen:
                continue
            seen.add(number)
            step = self._steps[number]
            if step.kind in ("set", "match"):
                found.add(number)
            elif step.kind == "assert":
                if at_start if step.name == "start" else at_end:
                    pending.append(number + 1)
            else:
                pending.append(number + 1 if step.kind == "save" else step.first)
                if step.kind == "split":
                    pending.append(step.second)
        return frozenset(found)

    def search(self, text: str, limits: Limits, at: int = 0) -> Spans | None:
        """Return start and end of the leftmost match and of its groups (-1 for none), or None."""
        found: Spans | None = None
        threads: dict[int, Spans] = {}
        empty = (-1,) * (2 * self.groups + 2)
        while at <= len(text):
            if found is None:
                self._follow(0, (at, *empty[1:]), text, at, threads)
            if not threads and (found is not None or self._anchored):
                break
            limits.step(2 * len(threads))
            following: dict[int, Spans] = {}
            for number, spans in threads.items():
                step = self._steps[number]
                if step.kind == "match":
                    found = (spans[0], at, *spans[2:])
                    break
                if at < len(text) and step.letters is not None and step.letters.has(text[at]):
                    self._follow(number + 1, spans, text, at + 1, following)
            threads = following
            at += 1
        return found

    def _follow(self, start: int, spans: Spans, text: str, at: int, threads: dict[int, Spans]) -> None:
        """Add the thread at `start` and all that it leads to without reading, the preferred ones first."""
        pending = [(start, spans)]
        visited: set[int] = set()
        while pending:
            number, spans = pending.pop()
            if number in visited or number in threads:
                continue
            visited.add(number)
            step = self._steps[number]
            if step.kind == "split":
                pending.append((step.second, spans))
                pending.append((step.first, spans))
            elif step.kind == "jump":
                pending.append((step.first, spans))
            elif step.kind == "save":
                pending.append((number + 1, (*spans[: step.first], at, *spans[step.first + 1 :])))
            elif step.kind == "assert":
                if _holds(step.name, text, at):
                    pending.append((number + 1, spans))
            else:
                threads[number] = spans

    def find_all(self, text: str, limits: Limits, most: int = -1) -> Iterator[Spans]:
        """Yield the matches from left to right; an empty one right behind another match does not count."""
        at, last, count = 0, -1, 0
        while at <= len(text) and count != most:
            found = self.search(text, limits, at)
            if found is None:
                return
            start, end = found[:2]
            if end > start or start != last:
                yield found
                count += 1
                last = end
            at = end if end > start else end + 1


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """Return a compiled pattern; EvaluationError says what RE2 refuses."""
    if len(text) > MAX_PATTERN:
        raise EvaluationError(f"error parsing regexp: longer than {MAX_PATTERN} characters")
    return Pattern(text)


def matches(pattern: str, text: str, limits: Limits) -> bool:
    """Whether a pattern is found anywhere in a text."""
    return compile_pattern(pattern).found(text, limits)


def expanded(template: str, pattern: Pattern, text: str, spans: Spans) -> str:
    """Return a replacement with `$1` and `${name}` filled in, as Go does."""
    import re

    def fill(found: "re.Match[str]") -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        number = int(name) if name.isdigit() else pattern.names.get(name, -1)
        if not 0 <= number <= pattern.groups or spans[2 * number] < 0:
            return ""
        return text[spans[2 * number] : spans[2 * number + 1]]

    return re.sub(r"\$(?:\{(\w+)\}|(\w+)|\$)", fill, template, flags=re.ASCII)
