"""`$INPUT_NAME` and `$OUTPUT_NAME` in scripts that are the path of nothing."""

import re
from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic, did_you_mean
from yamlflow.pipeline.model import Pipeline, Task
from yamlflow.pipeline.names import variable_of

_USED = re.compile(r"(?:\$\{?|[\"'])((INPUT|OUTPUT)_[A-Z0-9_]+)(?=[^A-Za-z0-9_:=-]|$)")


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each such variable, of a task that has others."""
    for task in all_tasks(pipeline):
        if task.script is not None:
            yield from _script(task, task.script.source.value)


def _script(task: Task, text: str) -> Iterator[Diagnostic]:
    assert task.script is not None
    for found in _USED.finditer(text):
        name, kind = found[1], found[2].lower()
        ports = (task.inputs if kind == "input" else task.outputs) or {}
        known = [f"{kind.upper()}_{variable_of(port)}" for port in ports if port != task.printed]
        if not known or name in known or name in task.env or f"{name}=" in text:
            continue
        message = f"`{name}` is the path of no {kind} of task `{task.name}`"
        span, note = task.script.source.at(*found.span(1)), f"there are: {', '.join(known)}"
        yield Diagnostic(f"unknown-{kind}", "warning", message, span, did_you_mean(name, known), notes=(note,))
