"""A pipeline as boxes and arrows, for all formats."""

from collections.abc import Iterator
from typing import NamedTuple

from yamlflow.pipeline.loop import Loop
from yamlflow.pipeline.model import Body, Pipeline, Task, Use, Value
from yamlflow.source import Scalar
from yamlflow.types import Type, type_text


class Arrow(NamedTuple):
    """`target` waits for `source` (ids of boxes); `labels` say what flows, each `NAME: TYPE`, or why it waits."""

    source: str
    target: str
    labels: tuple[str, ...]
    data: bool


class Box(NamedTuple):
    """A task with what it runs, its loop and its condition; a group has boxes and arrows of its own."""

    id: str
    title: str
    runs: str
    notes: tuple[str, ...] = ()
    inside: "Picture | None" = None


class Picture(NamedTuple):
    """Boxes in an order in which they can run, and the arrows between them."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(pipeline: Pipeline) -> Picture:
    """Return the picture of a linked pipeline; its exit tasks are a group named `onExit` at the end."""
    picture = _body(pipeline.body)
    if pipeline.on_exit is None:
        return picture
    last = Box("onExit", "onExit", "", (), _body(pipeline.on_exit, "onExit."))
    return Picture((*picture.boxes, last), picture.arrows)


def _body(body: Body, prefix: str = "") -> Picture:
    uses = {use.span: use for use in _uses(body)}
    arrows: dict[tuple[str, str], Arrow] = {}
    for edge in body.edges:
        source, target = (f"{prefix}{'.'.join(task.path)}" for task in (edge.producer, edge.consumer))
        use = uses.get(edge.span)
        label = _label(use)
        old = arrows.get((source, target), Arrow(source, target, (), False))
        labels = old.labels if not label or label in old.labels else (*old.labels, label)
        arrows[source, target] = old._replace(labels=labels, data=old.data or edge.kind in ("data", "maybe"))
    return Picture(tuple(_box(task, prefix) for task in body.order), tuple(arrows.values()))


def _uses(body: Body) -> Iterator[Use]:
    for task in body.all_tasks():
        for value in task.values():
            yield from value.uses
        if task.body is not None:
            for output in task.body.outputs.values():
                yield from output.value.uses


def _label(use: Use | None) -> str:
    if use is None:
        return ""
    if use.field != "outputs":
        return use.field
    port = (use.task.outputs or {}).get(use.output)
    if port is None:
        return use.output
    type_ = port.type
    if type_ is None and use.task.body is not None and use.output in use.task.body.outputs:
        type_ = use.task.body.outputs[use.output].value.type
    return f"{use.output}: {type_text(type_ if use.task.loop is None else Type('List', type_))}"


def _box(task: Task, prefix: str) -> Box:
    inside = _body(task.body, prefix) if task.body is not None else None
    notes = (_loop(task.loop) if task.loop else "", f"when {_source(task.when)}" if task.when else "")
    return Box(f"{prefix}{'.'.join(task.path)}", task.name, _runs(task), tuple(filter(None, notes)), inside)


def _source(value: Value | None) -> str:
    """Return a value as it is written, without the signs around an expression."""
    text = value.node.value.strip() if value is not None and isinstance(value.node, Scalar) else ""
    is_whole = value is not None and value.whole is not None
    return text.removeprefix("${{").removesuffix("}}").strip() if is_whole else text


def _loop(loop: Loop) -> str:
    if loop.range is not None:
        return f"for each from {_source(loop.range.start) or 0} to {_source(loop.range.end)}"
    return f"for each of {_source(loop.value) if loop.items is None else len(loop.items)}"


def _runs(task: Task) -> str:
    if task.body is not None:
        return ""
    if isinstance(task.component_ref, Scalar):
        return task.component_ref.value
    if task.component is not None and task.component.name:
        return task.component.name
    return task.kind
