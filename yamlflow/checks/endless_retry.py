"""Retries without a limit: a task that always fails is tried for ever."""

from collections.abc import Iterator

from yamlflow.checks.places import retries
from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.source import Mapping
from yamlflow.source.fields import place

CODE = "endless-retry"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each `retry` that neither counts nor has an end in time."""
    for owner, retry in retries(pipeline):
        if "limit" in retry:
            continue
        backoff = retry.get("backoff")
        if not (isinstance(backoff, Mapping) and "maxDuration" in backoff):
            at = place(retry) if retry.alias else owner.key_span("retry")
            yield Diagnostic(CODE, "warning", "without a limit this is tried again for ever", at, "write `limit: 3`")
