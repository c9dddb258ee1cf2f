"""A template's text as Jinja reads it, and the way back from its offsets to the file."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from yamlflow.diagnostics import SourceText, Span
from yamlflow.templating.hide import hide


class Place(int):
    """A line number, as Jinja wants one, that also knows the stretch of text it is about."""

    start: int
    end: int

    def __new__(cls, line: int, start: int, end: int) -> "Place":
        """Make a place of a line and offsets."""
        place = super().__new__(cls, line)
        place.start = start
        place.end = end
        return place


class Tag(NamedTuple):
    """One `{{ }}` or `{% %}`."""

    start: int
    end: int


class TemplateSource(SourceText):
    """A template as it was read: what is wrong in its tags is for a person to mend."""

    __slots__ = ()

    def editable(self, start: int, end: int) -> Span | None:  # noqa: ARG002
        """Return None."""
        return None


class TemplateText:
    """The text of one template: line breaks are LF, and `${{` is hidden. The lexer fills `tags` and `brackets`."""

    def __init__(self, source: SourceText) -> None:
        self.source = TemplateSource(source.name, source.text)
        self._removed: list[int] = []
        text = source.text
        if "\r\n" in text:
            parts = text.split("\r\n")
            at = -1
            for part in parts[:-1]:
                at += len(part) + 1
                self._removed.append(at)
            text = "\n".join(parts)
        self.text = hide(text.replace("\r", "\n"))
        self.tags: list[Tag] = []
        self.open = -1
        """Where a tag begins that is not closed at the end of the text."""
        self.brackets: dict[int, int] = {}
        """Where each bracket that is opened in a tag is closed: the offset behind the closing one."""

    def span(self, start: int, end: int) -> Span:
        """Return the place in the file."""
        return Span(self.source, self._offset(start), self._offset(end))

    def _offset(self, at: int) -> int:
        return at + bisect_left(self._removed, at)

    def tag(self, at: int) -> Tag:
        """Return the tag in which an offset lies."""
        index = bisect_right(self.tags, at, key=lambda tag: tag.start) - 1
        return self.tags[index] if index >= 0 else Tag(at, at)
