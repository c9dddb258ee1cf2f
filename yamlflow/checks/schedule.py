"""Schedules: cron expressions that can be read, time zones that exist."""

from collections.abc import Iterator

from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline

CODE = "invalid-value"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield what Argo would refuse in a schedule."""
    schedule = pipeline.run.schedule
    if schedule is None:
        return
    from yamlflow.argo.rules.cron import cron_problem, zone_hint

    for cron in schedule.crons:
        problem = cron_problem(cron.value)
        if problem:
            yield Diagnostic(CODE, "error", f"`{cron.value}` is no schedule: {problem}", cron.span)
    zone = schedule.timezone
    hint = zone_hint(zone.value) if zone is not None else None
    if zone is not None and hint is not None:
        yield Diagnostic(CODE, "error", f"there is no time zone `{zone.value}`", zone.span, hint)
