"""sprig's functions on times."""

from collections.abc import Callable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.functions_time import now, zone_of
from yamlflow.expressions.runtime.layout import parse_time
from yamlflow.expressions.runtime.sprig_number import saturated
from yamlflow.expressions.runtime.text import duration_text
from yamlflow.expressions.runtime.times import UTC_ZONE, Time, parse_duration
from yamlflow.expressions.runtime.values import Duration, Int64, Limits, Value, wrap

_SECOND = 1_000_000_000
_ZERO = Time(-62_135_596_800 * _SECOND)
_ROUND = (("y", 365 * 86_400), ("mo", 30 * 86_400), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def _moment(value: Value) -> Time:
    if isinstance(value, Time):
        return value
    if isinstance(value, int) and not isinstance(value, bool | Duration):
        return Time(int(value) * _SECOND)
    return now()


def _date(_: Limits, layout: str, value: Value, zone: str = "UTC") -> str:
    try:
        known = zone_of(zone)
    except EvaluationError:
        known = UTC_ZONE
    return Time(_moment(value).order, known).format(layout)


def _ago(_: Limits, value: Value) -> str:
    seconds = round((now().order - _moment(value).order) / _SECOND)
    return duration_text(Duration(seconds * _SECOND))


def _duration(_: Limits, value: Value) -> str:
    seconds = saturated(value) if isinstance(value, str) else value if isinstance(value, Int64) else 0
    return duration_text(Duration(wrap(int(seconds) * _SECOND)))


def _duration_round(_: Limits, value: Value) -> str:
    length = 0
    if isinstance(value, str):
        try:
            length = int(parse_duration(value))
        except EvaluationError:
            length = 0
    elif isinstance(value, Time):
        length = now().order - value.order
    elif isinstance(value, Int64):
        length = int(value)
    for unit, seconds in _ROUND:
        if abs(length) > seconds * _SECOND:
            return f"{abs(length) // (seconds * _SECOND)}{unit}"
    return "0s"


def _modified(_: Limits, duration: str, time: Time) -> Time:
    return time.add(parse_duration(duration))


def _modified_quietly(limits: Limits, duration: str, time: Time) -> Time:
    try:
        return _modified(limits, duration, time)
    except EvaluationError:
        return time


def _parsed(_: Limits, layout: str, text: str) -> Time:
    return parse_time(layout, text)


def _parsed_quietly(limits: Limits, layout: str, text: str) -> Time:
    try:
        return _parsed(limits, layout, text)
    except EvaluationError:
        return _ZERO


TIME: dict[str, Callable[..., Value]] = {
    "ago": _ago,
    "date": _date,
    "dateInZone": _date,
    "dateModify": _modified_quietly,
    "date_in_zone": _date,
    "date_modify": _modified_quietly,
    "duration": _duration,
    "durationRound": _duration_round,
    "htmlDate": lambda limits, value: _date(limits, "2006-01-02", value),
    "htmlDateInZone": lambda limits, value, zone: _date(limits, "2006-01-02", value, zone),
    "mustDateModify": _modified,
    "mustToDate": _parsed,
    "must_date_modify": _modified,
    "now": lambda _: now(),
    "toDate": _parsed_quietly,
    "unixEpoch": lambda _, time: str(time.seconds),
}
