"""Places in files."""

from bisect import bisect_right
from typing import NamedTuple


class SourceText:
    """One file's text, as decoded, and the name under which the user knows it."""

    __slots__ = ("_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts: list[int] | None = None

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            starts = [0]
            text = self.text
            if "\r" in text:  # a lone one ends a line too, in YAML as in editors; both together end one
                text = text.replace("\r\n", " \n").replace("\r", "\n")
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, of the character at `offset`."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a line (from 1) without its line break."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def locate(self, start: int, end: int) -> "tuple[Span, tuple[tuple[Span, str], ...]]":
        """Return the place of a stretch where a person would look for it, and with places how it got from there."""
        return Span(self, start, end), ()

    def editable(self, start: int, end: int) -> "Span | None":
        """Return the stretch of the user's file that is to be edited for a stretch; None if there is none."""
        return Span(self, start, end)

    def __repr__(self) -> str:
        return f"SourceText({self.name!r})"


class Span(NamedTuple):
    """A stretch of a file: characters `start` to `end` (exclusive), counted from 0 in the decoded text."""

    source: SourceText
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, from 1, in characters."""
        return self.source.position(self.start)[1]

    @property
    def text(self) -> str:
        """The source text that the span covers."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        line, column = self.source.position(self.start)
        return f"{self.source.name}:{line}:{column}"
