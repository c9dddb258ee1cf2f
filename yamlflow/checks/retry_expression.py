"""Conditions of `retry`: Argo evaluates them after each try."""

from collections.abc import Iterator

from yamlflow.checks.conditions import check_condition
from yamlflow.checks.places import retries
from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.source import Scalar

_KNOWN = {"lastRetry": ("exitCode", "status", "duration", "message")}


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield what would fail when a try has ended."""
    for _, retry in retries(pipeline):
        text = retry.get("expression")
        if isinstance(text, Scalar) and "{{" not in text.value:
            yield from check_condition(text, _KNOWN, "`retry`", plain=False)
