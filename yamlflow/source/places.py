"""Where each character of a scalar's value stands in the file, through quotes, escapes, folding and indentation."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from yamlflow.diagnostics import Span
from yamlflow.source.nodes import Scalar

BREAKS = "\n\r\x85\u2028\u2029"
_BREAK = re.compile(f"[{BREAKS}]")
_BLANKS = re.compile(r"[ \t]*")


class Segment(NamedTuple):
    """A stretch of a value from offset `at` on, and the source text it came from.

    When `value` is the source text itself, its characters map one to one; else all of it came from the whole stretch.
    """

    at: int
    value: str
    start: int
    end: int


def locate(scalar: Scalar, start: int, end: int) -> Span:
    """Return the place of `scalar.value[start:end]`; an empty stretch gives the empty place before its character."""
    if scalar.segments is None:
        scalar.segments = _segments(scalar)
    source, segments = scalar.span.source, scalar.segments
    if not segments:
        return scalar.span
    first, last = (start, end - 1) if start < end else (start, start)
    low = _place(segments, first)
    return Span(source, low[0], _place(segments, last)[1] if start < end else low[0])


def _place(segments: list[Segment], offset: int) -> tuple[int, int]:
    segment = segments[max(0, bisect_right(segments, offset, key=lambda s: s.at) - 1)]
    inside = offset - segment.at
    if inside >= len(segment.value):
        return segment.end, segment.end
    if segment.end - segment.start != len(segment.value):
        return segment.start, segment.end
    return segment.start + inside, segment.start + inside + 1


def _segments(scalar: Scalar) -> list[Segment]:
    """Read the scalar's source once more, this time keeping places; [] when that does not give its value."""
    text, value = scalar.span.source.text, scalar.value
    start, end = scalar.span.start, scalar.span.end
    margin = 0 if scalar.style == "" else 1
    if text[start + margin : end - margin] == value and scalar.style in ("", "'", '"'):
        return [Segment(0, value, start + margin, end - margin)]
    for pieces in _readings(scalar, text, start, end):
        found = _fit(pieces, value)
        if found:
            return found
    return []


def _readings(scalar: Scalar, text: str, start: int, end: int) -> "Iterator[Iterable[_Piece]]":
    if scalar.style in ("|", ">"):
        read = _literal if scalar.style == "|" else _folded
        body, explicit = _header(text, start)
        yield from (read(text, body, indent) for indent in _indents(text, body, explicit))
    elif scalar.style:
        yield _flow(text, start + 1, end - 1, _double if scalar.style == '"' else _single)
    else:
        yield _flow(text, start, end, _plain)


class _Piece(NamedTuple):
    value: str
    start: int
    end: int


def _fit(pieces: "Iterable[_Piece]", value: str) -> list[Segment]:
    """Number the pieces by their offset in the value; [] when they are not its text (trailing breaks may be cut)."""
    segments: list[Segment] = []
    at = 0
    for piece in pieces:
        if at == len(value):
            break
        if not value.startswith(piece.value, at):
            return []
        segments.append(Segment(at, *piece))
        at += len(piece.value)
    return segments if at == len(value) else []


def _break(text: str, at: int) -> _Piece:
    """Read one line break."""
    if text.startswith("\r\n", at):
        return _Piece("\n", at, at + 2)
    return _Piece(text[at] if text[at] in "\u2028\u2029" else "\n", at, at + 1)


def _line_end(text: str, at: int, end: int) -> int:
    found = _BREAK.search(text, at, end)
    return found.start() if found else end


def _skip_blanks(text: str, at: int, end: int) -> int:
    found = _BLANKS.match(text, at, end)
    return found.end() if found else at


def _fold(breaks: list[_Piece], end: int, escaped: bool = False) -> Iterator[_Piece]:
    """Fold the line breaks between two lines of a plain or quoted text; `end` is where the next line's text starts."""
    first, rest = breaks[0], breaks[1:]
    if escaped:
        yield from rest
    elif first.value != "\n":
        yield first
        yield from rest
    elif rest:
        yield from rest
    else:
        yield _Piece(" ", first.start, end)


