"""Schedules of a CronWorkflow."""

import re
from collections.abc import Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.view import View
from yamlflow.diagnostics.nearest import did_you_mean

_POLICIES = ("Allow", "Forbid", "Replace")
_WORDS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# Of each field: what it is, the lowest and the highest number, and names for numbers from the lowest on.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)


def schedule(view: View) -> Iterator[Finding]:
    """A CronWorkflow has schedules that can be read, a time zone that exists, and a known policy."""
    if view.kind != "CronWorkflow":
        return
    spec = view.manifest.get("spec") or {}
    if not spec.get("schedules"):
        yield Finding("missing-key", "a CronWorkflow needs `schedules`, a list of cron expressions", ("spec",))
    for index, text in enumerate(spec.get("schedules") or []):
        problem = cron_problem(str(text))
        if problem:
            yield Finding("invalid-value", f"`{text}` is no schedule: {problem}", ("spec", "schedules", index))
    zone = spec.get("timezone")
    hint = zone_hint(zone) if zone else None
    if hint is not None:
        yield Finding("invalid-value", f"there is no time zone `{zone}`", ("spec", "timezone"), hint)
    policy = spec.get("concurrencyPolicy")
    if policy and policy not in _POLICIES:
        hint = f"use one of {', '.join(_POLICIES)}"
        yield Finding("invalid-value", f"`{policy}` is no concurrency policy", ("spec", "concurrencyPolicy"), hint)
    deadline = spec.get("startingDeadlineSeconds")
    if isinstance(deadline, (int, float)) and deadline < 0:
        yield Finding("invalid-value", "a deadline is not below 0", ("spec", "startingDeadlineSeconds"))


def zone_hint(name: str) -> str | None:
    """Return None for a time zone that exists, else what may be meant, or ""."""
    from zoneinfo import ZoneInfo, available_timezones

    if name in ("Local", "UTC"):
        return None
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return did_you_mean(name, available_timezones())
    return None


def cron_problem(text: str) -> str:
    """Say what is wrong with a cron expression, "" if nothing is: what Argo takes (robfig/cron's standard parser)."""
    for prefix in ("TZ=", "CRON_TZ="):
        if text.startswith(prefix):
            zone, _, text = text.removeprefix(prefix).partition(" ")
            if zone_hint(zone) is not None:
                return f"there is no time zone `{zone}`"
            text = text.strip()
    if text.startswith("@"):
        return _descriptor(text)
    fields = text.split()
    if len(fields) != len(_FIELDS):
        return f"it needs 5 fields, not {len(fields)}: minute, hour, day of the month, month, day of the week"
    problems = (_field(field, *_FIELDS[index]) for index, field in enumerate(fields))
    return next(filter(None, problems), "")


def _descriptor(text: str) -> str:
    if text in _WORDS:
        return ""
    from yamlflow.argo.durations import is_go_duration

    if text.startswith("@every "):
        return "" if is_go_duration(text.removeprefix("@every ")) else "`@every` needs a duration such as 1h30m"
    return f"the words are {', '.join(_WORDS)} and `@every DURATION`"


def _field(field: str, what: str, low: int, high: int, names: tuple[str, ...]) -> str:
    for part in field.split(","):
        problem = _range(part, low, high, names)
        if problem:
            return f"{what} `{part}` {problem}"
    return ""


def _range(part: str, low: int, high: int, names: tuple[str, ...]) -> str:
    body, slash, step = part.partition("/")
    if slash and (not step.isdigit() or int(step) == 0):
        return "has a step that is no number above 0"
    if body in ("*", "?"):
        return ""
    ends = body.split("-")
    if len(ends) > 2 or not all(re.fullmatch(r"[0-9]{1,9}|[a-zA-Z]{3}", end) for end in ends):
        return "cannot be read"
    numbers = []
    for end in ends:
        if end.isdigit():
            numbers.append(int(end))
        elif end.lower() in names:
            numbers.append(names.index(end.lower()) + low)
        else:
            return "has an unknown name"
    if not all(low <= number <= high for number in numbers):
        return f"is not between {low} and {high}"
    return "ends before it begins" if numbers[-1] < numbers[0] else ""
