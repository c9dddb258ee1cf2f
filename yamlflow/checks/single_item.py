"""Loops over a list that has one element."""

from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.source.fields import place

CODE = "single-item"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each `foreach` over one element that is written down."""
    for task in all_tasks(pipeline):
        if task.loop is not None and task.loop.items is not None and len(task.loop.items) == 1:
            message = f"task `{task.name}` runs over one element, so it is no loop"
            yield Diagnostic(CODE, "warning", message, place(task.loop.node), "put the value where it is used")
