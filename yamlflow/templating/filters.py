"""Filters besides Jinja's own, and those of Jinja that here keep the origins of texts."""

from collections.abc import Callable
from typing import Any

from yamlflow.templating.traced import cut, join


def indent(text: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    """Indent all lines but the first by blanks or by a text."""
    space = width if isinstance(width, str) else " " * width
    parts: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        empty = not text[at:end].strip("\n")
        if (at or first) and (blank or not empty):
            parts.append(space)
        parts.append(cut(text, at, end))
        at = end
    return join(parts)


def trim(text: str, chars: str | None = None) -> str:
    """Strip blanks or other characters from both ends."""
    value = str(text)
    start = len(value) - len(value.lstrip(chars))
    return cut(text, start, start + len(value.strip(chars)))


FILTERS: dict[str, Callable[..., Any]] = {"indent": indent, "trim": trim}
