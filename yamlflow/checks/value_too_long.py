"""Constants that are longer than what Linux passes to a program as one text."""

from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline, Task, Value
from yamlflow.source import Node, Scalar
from yamlflow.source.fields import place
from yamlflow.types import constant_text

CODE = "value-too-long"
LIMIT = 128 * 1024
"""Bytes of one argument or variable, with the byte that ends it."""


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each constant that a program could never be given."""
    if len(pipeline.node.span.source.text) < LIMIT // 4:
        return
    for item in pipeline.inputs.values():
        if item.default is not None and _length(item.default, "") >= LIMIT:
            yield _finding(f"the default of input `{item.name}`", item.default)
    for task in all_tasks(pipeline):
        for name, (_, value) in task.arguments.items():
            if "value" in _taken(task, name) and value.parts is None and _length(value.node, "") >= LIMIT:
                yield _finding(f"argument `{name}` of task `{task.name}`", value.node)
        for name, variable in task.env.items():
            if isinstance(variable, Value) and variable.parts is None and _length(variable.node, name) >= LIMIT:
                yield _finding(f"`{name}` in `env` of task `{task.name}`", variable.node)


def _taken(task: Task, name: str) -> frozenset[str]:
    return task.component.consumes(name) if task.component is not None else frozenset()


def _length(node: Node, name: str) -> int:
    text = node.value if isinstance(node, Scalar) else constant_text(node.data())
    return len(text.encode()) + len(name) + 1 + bool(name)


def _finding(what: str, node: Node) -> Diagnostic:
    span = place(node)
    at = span._replace(end=min(span.end, span.start + 60))
    return Diagnostic(
        CODE, "error", f"{what} is too long: a program takes texts up to 128 KiB", at, "pass it as a file: `inputPath`"
    )
