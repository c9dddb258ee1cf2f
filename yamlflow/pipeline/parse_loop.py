"""Parsing `foreach`: a list, an expression, or a range of numbers."""

import re

from yamlflow.diagnostics import Sink
from yamlflow.expressions.operators import CONSTANTS, KEYWORDS
from yamlflow.expressions.tree import CONTEXTS
from yamlflow.pipeline.loop import Loop, Range
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.parse_options import fields, parse_value
from yamlflow.pipeline.shapes import refuse_expression
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import Fields, place, wrong_kind

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WHOLE = 'write the whole list as one expression: `"${{ [inputs.a, inputs.b] }}"`'
_FORMAT = re.compile(r"(?:[^%]|%%)*%0?[0-9]*[dxXo](?:[^%]|%%)*")


def parse_loop(task: Task, found: Fields) -> None:
    """Parse `foreach`, `as` and `maxParallel` of a task."""
    task.max_parallel = found.integer("maxParallel", 1)
    node = found.get("foreach")
    if node is None:
        _refuse_alone(task, found.sink)
        return
    for key in ("timeout", "continueOnError"):
        if key in task.node and (key, task.kind) != ("timeout", "tasks"):
            found.sink.error(
                "misplaced-key",
                f"`{key}` cannot be given to a loop",
                task.node.key_span(key),
                "make it a group, and give it to the task inside",
            )
    loop = Loop(_name(found), task.node.key_span("as" if "as" in task.node else "foreach"), node)
    if isinstance(node, Sequence):
        loop.items = _items(node, found.sink)
    elif isinstance(node, Mapping):
        loop.range = _range(node, task, found.sink)
    elif isinstance(node, Scalar):
        loop.value = parse_value(node, found.sink)
    task.loop = loop


def _refuse_alone(task: Task, sink: Sink) -> None:
    if "as" in task.node:
        sink.error("misplaced-key", "`as` names the element of `foreach`, which is missing", task.node.key_span("as"))
    if "maxParallel" in task.node and task.kind != "tasks":
        sink.error(
            "misplaced-key",
            "`maxParallel` belongs to a task with `foreach`, or to a group",
            task.node.key_span("maxParallel"),
        )


def _name(found: Fields) -> str:
    node = found.text("as", "a name")
    if node is None:
        return "item"
    name = node.value
    if not _NAME.fullmatch(name):
        found.sink.error("invalid-name", f"`{name}` cannot name an element", node.span, "use letters, digits and `_`")
    elif name in (CONTEXTS - {"item"}) | KEYWORDS | CONSTANTS | {"sprig"}:
        found.sink.error("invalid-name", f"`{name}` cannot name an element: it means something else", node.span)
    return name


def _items(node: Sequence, sink: Sink) -> list[Node]:
    if not node.items:
        sink.error("empty-foreach", "there is nothing in this list", place(node), "give it an element")
    for number, item in enumerate(node.items, start=1):
        if not isinstance(item, Scalar):
            parse_value(item, sink)
        elif refuse_expression(item, "a list or a mapping", _WHOLE, sink):
            continue
        elif not item.style and item.data() is None:
            sink.error("null-item", f"element {number} of `foreach` is nothing", place(item), "write `''` for text")
    return list(node.items)


def _range(node: Mapping, task: Task, sink: Sink) -> Range:
    found = fields(node, sink, f"`foreach` of task `{task.name}`", "range")
    layout = found.text("format")
    if layout is not None and not _FORMAT.fullmatch(layout.value):
        sink.error(
            "invalid-range",
            f"`{layout.value}` does not say how to write one number",
            layout.span,
            "write such as `%03d`",
        )
    return Range(
        node, _number(found, "from"), _number(found, "to"), _number(found, "step"), layout.value if layout else ""
    )


def _number(found: Fields, key: str) -> Value | None:
    node = found.get(key)
    if isinstance(node, Scalar):
        return parse_value(node, found.sink)
    if node is not None:
        wrong_kind(found.sink, node, "a whole number or an expression", f"`{key}` of {found.what}")
    return None