def _flow(text: str, at: int, end: int, chunks: Callable[[str, int, int], Iterator[_Piece]]) -> Iterator[_Piece]:
    """Read a plain or quoted text: its lines lose the blanks around them and are folded."""
    while True:
        stop = _line_end(text, at, end)
        if stop == end:
            yield from chunks(text, at, end)
            return
        double = chunks is _double
        escaped = double and _is_escaped(text, at, stop)
        cut = stop - 1 if escaped else stop
        while not escaped and cut > at and text[cut - 1] in " \t" and not (double and _is_escaped(text, at, cut - 1)):
            cut -= 1
        yield from chunks(text, at, cut)
        breaks: list[_Piece] = []
        at = stop
        while at < end and text[at] in BREAKS:
            breaks.append(_break(text, at))
            at = _skip_blanks(text, breaks[-1].end, end)
        yield from _fold(breaks, at, escaped)


def _is_escaped(text: str, start: int, at: int) -> bool:
    slashes = 0
    while at - slashes > start and text[at - slashes - 1] == "\\":
        slashes += 1
    return slashes % 2 == 1


def _plain(text: str, at: int, end: int) -> Iterator[_Piece]:
    if at < end:
        yield _Piece(text[at:end], at, end)


def _single(text: str, at: int, end: int) -> Iterator[_Piece]:
    while at < end:
        quote = text.find("''", at, end)
        if quote < 0:
            yield _Piece(text[at:end], at, end)
            return
        if quote > at:
            yield _Piece(text[at:quote], at, quote)
        yield _Piece("'", quote, quote + 2)
        at = quote + 2


_HEX_ESCAPES = {"x": 2, "u": 4, "U": 8}
_ESCAPES = dict(zip('0abt\tnvfre "/\\N_LP', '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True))


def _double(text: str, at: int, end: int) -> Iterator[_Piece]:
    while at < end:
        slash = text.find("\\", at, end)
        if slash < 0:
            slash = end
        if slash > at:
            yield _Piece(text[at:slash], at, slash)
        if slash < end:
            letter = text[slash + 1]
            at = slash + 2 + _HEX_ESCAPES.get(letter, 0)
            yield _Piece(_ESCAPES.get(letter) or chr(int(text[slash + 2 : at], 16)), slash, at)
        else:
            at = end


def _header(text: str, at: int) -> tuple[int, bool]:
    """Return where the first line of a block scalar starts, and whether its header gives the indentation."""
    stop = _line_end(text, at, len(text))
    explicit = any(sign in "123456789" for sign in text[at + 1 : at + 3])
    return (_break(text, stop).end if stop < len(text) else stop), explicit


def _indents(text: str, at: int, explicit: bool) -> Iterable[int]:
    """Return the indentations that a block scalar may have: the one that YAML detects, or all that its text allows."""
    widest = 0
    while at < len(text):
        width = 0
        while at + width < len(text) and text[at + width] == " ":
            width += 1
        widest = max(widest, width)
        at += width
        if at >= len(text) or text[at] not in BREAKS:
            break
        at = _break(text, at).end
    return range(widest, -1, -1) if explicit else (widest,)


class _Line(NamedTuple):
    start: int  # after the indentation
    stop: int
    end: _Piece | None


def _lines(text: str, at: int, indent: int) -> Iterator[_Line]:
    while at < len(text):
        start = at
        while start < len(text) and start - at < indent and text[start] == " ":
            start += 1
        if start - at < indent and start < len(text) and text[start] not in BREAKS:
            return  # indented less: the block has ended
        stop = _line_end(text, start, len(text))
        brk = _break(text, stop) if stop < len(text) else None
        yield _Line(start, stop, brk)
        at = brk.end if brk else stop


def _literal(text: str, at: int, indent: int) -> Iterator[_Piece]:
    for line in _lines(text, at, indent):
        yield from _plain(text, line.start, line.stop)
        if line.end:
            yield line.end


def _folded(text: str, at: int, indent: int) -> Iterator[_Piece]:
    waiting: _Piece | None = None
    empty: list[_Piece] = []
    blank_before = False
    for line in _lines(text, at, indent):
        if line.start == line.stop:
            if line.end:
                empty.append(line.end)
            continue
        blank = text[line.start] in " \t"
        if waiting and waiting.value == "\n" and not blank_before and not blank:
            if not empty:
                yield _Piece(" ", waiting.start, line.start)
        elif waiting:
            yield waiting
        yield from empty
        yield _Piece(text[line.start : line.stop], line.start, line.stop)
        waiting, empty, blank_before = line.end, [], blank
    if waiting:
        yield waiting
    yield from empty
