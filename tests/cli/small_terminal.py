"""As much of a terminal as the views need: it wraps, scrolls, moves up and erases."""

import re

_PART = re.compile(r"\x1b\[(\??\d*)([A-Za-z])|(.)", re.DOTALL)


class Terminal:
    """Shows text as a terminal of `columns` times `lines` would; what scrolls out is kept."""

    def __init__(self, columns: int, lines: int) -> None:
        self.columns = columns
        self.lines = lines
        self.cursor_shown = True
        self._rows: list[list[str]] = [[]]
        self._wrapped: list[bool] = [False]
        self._top = 0
        self._row = 0
        self._column = 0

    def feed(self, text: str) -> None:
        """Print text as the kernel would hand it over."""
        for code, command, character in _PART.findall(text):
            if command:
                self._control(code, command)
            elif character == "\n":
                self._down(wrapped=False)
                self._column = 0
            elif character == "\r":
                self._column = 0
            else:
                assert character.isprintable(), repr(character)
                self._put(character)

    def _put(self, character: str) -> None:
        if self._column >= self.columns:
            self._down(wrapped=True)
            self._column = 0
        row = self._rows[self._row]
        row += " " * (self._column + 1 - len(row))
        row[self._column] = character
        self._column += 1

    def _down(self, *, wrapped: bool) -> None:
        self._row += 1
        if self._row == len(self._rows):
            self._rows.append([])
            self._wrapped.append(wrapped)
        self._top = max(self._top, self._row - self.lines + 1)

    def _control(self, code: str, command: str) -> None:
        if command == "A":
            self._row = max(self._top, self._row - int(code or 1))
        elif command == "K":
            del self._rows[self._row][self._column :]
        elif command == "J":
            del self._rows[self._row][self._column :]
            del self._rows[self._row + 1 :]
            del self._wrapped[self._row + 1 :]
        elif code == "?25":
            self.cursor_shown = command == "h"
        else:
            assert command == "m", (code, command)

    def resize(self, columns: int) -> None:
        """Become narrower: longer lines are wrapped, the cursor stays with its line."""
        self.columns = columns
        rows: list[list[str]] = []
        for row in self._rows:
            rows += [row[at : at + columns] for at in range(0, max(len(row), 1), columns)]
        self._rows = rows
        self._wrapped = [False] * len(rows)
        self._row = len(rows) - 1
        self._column = 0
        self._top = max(0, len(rows) - self.lines)

    def text(self) -> str:
        """What is on the screen."""
        return self._joined(self._rows[self._top :])

    def history(self) -> str:
        """What is on the screen and above it."""
        return self._joined(self._rows)

    @staticmethod
    def _joined(rows: list[list[str]]) -> str:
        return "".join("".join(row).rstrip() + "\n" for row in rows)
