"""Laying out text: times, tables, and what fits into a line of a terminal."""

import re
from unicodedata import combining, east_asian_width

_CONTROL = re.compile(
    r"""\x1b\[[0-9;?]*[\ -/]*[@-~]         # colours and cursor movements
      | \x1b\][^\x07\x1b]*(?:\x07|\x1b\\)  # titles and links
      | \x1b.
      | [\x00-\x08\x0b-\x1f\x7f-\x9f]""",
    re.VERBOSE,
)
_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def duration_text(seconds: float | None) -> str:
    """Return a time span for people: `0.2s`, `12s`, `3m5s`, `2h4m`, `3d1h`; "" for None."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.1f}s"
    rest = int(seconds)
    parts: list[str] = []
    for size, letter in _UNITS:
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append(f"{count}{letter}" if count else "")
    return "".join(parts[:2])


def clean(text: str) -> str:
    """Return text without colours, cursor movements and other control characters; tabs and line breaks are blanks."""
    return re.sub(r"[\t\n]+", " ", _CONTROL.sub("", text)).strip()


def _cells_of(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def cells(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def clip(text: str, width: int, mark: str = "…") -> str:
    """Return the text, cut to a number of columns where it is longer."""
    if cells(text) <= width:
        return text
    kept: list[str] = []
    left = width - len(mark)
    for character in text:
        left -= _cells_of(character)
        if left < 0:
            break
        kept.append(character)
    return ("".join(kept) + mark)[: max(width, 0)]


def pad(text: str, width: int) -> str:
    """Return the text with blanks up to a number of columns."""
    return text + " " * (width - cells(text))


def table(rows: list[tuple[str, ...]], gap: int = 3) -> list[str]:
    """Return rows as lines with aligned columns; the last column is as wide as it wants."""
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    widths = [width + gap for width in widths]
    return ["".join(map(pad, row, widths)).rstrip() for row in rows]
