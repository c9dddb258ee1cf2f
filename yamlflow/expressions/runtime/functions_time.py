"""expr-lang's functions on times."""

from collections.abc import Callable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.functions_text import text
from yamlflow.expressions.runtime.times import UTC_ZONE, Time, Zone, parse_duration
from yamlflow.expressions.runtime.values import Limits, Value, go_type


def now() -> Time:
    """Return this moment."""
    import time

    return Time(time.time_ns())


def zone_of(name: str) -> Zone:
    """Return a time zone by its name; the one of the machine counts as UTC, as it is in Argo's controller."""
    return UTC_ZONE if name in ("", "UTC", "Local") else Zone(name)


def _now(_: Limits, zone: Value = UTC_ZONE) -> Time:
    if not isinstance(zone, Zone):
        raise EvaluationError(f"cannot use {go_type(zone)} as a time zone")
    return Time(now().order, zone)


def _date(_: Limits, *args: Value) -> Time:
    from yamlflow.expressions.runtime.layout import DEFAULT_LAYOUTS, parse_time

    zone = UTC_ZONE
    if args and isinstance(args[0], Zone):
        zone, args = args[0], args[1:]
    if not 1 <= len(args) <= 3:
        raise EvaluationError("invalid number of arguments for date")
    shown = text(args[0])
    if len(args) == 3:
        zone = zone_of(text(args[2]))
    if len(args) > 1:
        return parse_time(text(args[1]), shown, zone)
    for layout in DEFAULT_LAYOUTS:
        try:
            return parse_time(layout, shown, zone)
        except EvaluationError:
            continue
    raise EvaluationError(f"invalid date {shown}")


TIMES: dict[str, Callable[..., Value]] = {
    "date": _date,
    "duration": lambda _, value: parse_duration(text(value)),
    "now": _now,
    "timezone": lambda _, value: zone_of(text(value)),
}
