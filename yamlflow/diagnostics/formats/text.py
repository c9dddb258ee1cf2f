"""Findings for people: the line of source, a caret under the exact characters, a hint beside it."""

from typing import NamedTuple, TextIO

from yamlflow.diagnostics.diagnostic import Diagnostic
from yamlflow.diagnostics.formats import Format
from yamlflow.diagnostics.report import Report
from yamlflow.diagnostics.span import Span

_TAB = "→   "
_LEAST_ROOM = 20
_COLORS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[1;36m",
    "bold": "\x1b[1m",
    "dim": "\x1b[34m",
}
_RESET = "\x1b[0m"


class TextFormat(Format):
    """Prints findings with frames of source, and a summary."""

    def write(self, report: Report, out: TextIO) -> None:
        """Print a report."""
        for item in report.diagnostics:
            out.write("".join(f"{line}\n" for line in self.lines(item)))
        out.write(report.summary() + "\n")

    def _paint(self, color: str, text: str) -> str:
        return f"{_COLORS[color]}{text}{_RESET}" if self.terminal.colors and text else text

    def lines(self, item: Diagnostic) -> list[str]:
        """Return the lines that tell one finding."""
        head = self._paint(item.severity, f"{item.severity}[{item.code}]")
        message = self._paint("bold", visible(item.message))
        if item.span is None:
            hint = f" ({visible(item.hint)})" if item.hint else ""
            lines = [f"{self._paint('bold', visible(item.path))}: {head}: {message}{hint}"]
            gutter = 0
        else:
            lines = [f"{self._paint('bold', visible(str(item.span)))}: {head}: {message}"]
            lines += self._frame(item.span, item.hint, item.severity)
            gutter = len(str(item.span.line))
        lines += [self._paint("dim", " " * gutter + " = ") + f"note: {visible(note)}" for note in item.notes]
        for span, text in item.related:
            lines.append(f"{self._paint('bold', visible(str(span)))}: {self._paint('note', 'note')}: {visible(text)}")
            lines += self._frame(span, "", "note")
        return lines

    def _frame(self, span: Span, hint: str, color: str) -> list[str]:
        number, column = span.source.position(span.start)
        if not span.source.text.strip():
            return []
        line = span.source.line(number)
        start = min(column - 1, len(line))
        end = min(start + max(1, span.end - span.start), max(len(line), start + 1))
        gutter = len(str(number))
        shown = _cut(line, start, end, max(_LEAST_ROOM, self.terminal.width - gutter - 3))
        caret = self._paint(color, "^" * shown.width + (f" {visible(hint)}" if hint else ""))
        bar, blank = self._paint("dim", f"{number} |"), self._paint("dim", " " * gutter + " |")
        return [blank, f"{bar} {shown.text}".rstrip(), f"{blank} {' ' * shown.before}{caret}"]


class _Shown(NamedTuple):
    text: str
    before: int  # columns of the screen before the caret
    width: int


def _cut(line: str, start: int, end: int, room: int) -> _Shown:
    """Fit a line into `room` columns of the screen, with `line[start:end]` in sight."""
    signs, widths = _render(line)
    if sum(widths) <= room:
        return _Shown("".join(signs), sum(widths[:start]), max(1, sum(widths[start:end])))
    # A third of what is left over goes before the caret: what follows it tells more.
    low, used = start, 0
    while low > 0 and used + widths[low - 1] <= room // 3:
        low -= 1
        used += widths[low]
    high = start
    while high < len(line) and used + widths[high] <= room - 2:
        used += widths[high]
        high += 1
    while low > 0 and used + widths[low - 1] <= room - 2:
        low -= 1
        used += widths[low]
    left, right = "…" if low else "", "…" if high < len(line) else ""
    end = min(end, high)
    text = left + "".join(signs[low:high]) + right
    return _Shown(text, len(left) + sum(widths[low:start]), max(1, sum(widths[start:end])))


def _render(line: str) -> tuple[list[str], list[int]]:
    """Return what is printed for each character, and how many columns it takes."""
    if line.isascii() and line.isprintable():
        return list(line), [1] * len(line)
    from unicodedata import category, east_asian_width

    signs, widths = [], []
    for sign in line:
        if sign == "\t":
            shown, width = _TAB, len(_TAB)
        elif not sign.isprintable() and sign != " ":
            # Format characters such as U+202E turn the text around; letters never do.
            shown = _visible_sign(sign)
            width = len(shown)
        elif category(sign) in ("Mn", "Me"):
            shown, width = sign, 0
        else:
            shown, width = sign, 2 if east_asian_width(sign) in "WF" else 1
        signs.append(shown)
        widths.append(width)
    return signs, widths


def _visible_sign(sign: str) -> str:
    code = ord(sign)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"


def visible(text: str) -> str:
    """Return a text on one line, with all control characters made visible."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _visible_sign(sign) for sign in text)
