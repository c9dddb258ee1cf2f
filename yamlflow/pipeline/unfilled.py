"""Expressions where nothing fills them in: a label, a default, the name of a secret are taken as they are written."""

from bisect import bisect_right
from collections.abc import Iterator

from yamlflow.diagnostics import Sink, Span
from yamlflow.pipeline.model import Pipeline, Value
from yamlflow.source import Mapping, Node, Scalar, Sequence

_MARK = "${{"
_OTHERS = ("description", "run")
"""What people read, and scripts, which have a check of their own."""
_NAMED = ("annotations", "env", "labels", "nodeSelector")
_HINTS = {
    "default": "write `inputs.NAME ?? ...` where it is used",
    "image": "the image of a task with `run` or `container` can hold it",
    "successCondition": "write it without `${{ }}`",
}
_NOTE = (
    "expressions are filled in where values go: `env`, `arguments`, `when`, `foreach`, `outputs`, and the like;"
    " what is known before the run comes from a template (`.yaml.j2`)"
)


def refuse_unfilled(pipeline: Pipeline, sink: Sink) -> None:
    """Report the expressions in texts that are no values, unless something else is wrong with them."""
    source = pipeline.node.span.source
    at = source.text.find(_MARK)
    if at < 0 or pipeline.graph is not None:
        return
    known = sorted((value.node.span.start, value.node.span.end) for value in _values(pipeline))
    starts = [start for start, _ in known]
    while at >= 0:
        index = bisect_right(starts, at) - 1
        if index < 0 or known[index][1] <= at:
            break
        at = source.text.find(_MARK, at + 1)
    if at < 0:
        return
    places = set(known)
    wrong = [item.span for item in sink.items if item.span is not None]
    for key, node in _texts(pipeline.node, "", wrong):
        if (node.span.start, node.span.end) not in places:
            at = node.value.find(_MARK)
            message = f"`{key}` is taken as it is written: no expression is filled in here"
            hint = _HINTS.get(key, "")
            sink.error("misplaced-expression", message, node.at(at, at + len(_MARK)), hint, notes=(_NOTE,))


def _values(pipeline: Pipeline) -> Iterator[Value]:
    for body in pipeline.bodies():
        yield from (output.value for output in body.outputs.values())
        for task in body.all_tasks():
            yield from task.values()
            yield from (output.value for inner in task.bodies() for output in inner.outputs.values())
    yield from (hook.when for hook in pipeline.hooks.values() if hook.when is not None)
    yield from (lock.name for lock in pipeline.locks)
    yield from (volume.size for volume in pipeline.volumes.values() if volume.size is not None)
    yield from (pipeline.defaults.image,) if pipeline.defaults.image is not None else ()
    yield from (item for item in pipeline.defaults.env.values() if isinstance(item, Value))
    yield from (mount.name for mount in pipeline.defaults.volumes if mount.name is not None)


def _texts(node: Node, key: str, wrong: list[Span]) -> Iterator[tuple[str, Scalar]]:
    """Yield each text with an expression in it, and the key under which it stands; not in what is wrong anyway."""
    if isinstance(node, Scalar):
        if _MARK in node.value and not _is_wrong(node, wrong):
            yield key, node
    elif isinstance(node, Mapping):
        if not _is_wrong(node.get("name"), wrong) and (not key or not any(_is_wrong(one.key, wrong) for one in node)):
            for entry in node:
                name = entry.key.value
                if name not in _OTHERS and not _is_wrong(entry.key, wrong):
                    yield from _texts(entry.value, f"{key}.{name}" if key in _NAMED else name, wrong)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item, key, wrong)


def _is_wrong(node: Node | None, wrong: list[Span]) -> bool:
    if node is None or not wrong:
        return False
    at = node.span.source.locate(node.span.start, node.span.end)[0]  # findings are where a template has them
    return any(span.source is at.source and span.start < at.end and at.start < span.end for span in wrong)
