"""A pipeline as boxes and arrows, for all formats."""

from collections.abc import Iterator
from typing import NamedTuple

from yamlflow.pipeline.model import Body, Pipeline, Task, Use
from yamlflow.source import Scalar
from yamlflow.types import type_text


class Arrow(NamedTuple):
    """`target` waits for `source` (ids of boxes); `labels` say what flows, each `NAME: TYPE`, or why it waits."""

    source: str
    target: str
    labels: tuple[str, ...]
    data: bool


class Box(NamedTuple):
    """A task with what it runs and its condition; a group has boxes and arrows of its own."""

    id: str
    title: str
    runs: str
    when: str
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
    last = Box("onExit", "onExit", "", "", _body(pipeline.on_exit, "onExit."))
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
    return f"{use.output}: {type_text(port.type)}" if port is not None else use.output


def _box(task: Task, prefix: str) -> Box:
    inside = _body(task.body, prefix) if task.body is not None else None
    when = task.when.node.value.strip() if task.when is not None and isinstance(task.when.node, Scalar) else ""
    whole = task.when is not None and task.when.whole is not None
    condition = when.removeprefix("${{").removesuffix("}}").strip() if whole else when
    return Box(f"{prefix}{'.'.join(task.path)}", task.name, _runs(task), condition, inside)


def _runs(task: Task) -> str:
    if task.body is not None:
        return ""
    if isinstance(task.component_ref, Scalar):
        return task.component_ref.value
    if task.component is not None and task.component.name:
        return task.component.name
    return task.kind
