"""Texts that know which stretch of which template each of their characters came from."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from yamlflow.diagnostics import Span
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
    """So many characters of a text, and where they came from; None for what was put in between."""

    length: int
    origin: Origin | None


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
    return (Stretch(len(text), None),) if text else ()


def join(texts: Iterable[str]) -> str:
    """Join texts and what is known of their origins."""
    parts = list(texts)
    if not any(isinstance(part, Traced) for part in parts):
        return "".join(parts)
    return Traced("".join(parts), tuple(stretch for part in parts for stretch in stretches(part)))


def cut(text: str, start: int, end: int) -> str:
    """Return `text[start:end]` with its origins."""
    if not isinstance(text, Traced):
        return text[start:end]
    kept = []
    at = 0
    for length, origin in text._stretches:
        low, high = max(start - at, 0), min(end - at, length)
        if low < high:
            kept.append(Stretch(high - low, origin and origin.part(low, high)))
        at += length
    return Traced(text[start:end], tuple(kept))


def passed_on(text: str, whole: Origin, step: Step) -> Traced:
    """Return a text after one more step; what has no origin yet came from `whole`."""
    trails: dict[int, Trail] = {}
    found = []
    for stretch in stretches(text):
        length, origin = stretch
        if origin is None:
            found.append(Stretch(length, whole))
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
