"""The element of a loop: what `item` and its fields are."""

from yamlflow.diagnostics import Related, Sink, did_you_mean
from yamlflow.expressions import Step
from yamlflow.pipeline.loop import Loop
from yamlflow.pipeline.model import Task, Value
from yamlflow.source import Mapping
from yamlflow.source.fields import place
from yamlflow.types import Type, type_text

INDEX = "index"


def item_type(task: Task, value: Value, steps: tuple[Step, ...], sink: Sink, *, may_lack: bool) -> Type | None:
    """Return the type of `item` or of something in it, and note that it is used; what does not exist is reported.

    `may_lack` says that there is something else for a field that not every element has.
    """
    loop = task.loop
    assert loop is not None
    value.loops[steps[0].name] = loop
    if len(steps) == 1:
        return loop.element
    field = steps[1]
    if field.name == INDEX:
        loop.indexed = True
        return Type("Integer")
    at = value.at(field.start, field.end)
    if loop.element is not None and not loop.element.is_mapping:
        what = f"an element of this loop is {type_text(loop.element)}, it has no fields"
        sink.error("unknown-field", what, at, f"write `{loop.name}`")
        return None
    if loop.fields is None:
        return None
    if field.name not in loop.fields:
        message = f"the elements of this loop have no `{field.name}`"
        note = f"they have: {', '.join(loop.fields)}, and `{INDEX}`"
        sink.error("unknown-field", message, at, did_you_mean(field.name, loop.fields), notes=(note,))
        return None
    lacking = _lacking(loop, field.name)
    if lacking is not None and not may_lack:
        message, hint = f"not every element of this loop has `{field.name}`", "say what it is then: `... ?? 'none'`"
        sink.error("unknown-field", message, at, hint, related=(lacking,))
    return loop.fields[field.name] if len(steps) == 2 else None


def _lacking(loop: Loop, field: str) -> Related | None:
    for number, item in enumerate(loop.items or (), start=1):
        if isinstance(item, Mapping) and field not in item:
            return Related(place(item), f"element {number} has none")
    return None
