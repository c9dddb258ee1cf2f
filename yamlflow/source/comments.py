"""Comments that speak to yamlflow: `# yamlflow: ignore[code, code]`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from yaml.error import YAMLError
from yaml.events import ScalarEvent, StreamEndEvent

from yamlflow.diagnostics import Ignore, Sink, SourceText, Span, did_you_mean, nearest
from yamlflow.diagnostics.codes import codes
from yamlflow.source.builder import events

_COMMENT = re.compile(r"(?<!\S)#[ \t]*yamlflow:[ \t]*([\w-]+)[ \t]*(?:\[([^\]\r\n]*)\])?")
_CODE = re.compile(r"[^\s,]+")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_COMMA_BEFORE = re.compile(r"[ \t]*,[ \t]*$")


class Stretch(NamedTuple):
    """A scalar on several lines or in quotes: where it starts, where its content does, and where it ends."""

    start: int
    content: int
    end: int


def read_ignores(source: SourceText, sink: Sink) -> None:
    """Note the findings that comments of a text ask to ignore; what is wrong in such a comment is reported."""
    try:
        stretches = list(_stretches(source.text))
    except (YAMLError, UnicodeEncodeError):
        return
    note_ignores(source, stretches, sink)


def note_ignores(source: SourceText, stretches: list[Stretch], sink: Sink) -> None:
    """Do what `read_ignores` does for a text of any language whose comments start with `#`, by its quoted stretches."""
    for match in _COMMENT.finditer(source.text):
        if not nearest(match[1], ("ignore",)) or any(
            stretch.content <= match.start() < stretch.end for stretch in stretches
        ):
            continue
        if match[1] != "ignore" or not (match[2] or "").strip(" \t,"):
            place = Span(source, match.start(), match.end())
            sink.warning("bad-ignore", "this comment ignores nothing", place, "write `# yamlflow: ignore[CODE]`")
            continue
        _read(match, source, stretches, sink)


def _read(match: re.Match[str], source: SourceText, stretches: list[Stretch], sink: Sink) -> None:
    lines = None
    known = codes()
    for code in _CODE.finditer(match[2]):
        start = match.start(2) + code.start()
        if code[0] not in known:
            hint = did_you_mean(code[0], known) or "`yamlflow explain` lists all"
            sink.error("unknown-code", f"there is no code `{code[0]}`", Span(source, start, start + len(code[0])), hint)
            continue
        lines = lines if lines is not None else tuple(_lines(match.start(), source, stretches))
        span = source.locate(start, start + len(code[0]))[0]
        sink.ignores.append(Ignore(code[0], span, lines, _removal(match, code, source)))


def _removal(comment: re.Match[str], code: re.Match[str], source: SourceText) -> Span | None:
    """Return what to cut so that a code is gone: the comment, or one of its several codes."""
    text, first = source.text, comment.start(2)
    if len(_CODE.findall(comment[2])) > 1:
        low, high = first + code.start(), first + code.end()
        behind = _COMMA.match(text, high)
        before = _COMMA_BEFORE.search(comment[2][: code.start()])
        if behind:
            return source.editable(low, behind.end())
        return source.editable(first + before.start() if before else low, high)
    line = text.rfind("\n", 0, comment.start()) + 1
    end = text.find("\n", comment.start())
    end = len(text) if end < 0 else end
    if text[line : comment.start()].strip():
        low = len(text[: comment.start()].rstrip(" \t"))
        return source.editable(low, end - text[:end].endswith("\r"))
    return source.editable(line, min(end + 1, len(text)))


def _lines(comment: int, source: SourceText, stretches: list[Stretch]) -> Iterator[tuple[str, int]]:
    """Yield the lines for which a comment speaks, with their files: its own, or the next one if it stands alone.

    If a scalar on several lines starts there, they are all lines of the scalar, in which no comment can stand.
    """
    text = source.text
    start = text.rfind("\n", 0, comment) + 1
    end = _line_end(text, start)
    if not text[start:comment].strip():
        start = min(end + 1, len(text))
        end = _line_end(text, start)
    last = max([end, *(stretch.end for stretch in stretches if start <= stretch.start < end)])
    while start < len(text) and start <= last:
        at = start + len(text[start:end]) - len(text[start:end].lstrip())
        place = source.locate(at, at)[0]
        yield place.source.name, place.line
        start = end + 1
        end = _line_end(text, start)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _stretches(text: str) -> Iterator[Stretch]:
    following = events(text, 0)
    while not isinstance(event := following(), StreamEndEvent):
        if not isinstance(event, ScalarEvent):
            continue
        assert event.start_mark is not None
        assert event.end_mark is not None
        start, end = event.start_mark.index, event.end_mark.index
        if event.style in ("|", ">"):
            # Behind the mark a comment may stand.
            yield Stretch(start, _line_end(text, start), len(text[:end].rstrip()) if end > start else end)
        elif event.style or "\n" in text[start:end]:
            yield Stretch(start, start, end)
