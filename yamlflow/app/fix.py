"""Mending files: the edits that findings bring with them, as long as they lead on."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from yamlflow.app.contents import look
from yamlflow.app.errors import reason
from yamlflow.app.findings_form import decoded
from yamlflow.app.layer import Layer
from yamlflow.diagnostics import Diagnostic, Edit, Fix, Sink, Span
from yamlflow.diagnostics.choice import READING, Choice
from yamlflow.diagnostics.report import Report

_MOST_ROUNDS = 20
_BOM = b"\xef\xbb\xbf"


class Mended(NamedTuple):
    """A file before and after, and what was done: line and column at that moment, and words."""

    path: str
    data: bytes
    before: str
    after: str
    done: tuple[tuple[int, int, str], ...]


def mend(report: Report, layer: Layer, choice: Choice) -> Iterator[Mended]:
    """Yield the files of a report that can be mended. Nothing is written."""
    fixable = {item.span.source.name for item in report.diagnostics if item.fix is not None and item.span is not None}
    for path in report.checked:
        content = look(path) if path in fixable else None
        if content is not None and content.state:
            mended = _mended(path, content.data, layer, choice)
            if mended.done:
                yield mended


def _mended(path: str, data: bytes, layer: Layer, choice: Choice) -> Mended:
    before = text = decoded(data)
    done: list[tuple[int, int, str]] = []
    found = _findings(path, text, layer, choice)
    for _ in range(_MOST_ROUNDS):
        fixes = _chosen(found, path)
        applied = _apply_all(fixes, text, path, layer, choice) if fixes else None
        if applied is None:
            break
        text, found, used = applied
        done += [(*item.span.source.position(item.span.start), fix.what) for item, fix in used if item.span]
    return Mended(path, data, before, text, tuple(done))


_Chosen = list[tuple[Diagnostic, Fix]]


def _apply_all(
    fixes: _Chosen, text: str, path: str, layer: Layer, choice: Choice
) -> tuple[str, list[Diagnostic], _Chosen] | None:
    """Apply fixes at once; should that break the file, apply the first that does not. None if there is no such."""
    broken = _unreadable(_findings(path, text, layer, choice))
    for chosen in (fixes, *([fix] for fix in fixes)):
        new = apply([edit for _, fix in chosen for edit in fix.edits], text)
        found = _findings(path, new, layer, choice)
        if _unreadable(found) <= broken:
            return new, found, chosen
    return None


def _findings(path: str, text: str, layer: Layer, choice: Choice) -> list[Diagnostic]:
    from yamlflow.app.compile import validate_file
    from yamlflow.app.severities import settle
    from yamlflow.app.workspace import Workspace

    workspace, sink = Workspace(layer, {path: text}), Sink()
    validate_file(path, workspace, sink, given=True)
    settle(path, sink, workspace)
    return choice.of(sink.sorted())


def _unreadable(items: list[Diagnostic]) -> int:
    return sum(item.severity == "error" and item.code in READING for item in items)


def _chosen(items: list[Diagnostic], path: str) -> _Chosen:
    """Return the fixes of a file that do not get into each other's way."""
    taken: list[tuple[int, int]] = []
    chosen = []
    for item in items:
        if item.fix is None or any(edit.span.source.name != path for edit in item.fix.edits):
            continue
        spans = [(edit.span.start, edit.span.end) for edit in item.fix.edits]
        if not any(start <= high and low <= end for start, end in spans for low, high in taken):
            taken += spans
            chosen.append((item, item.fix))
    return chosen


def apply(edits: list[Edit], text: str) -> str:
    """Return a text with edits that do not overlap; line breaks are put in as the text has them."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        span: Span = edit.span
        text = text[: span.start] + edit.text.replace("\n", newline) + text[span.end :]
    return text


def write(mended: Mended) -> str:
    """Write a mended file, whole or not at all; return why that was not done, "" if it was."""
    path = os.path.realpath(mended.path)
    content = look(path)
    if content is None or content.data != mended.data:
        return "it changed meanwhile"
    draft = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}")
    bom = _BOM if mended.data.startswith(_BOM) else b""
    try:
        if not os.access(path, os.W_OK):
            return "it is write-protected"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(bom + mended.after.encode())
                file.flush()
                os.fsync(file.fileno())
            os.chmod(draft, os.stat(path).st_mode & 0o7777)
            os.replace(draft, path)
        except OSError:
            os.unlink(draft)
            raise
    except OSError as error:
        return reason(error)
    return ""


def difference(mended: Mended) -> Iterator[str]:
    """Yield the lines of a unified diff, each with its line break."""
    from difflib import unified_diff

    for line in unified_diff(_lines(mended.before), _lines(mended.after), mended.path, mended.path):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
