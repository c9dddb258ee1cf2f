"""What the elements of a loop are: their type, and the fields that literal mappings have."""

from yamlflow.diagnostics import Related, Sink, Span
from yamlflow.pipeline.loop import Loop, Range
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.scope_item import INDEX
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import place
from yamlflow.types import Type, fits, type_text

_INTEGER = Type("Integer")


def check_name(task: Task, sink: Sink) -> None:
    """Report a name that hides the element of a loop around."""
    loop = task.loop
    assert loop is not None
    for around in task.parent.loops():
        if around.loop is not None and around.loop.name == loop.name:
            sink.error(
                "shadowed-item",
                f"`{loop.name}` names an element of the loop `{around.name}` already",
                loop.span,
                "name this one by `as: NAME`",
                related=(Related(around.loop.span, f"the loop `{around.name}` is here"),),
            )
            return


def note_literals(loop: Loop, sink: Sink) -> None:
    """Work out the type of a literal list's elements and, when all are mappings, their fields."""
    items = loop.items or []
    loop.element = _common(items)
    if not items or not all(isinstance(item, Mapping) for item in items):
        return
    by_name: dict[str, list[Node]] = {}
    for item in items:
        if isinstance(item, Mapping):
            for entry in item:
                by_name.setdefault(entry.key.value, []).append(entry.value)
                if entry.key.value == INDEX:
                    message = f"`{loop.name}.{INDEX}` is the position of an element: a field cannot be called so"
                    sink.error("invalid-name", message, entry.key.span)
    loop.fields = {name: _common(values) for name, values in by_name.items()}


def _common(items: list[Node]) -> Type | None:
    """Return the type that all values have, None when they differ."""
    types = [_type(item) for item in items]
    found = types[0] if types else None
    for one in types[1:]:
        if one is None or found is None:
            return None
        found = found if fits(one, found) else one if fits(found, one) else None
    return found


def _type(item: Node) -> Type | None:
    if isinstance(item, Mapping):
        return Type("Dict")
    if isinstance(item, Sequence):
        return Type("List", _common(item.items))
    value = item.data()
    if isinstance(value, bool):
        return Type("Bool")
    if isinstance(value, int):
        return _INTEGER
    if isinstance(value, float):
        return Type("Float")
    return None if value is None and isinstance(item, Scalar) and not item.style else Type("String")


def _list_hint(value: Value) -> str:
    text = value.node.value.strip() if isinstance(value.node, Scalar) else ""
    inner = text.strip("{= }").replace("puts.parameters.", "puts.")
    is_path = inner.startswith(("inputs.", "tasks.")) and inner.replace(".", "").replace("-", "").isalnum()
    return f"write `${{{{ {inner} }}}}`" if is_path else "give a list, or `${{ ... }}`"


def note_list(task: Task, loop: Loop, value: Value, found: Type | None, sink: Sink) -> None:
    """Take the type of the elements from that of the list; what is no list is reported."""
    at = place(value.node)
    tag = value.whole
    if tag is None:
        hint = "write it as one expression: `${{ ... }}`" if value.parts else _list_hint(value)
        sink.error("invalid-foreach", f"`foreach` of task `{task.name}` is no list", at, hint)
    elif found is not None and not found.is_list:
        span = value.at(tag.start, tag.end)
        hint = "if it is JSON: `as(List, ...)`" if found.is_text else ""
        message = f"`foreach` of task `{task.name}` wants a list, this is {type_text(found)}"
        sink.error("invalid-foreach", message, span, hint)
    elif found is not None:
        loop.element = found.element


def number(value: Value | None) -> int | None:
    """Return the whole number that a value is, None when it is an expression or something else."""
    if value is None or value.parts is not None or not isinstance(value.node, Scalar):
        return None
    data = value.node.data()
    return data if isinstance(data, int) and not isinstance(data, bool) else None


def check_bound(task: Task, value: Value, found: Type | None, sink: Sink) -> None:
    """Report a bound of a range that is no whole number."""
    if value.parts is None and number(value) is not None:
        return
    if value.whole is not None and (found is None or found == _INTEGER):
        return
    what = type_text(found) if value.whole is not None and found is not None else "none"
    message = f"`foreach` of task `{task.name}` wants a whole number, this is {what}"
    sink.error("invalid-range", message, place(value.node))


def note_range(task: Task, loop: Loop, bounds: Range, sink: Sink) -> None:
    """Say what the numbers of a range are; one that holds none is reported."""
    loop.element = Type("String") if bounds.format else _INTEGER
    start, end, step = constants(bounds)
    at = place(bounds.node)
    if step == 0:
        sink.error("invalid-range", "a range in steps of 0 has no end", bounds.step.node.span if bounds.step else at)
    elif start is not None and end is not None and step is not None and (end - start) * step < 0:
        hint = "to count down, give it `step: -1`" if step > 0 else ""
        message = f"`foreach` of task `{task.name}`: there is no number from {start} to {end} in steps of {step}"
        sink.error("empty-foreach", message, at, hint)
    elif (bounds.format and step is None) or (bounds.format and step != 1 and (start is None or end is None)):
        _refuse_format(bounds, at, sink)


def _refuse_format(bounds: Range, at: Span, sink: Sink) -> None:
    del bounds
    message = "numbers in other steps than 1 can be formatted only when `from`, `to` and `step` are constants"
    sink.error("invalid-range", message, at, "leave `format` to the task")


def constants(bounds: Range) -> tuple[int | None, int | None, int | None]:
    """Return `from`, `to` and `step` of a range as far as they are constants."""
    start = 0 if bounds.start is None else number(bounds.start)
    step = 1 if bounds.step is None else number(bounds.step)
    return start, number(bounds.end), step
