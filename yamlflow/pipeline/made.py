"""Texts that do not stand in a file."""

from yamlflow.diagnostics import Span
from yamlflow.source import Scalar


class Made(Scalar):
    """A text that was made for a place: all of it is there."""

    __slots__ = ()

    def at(self, start: int, end: int) -> Span:  # noqa: ARG002
        """Return the place that the text was made for."""
        return self.span
