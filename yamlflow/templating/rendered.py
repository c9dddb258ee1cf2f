"""The text that a template yields, which leads each of its places back to the template."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from yamlflow.diagnostics import SourceText, Span
from yamlflow.templating.steps import told, told_briefly
from yamlflow.templating.traced import Origin, Stretch

_MOST_PARTS = 100


class RenderedLine(NamedTuple):
    """A line of a rendered text: where it comes from, the steps from there, and the values that were put into it."""

    text: str
    place: Span
    steps: tuple[str, ...]
    values: tuple[Span, ...]


def _is_one_value(text: str) -> bool:
    """Whether a stretch of YAML holds one value, not several."""
    return not text.startswith(("{", "[")) and ": " not in text


class RenderedText(SourceText):
    """A rendered text. Findings in it are shown in the template (see `Sink.add`)."""

    __slots__ = ("_offsets", "_origins", "_template")

    def __init__(self, template: SourceText, text: str, stretches: Sequence[Stretch]) -> None:
        super().__init__(template.name, text)
        self._template = template
        self._offsets: list[int] = []
        self._origins: list[Origin] = []
        at = 0
        for length, origin, _ in stretches:
            if origin is not None:
                self._offsets.append(at)
                self._origins.append(origin)
            at += length

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column in the template."""
        span = self.locate(offset, offset)[0]
        return span.source.position(span.start)

    def locate(self, start: int, end: int) -> tuple[Span, tuple[tuple[Span, str], ...]]:
        """Return the place in the template, and with places how it came from there."""
        if not self._origins:
            return Span(self._template, 0, 0), ()
        index = self._index(start)
        first = self._part(index, start, end)
        last = first
        if end > start + 1:
            at_end = self._index(end - 1)
            last = self._part(at_end, end - 1, end)
            if last.template is not first.template or last.trail != first.trail:
                last = first
        steps = told(first.trail)
        values = self._values_in(index, end) if _is_one_value(self.text[start:end]) else {}
        value = next(iter(values), first.value)
        if value is not None:
            steps = ((value, "the value comes from here"), *steps)
        return first.template.span(first.start, max(first.end, last.end)), steps

    def lines(self) -> Iterator[RenderedLine]:
        """Yield the lines with their origins; that of a line is the one of its first character."""
        at = 0
        for text in self.text.splitlines():
            end = at + len(text)
            first = at + len(text) - len(text.lstrip())
            if self._origins:
                index = self._index(first if first < end else at)
                origin = self._part(index, first, end)
                place = origin.template.span(origin.start, origin.end)
                yield RenderedLine(text, place, told_briefly(origin.trail), tuple(self._values_in(index, end)))
            at = end + 1

    def _values_in(self, index: int, end: int) -> dict[Span, None]:
        """Return the places of values that were put in before `end`."""
        parts = zip(self._origins[index : index + _MOST_PARTS], self._offsets[index:], strict=False)
        return {origin.value: None for origin, at in parts if at < end and origin.value is not None}

    def editable(self, start: int, end: int) -> Span | None:
        """Return the stretch of the template where the text stands as it is and was put out once; else None."""
        low, high = (start, end) if start < end else (max(start - 1, 0), start + 1)
        if not self._origins or high > len(self.text):
            return None
        for origin in self._origins[self._index(low) : self._index(high - 1) + 1]:
            if not origin.exact or origin.trail or origin.template.source is not self._template:
                return None
        place = self.locate(low, high)[0]
        if place.text != self.text[low:high]:
            return None
        at = place.start + start - low
        return Span(place.source, at, at + end - start)

    def _index(self, offset: int) -> int:
        return max(0, bisect_right(self._offsets, offset) - 1)

    def _part(self, index: int, start: int, end: int) -> Origin:
        """Return what made the characters of a stretch that lie in one origin."""
        origin, at = self._origins[index], self._offsets[index]
        size = origin.end - origin.start
        return origin.part(min(start - at, size), min(end - at, size))
