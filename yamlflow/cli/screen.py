"""The lower part of a terminal, drawn anew in place."""

from yamlflow.cli.console import Console
from yamlflow.cli.steps import Piece
from yamlflow.cli.text import cells, clip

_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"


class Screen:
    """Lines that are replaced by the next ones. Survives narrow, short and resized terminals."""

    __slots__ = ("_console", "_drawn")

    def __init__(self, console: Console) -> None:
        self._console = console
        self._drawn: list[int] = []

    def draw(self, lines: list[list[Piece]]) -> None:
        """Replace what was drawn; each line is cut to the width."""
        width, height = self._console.size
        fitted = [self._fit(line, width - 1) for line in lines[-max(height - 1, 1) :]]
        text = "".join(f"{painted}\x1b[K\n" for painted, _ in fitted)
        self._console.out.write(f"{_HIDE}{self._home(width)}{text}\x1b[J")
        self._console.out.flush()
        self._drawn = [used for _, used in fitted]

    def clear(self) -> None:
        """Take away what was drawn and give the terminal back."""
        self._console.out.write(f"{self._home(self._console.size[0])}\x1b[J{_SHOW}")
        self._console.out.flush()
        self._drawn = []

    def _home(self, width: int) -> str:
        """Return what moves to the first drawn line. A terminal that became narrower has wrapped the longer ones."""
        height = sum(max(1, -(-used // width)) for used in self._drawn)
        return f"\r\x1b[{height}A" if height else "\r"

    def _fit(self, line: list[Piece], width: int) -> tuple[str, int]:
        painted, used = "", 0
        for text, style in line:
            shown = clip(text, width - used, "…" if self._console.out.unicode else "~")
            painted += self._console.out.paint(shown, style)
            used += cells(shown)
            if used >= width:
                break
        return painted, used
