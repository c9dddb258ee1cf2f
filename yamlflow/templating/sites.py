"""Which expressions of which templates are at work: from Python's frames back to nodes."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import nodes

from yamlflow.templating.nodes import extent
from yamlflow.templating.text import TemplateText
from yamlflow.templating.traced import Step, StepKind, Trail

if TYPE_CHECKING:
    from yamlflow.templating.environment import TemplateEnvironment
    from yamlflow.templating.generator import Record

_FAR = 1 << 30
_INCLUDES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


class Site(NamedTuple):
    """A frame that runs the code of a template, the node that it is at, and the steps that led there inside of it."""

    frame: FrameType
    text: TemplateText
    node: nodes.Node
    trail: Trail


def sites(environment: "TemplateEnvironment", error: BaseException) -> list[Site]:
    """Return where an exception came from, innermost first."""
    found: dict[int, Site] = {}
    for frame, instruction in _frames(error):
        template = frame.f_globals.get("__jinja_template__")
        if template is None or id(frame) in found:
            continue
        record = _record_at(environment.records[template.name], frame, instruction)
        if record is not None:
            trail = frame.f_locals.get(record.trail, ())
            found[id(frame)] = Site(frame, environment.texts[template.name], record.node, trail)
    return list(found.values())


def template_frame() -> FrameType | None:
    """Return the frame of the innermost template that is at work."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and "__jinja_template__" not in frame.f_globals:
        frame = frame.f_back
    return frame


def _frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """Yield the frames of an exception, innermost first, and then those that wait for the outermost."""
    entries = []
    traceback = error.__traceback__
    while traceback is not None:
        entries.append((traceback.tb_frame, traceback.tb_lasti))
        traceback = traceback.tb_next
    yield from reversed(entries)
    frame = entries[0][0].f_back if entries else None
    while frame is not None:
        yield frame, frame.f_lasti
        frame = frame.f_back


def _record_at(records: "Sequence[Record]", frame: FrameType, instruction: int) -> "Record | None":
    positions = next(islice(frame.f_code.co_positions(), instruction // 2, None), (None,) * 4)
    line, end_line, column, end_column = positions
    if line is None:
        line = end_line = frame.f_lineno
    if column is None:  # Python was told to keep no columns
        column, end_column = _FAR, 0
    return innermost(records, (line, column), (end_line or line, end_column or 0))


def innermost(records: "Sequence[Record]", start: tuple[int, int], end: tuple[int, int]) -> "Record | None":
    """Return the record of the smallest stretch of code around another one."""
    around = [record for record in records if record.start <= start and end <= record.end]
    return max(around, key=lambda record: (record.start, -record.end[0], -record.end[1]), default=None)


def trail_of(found: Sequence[Site]) -> Trail:
    """Return the steps that led to the innermost site."""
    return (*found[0].trail, *entered_from(found[1:])) if found else ()


def entered_from(found: Sequence[Site]) -> Trail:
    """Return the steps that led to what the innermost site called or included."""
    trail: Trail = ()
    for site in found:
        start, end = extent(site.node, site.text) or (0, 0)
        tag = site.text.tag(start)
        trail += (Step(_kind(site.node), site.text, tag.start, max(tag.end, end)), *site.trail)
    return trail


def _kind(node: nodes.Node) -> StepKind:
    if isinstance(node, _INCLUDES):
        return "include"
    return "call" if isinstance(node, nodes.Call | nodes.CallBlock) else "use"
