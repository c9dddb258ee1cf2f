"""Schedules that never come, and those whose hours depend on where the controller runs."""

from collections.abc import Iterator

from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.source import Mapping
from yamlflow.source.fields import place

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ANY = ("*", "?")


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each cron expression of a day that no month has, and a schedule without a time zone."""
    schedule = pipeline.run.schedule
    if schedule is None:
        return
    from yamlflow.argo.rules.cron import cron_problem

    good = [cron for cron in schedule.crons if not cron_problem(cron.value)]
    for cron in good:
        if never_comes(cron.value):
            message = f"`{cron.value}` never comes: no such month has that day"
            yield Diagnostic("never-scheduled", "warning", message, place(cron))
    at_hours = [cron for cron in good if "TZ=" not in cron.value and not cron.value.startswith("@every")]
    named = isinstance(schedule.node, Mapping) and any("zone" in key.lower() for key in schedule.node.entries)
    if schedule.timezone is None and at_hours and not named:
        message = "without a time zone these are hours of the machine on which Argo runs"
        yield Diagnostic("no-timezone", "warning", message, place(at_hours[0]), "write `timezone: UTC` beside `cron`")


def never_comes(cron: str) -> bool:
    """Whether none of the months has one of the days; a day of the week that is given too comes anyway."""
    fields = cron.rpartition("TZ=")[2].split()[-5:]
    if len(fields) < 5 or fields[4] not in _ANY:
        return False
    days, months = _numbers(fields[2], 1, 31, ()), _numbers(fields[3], 1, 12, _MONTHS)
    return bool(days and months) and min(days) > max(_DAYS[month - 1] for month in months)


def _numbers(field: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        body, slash, step = part.partition("/")
        if body in _ANY:
            first, last = low, high
        else:
            begin, dash, end = body.partition("-")
            first = _number(begin, names)
            last = _number(end, names) if dash else high if slash else first
        found.update(range(first, last + 1, int(step or 1)))
    return found


def _number(text: str, names: tuple[str, ...]) -> int:
    return int(text) if text.isdigit() else names.index(text.lower()) + 1
