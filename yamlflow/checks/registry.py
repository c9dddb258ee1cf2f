"""The checks, in the order in which they run."""

from yamlflow.checks import (
    argo_form,
    expression_in_run,
    schedule,
    tag_in_constant,
    unconstant_condition,
    unused_component,
)
from yamlflow.diagnostics import Sink
from yamlflow.pipeline import Pipeline

CHECKS = (
    argo_form.check,
    expression_in_run.check,
    schedule.check,
    tag_in_constant.check,
    unconstant_condition.check,
    unused_component.check,
)

RENDERABLE = frozenset({"expression-type", "invalid-constant", "maybe-absent", "never-equal", "type-mismatch"})
"""Errors in spite of which a manifest can be made, so that they can be ignored: a run will likely fail."""


def run_checks(pipeline: Pipeline, sink: Sink) -> None:
    """Run every check over a linked pipeline."""
    for check in CHECKS:
        for item in check(pipeline):
            sink.add(item)
