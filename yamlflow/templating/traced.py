"""Texts that know which stretch of which template each of their characters came from."""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from yamlflow.diagnostics import Span
from yamlflow.templating.placed import span_of
from yamlflow.templating.text import TemplateText

_LONGEST_TRAIL = 20
StepKind = Literal["pass", "call", "include", "use"]


class Step(NamedTuple):
    """Something on the way from a template's text to the result.

    pass: one pass of a loop, `names` are its variables; call: a macro was called; include: a template was included;
    use: a text that was made before was put in.
    """

    kind: StepKind
    template: TemplateText
    start: int
    end: int
    number: int = 0
    names: tuple[tuple[str, object], ...] = ()


Trail = tuple[Step, ...]
"""Steps, the innermost first."""


class Origin(NamedTuple):
    """A stretch of a template. `exact`: its characters stand in the result as they are; else they made all of it."""

    template: TemplateText
    start: int
    end: int
    exact: bool
    trail: Trail = ()
    value: Span | None = None

    def part(self, start: int, end: int) -> "Origin":
        """Return the origin of a part of the text."""
        return self._replace(start=self.start + max(start, 0), end=self.start + end) if self.exact else self


class Stretch(NamedTuple):
    """So many characters of a text, and where they came from; None for what was put in between, or is of a `value`."""

    length: int
    origin: Origin | None
    value: Span | None = None


class Traced(str):
    """A text with the origins of its characters."""

    __slots__ = ("_stretches",)
    _stretches: tuple[Stretch, ...]

    def __new__(cls, text: str, stretches: tuple[Stretch, ...]) -> "Traced":
        """Make a text of stretches that cover it."""
        made = super().__new__(cls, text)
        made._stretches = stretches
        return made


def stretches(text: str) -> tuple[Stretch, ...]:
    """Return the stretches of a text, traced or not."""
    if isinstance(text, Traced):
        return text._stretches
    return (Stretch(len(text), None, span_of(text)),) if text else ()


def is_traced(text: str) -> bool:
    """Whether something is known of where a text came from."""
    return isinstance(text, Traced) or span_of(text) is not None


def join(texts: Iterable[str]) -> str:
    """Join texts and what is known of their origins."""
    parts = list(texts)
    if not any(map(is_traced, parts)):
        return "".join(parts)
    return Traced("".join(parts), tuple(stretch for part in parts for stretch in stretches(part)))


def cut(text: str, start: int, end: int) -> str:
    """Return `text[start:end]` with its origins."""
    if not is_traced(text):
        return text[start:end]
    kept = []
    at = 0
    for length, origin, value in stretches(text):
        low, high = max(start - at, 0), min(end - at, length)
        if low < high:
            kept.append(Stretch(high - low, origin and origin.part(low, high), value))
        at += length
    return Traced(text[start:end], tuple(kept))


def mapped(text: str, change: Callable[[str], str]) -> str:
    """Return a text of whose characters each was changed on its own, with its origins."""
    if not is_traced(text):
        return change(text)
    parts: list[str] = []
    kept = []
    at = 0
    for length, origin, value in stretches(text):
        old = text[at : at + length]
        part = change(old)
        parts.append(part)
        if part:
            kept.append(Stretch(len(part), origin and origin._replace(exact=origin.exact and part == old), value))
        at += length
    return Traced("".join(parts), tuple(kept))


def wrapped(text: str, sign: str) -> str:
    """Return a text between two signs, which come from where their neighbours do."""
    found = list(stretches(text))
    if not found or not is_traced(text):
        return f"{sign}{text}{sign}"
    for index in (0, -1):
        length, origin, value = found[index]
        found[index] = Stretch(length + len(sign), origin and origin._replace(exact=False), value)
    return Traced(f"{sign}{text}{sign}", tuple(found))


def passed_on(text: str, whole: Origin, step: Step) -> Traced:
    """Return a text after one more step; what has no origin yet came from `whole`."""
    trails: dict[int, Trail] = {}
    found = []
    for stretch in stretches(text):
        length, origin, given = stretch
        if origin is None:
            found.append(Stretch(length, whole._replace(value=given) if given else whole))
            continue
        if len(origin.trail) >= _LONGEST_TRAIL:
            found.append(stretch)
            continue
        trail = trails.get(id(origin.trail))
        if trail is None:
            trail = trails[id(origin.trail)] = (*origin.trail, step, *whole.trail)[:_LONGEST_TRAIL]
        template, start, end, exact, _, value = origin
        found.append(Stretch(length, Origin(template, start, end, exact, trail, value)))
    return Traced(text, tuple(found))
