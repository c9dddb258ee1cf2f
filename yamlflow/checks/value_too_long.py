"""Constants that are longer than what Linux passes to a program as one text."""

from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic, Span
from yamlflow.pipeline.container_set import ContainerSet
from yamlflow.pipeline.model import Pipeline, Task, Value
from yamlflow.pipeline.scope import reference
from yamlflow.pipeline.tags import carries_tag
from yamlflow.source import Node, Scalar
from yamlflow.source.fields import place
from yamlflow.types import constant_text

CODE = "value-too-long"
LIMIT = 128 * 1024
"""Bytes of one argument or variable, with the byte that ends it."""
_AS_BASE64 = LIMIT // 4 * 3
_AS_FILE = "pass it as a file: `inputPath`"
_AS_INPUT = "give the task an input, and read the file `$INPUT_NAME`"
_SHORTER = "put it into the image, or into a file that the task takes as an input"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each constant that a program could never be given."""
    for task in all_tasks(pipeline):
        yield from _programs(task)
    if len(pipeline.node.span.source.text) < LIMIT // 4:
        return
    for item in pipeline.inputs.values():
        if item.default is not None and _length(item.default, "") >= LIMIT and _is_text(item.name, pipeline):
            yield _finding(f"the default of input `{item.name}`", place(item.default), _AS_FILE)
    for task in all_tasks(pipeline):
        for name, (_, value) in task.arguments.items():
            if "value" in _taken(task, name) and value.parts is None and _length(value.node, "") >= LIMIT:
                yield _finding(f"argument `{name}` of task `{task.name}`", place(value.node), _AS_FILE)
        for name, variable in task.env.items():
            if isinstance(variable, Value) and variable.parts is None and _length(variable.node, name) >= LIMIT:
                hint = _AS_FILE if task.kind == "component" else _AS_INPUT
                yield _finding(f"`{name}` in `env` of task `{task.name}`", place(variable.node), hint)


def _programs(task: Task) -> Iterator[Diagnostic]:
    """Yield the programs that do not travel as files: those in a command line, and those that Argo must not read."""
    members = task.content.members.values() if isinstance(task.content, ContainerSet) else ()
    scripts = [(member.script, LIMIT) for member in members if member.script is not None]
    if task.script is not None and carries_tag(task.script.source.value):
        scripts.append((task.script, _AS_BASE64))
    for script, limit in scripts:
        if len(script.source.value) >= limit // 4 and _length(script.source, "") >= limit:
            yield _finding(f"the script of task `{task.name}`", place(script.source), _SHORTER)
    container = task.component.container if task.component is not None else None
    for part in container.command if container is not None else ():
        if isinstance(part, str) and len(part) >= LIMIT // 4 and len(part.encode()) >= LIMIT:
            at = place(task.component_ref) if task.component_ref is not None else task.span
            yield _finding(f"the program of task `{task.name}`", at, _SHORTER)


def _is_text(name: str, pipeline: Pipeline) -> bool:
    """Whether an input is taken as text anywhere, and not as a file by all that take it."""
    for task in all_tasks(pipeline):
        files = {
            id(value)
            for argument, (_, value) in task.arguments.items()
            if "value" not in _taken(task, argument) and task.call is None and _is_whole(value)
        }
        if any(name in value.inputs and id(value) not in files for value in task.values()):
            return True
    return any(name in output.value.inputs for output in pipeline.body.outputs.values())


def _is_whole(value: Value) -> bool:
    only = value.whole
    return only is not None and only.expr is not None and reference(only.expr) is not None


def _taken(task: Task, name: str) -> frozenset[str]:
    return task.component.consumes(name) if task.component is not None else frozenset()


def _length(node: Node, name: str) -> int:
    text = node.value if isinstance(node, Scalar) else constant_text(node.data())
    return len(text.encode()) + len(name) + 1 + bool(name)


def _finding(what: str, span: Span, hint: str) -> Diagnostic:
    at = span._replace(end=min(span.end, span.start + 60))
    return Diagnostic(CODE, "error", f"{what} is too long: a program takes texts up to 128 KiB", at, hint)
