"""Go's times, durations and time zones."""

from collections.abc import Callable
from typing import Any

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.values import Duration, Function, Int64, Value, wrap

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_DAY = 86_400
_SECOND = 1_000_000_000
_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
}


class Month(int):
    """A month of the year, 1 to 12."""

    go_type = "time.Month"

    def __str__(self) -> str:
        return MONTHS[self - 1]

    def method(self, name: str) -> Function | None:
        """Return a method of Go's `time.Month`."""
        return bound(self, self.go_type, name, {"String": str})


class Weekday(int):
    """A day of the week, Sunday is 0."""

    go_type = "time.Weekday"

    def __str__(self) -> str:
        return WEEKDAYS[self]

    def method(self, name: str) -> Function | None:
        """Return a method of Go's `time.Weekday`."""
        return bound(self, self.go_type, name, {"String": str})


class Zone:
    """A time zone: by its name, or `fixed` seconds east of UTC under an abbreviation."""

    __slots__ = ("_rules", "fixed", "name")
    go_type = "*time.Location"

    def __init__(self, name: str, fixed: int | None = None) -> None:
        self.name = name
        self.fixed = fixed
        self._rules: Any = None
        if fixed is None:
            from zoneinfo import ZoneInfo

            try:
                self._rules = ZoneInfo(name)
            except (OSError, ValueError, KeyError):
                raise EvaluationError(f"unknown time zone {name}") from None

    def offset(self, seconds: int) -> tuple[int, str]:
        """Return the seconds east of UTC at a time, and the abbreviation then."""
        if self.fixed is not None:
            return self.fixed, self.name
        from datetime import UTC, datetime, timedelta

        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
            seconds=max(-62_000_000_000, min(250_000_000_000, seconds))
        )
        local = moment.astimezone(self._rules)
        shift = local.utcoffset()
        return (int(shift.total_seconds()) if shift else 0), local.tzname() or ""

    def method(self, name: str) -> Function | None:
        """Return a method of Go's `time.Location`."""
        return Function(name, "", lambda _: self.name) if name == "String" else None

    def __str__(self) -> str:
        return self.name


UTC_ZONE = Zone("UTC", 0)


def days_of(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date of the Gregorian calendar, whatever the year."""
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a number of days from 1970-01-01."""
    days += 719_468
    era, of_era = divmod(days, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    return year + era * 400 + (month >= 10), month + 3 if month < 10 else month - 9, day


class Time:
    """A moment, in nanoseconds from 1970, seen from a time zone."""

    __slots__ = ("order", "zone")
    go_type = "time.Time"

    def __init__(self, order: int, zone: Zone = UTC_ZONE) -> None:
        self.order = order
        self.zone = zone

    @property
    def seconds(self) -> int:
        """The seconds from 1970."""
        return self.order // _SECOND

    @property
    def nanosecond(self) -> int:
        """The nanoseconds within the second."""
        return self.order % _SECOND

    def civil(self) -> tuple[int, int, int, int, int, int]:
        """Return year, month, day, hour, minute and second in its zone."""
        days, rest = divmod(self.seconds + self.zone.offset(self.seconds)[0], _DAY)
        return (*date_of(days), rest // 3600, rest // 60 % 60, rest % 60)

    def weekday(self) -> Weekday:
        """Return the day of the week in its zone."""
        return Weekday(((self.seconds + self.zone.offset(self.seconds)[0]) // _DAY + 4) % 7)

    def year_day(self) -> int:
        """Return the day of the year in its zone, from 1."""
        year, month, day = self.civil()[:3]
        return days_of(year, month, day) - days_of(year, 1, 1) + 1

    def add(self, duration: Duration) -> "Time":
        """Return the time that is later by a duration."""
        return Time(self.order + int(duration), self.zone)

    def minus(self, other: "Time") -> Duration:
        """Return the duration from another time; as long as Go's can be at most."""
        return Duration(max(-(1 << 63), min((1 << 63) - 1, self.order - other.order)))

    def format(self, layout: str) -> str:
        """Return the time as a layout of Go shows it."""
        from yamlflow.expressions.runtime.layout import format_time

        return format_time(self, layout)

    def json(self) -> str:
        """Return the text that JSON has for it."""
        return self.format("2006-01-02T15:04:05.999999999Z07:00")

    def __str__(self) -> str:
        return self.format("2006-01-02 15:04:05.999999999 -0700 MST")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and self.order == other.order and str(self.zone) == str(other.zone)

    def __hash__(self) -> int:
        return hash(self.order)

    def method(self, name: str) -> Function | None:
        """Return a method of Go's `time.Time`."""
        return bound(self, self.go_type, name, _METHODS)


def _add_date(time: Time, years: int, months: int, days: int) -> Time:
    year, month, day, hour, minute, second = time.civil()
    year, month = year + years + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    return at_civil((year, month, 1, hour, minute, second), time.nanosecond, time.zone, day - 1 + days)


def at_civil(civil: tuple[int, int, int, int, int, int], nanosecond: int, zone: Zone, days: int = 0) -> Time:
    """Return the time that a zone's clocks show so, some days later."""
    year, month, day, hour, minute, second = civil
    local = (days_of(year, month, day) + days) * _DAY + hour * 3600 + minute * 60 + second
    guess = local - zone.offset(local)[0]
    return Time((local - zone.offset(guess)[0]) * _SECOND + nanosecond, zone)


def bound(value: Value, go: str, name: str, table: dict[str, Callable[..., Value]]) -> Function | None:
    """Return a method of a value as a function."""
    from yamlflow.expressions.runtime.methods import kinds_of

    kinds = kinds_of(go, name)
    return None if kinds is None else Function(name, kinds, lambda _, *args: table[name](value, *args))


_FIRST = -62_135_596_800 * _SECOND


def _truncated(order: int, step: int) -> int:
    return order if step <= 0 else order - order % step


def _rounded(order: int, step: int) -> int:
    if step <= 0:
        return order
    rest = order % step
    return order - rest if rest + rest < step else order + step - rest


def _towards_zero(value: int, step: int) -> int:
    if step <= 0:
        return value
    return value - value % step if value >= 0 else value + -value % step


def _nearest(value: int, step: int) -> int:
    if step <= 0:
        return value
    found = _rounded(abs(value), step)
    return found if value >= 0 else -found


_METHODS: dict[str, Callable[..., Value]] = {
    "Add": Time.add,
    "AddDate": _add_date,
    "After": lambda time, other: time.order > other.order,
    "Before": lambda time, other: time.order < other.order,
    "Compare": lambda time, other: (time.order > other.order) - (time.order < other.order),
    "Day": lambda time: time.civil()[2],
    "Equal": lambda time, other: time.order == other.order,
    "Format": Time.format,
    "Hour": lambda time: time.civil()[3],
    "In": lambda time, zone: Time(time.order, zone),
    "IsZero": lambda time: time.order == _FIRST,
    "Local": lambda time: Time(time.order),
    "Minute": lambda time: time.civil()[4],
    "Month": lambda time: Month(time.civil()[1]),
    "Nanosecond": lambda time: time.nanosecond,
    "Round": lambda time, step: Time(_rounded(time.order - _FIRST, step) + _FIRST, time.zone),
    "Second": lambda time: time.civil()[5],
    "String": str,
    "Sub": Time.minus,
    "Truncate": lambda time, step: Time(_truncated(time.order - _FIRST, step) + _FIRST, time.zone),
    "UTC": lambda time: Time(time.order),
    "Unix": lambda time: Int64(time.seconds),
    "UnixMicro": lambda time: Int64(time.order // 1_000),
    "UnixMilli": lambda time: Int64(time.order // 1_000_000),
    "UnixNano": lambda time: Int64(wrap(time.order)),
    "Weekday": Time.weekday,
    "Year": lambda time: time.civil()[0],
    "YearDay": Time.year_day,
}


def _in(duration: Duration, unit: int) -> float:
    """Return a duration in a unit, with Go's rounding."""
    whole = _towards_zero(int(duration), unit)
    return float(whole // unit) + float(int(duration) - whole) / unit


def _text(duration: Duration) -> str:
    from yamlflow.expressions.runtime.text import duration_text

    return duration_text(duration)


_DURATION_METHODS: dict[str, Callable[..., Value]] = {
    "Abs": lambda duration: Duration(min(abs(duration), (1 << 63) - 1)),
    "Hours": lambda duration: _in(duration, 3600 * _SECOND),
    "Microseconds": lambda duration: Int64(int(int(duration) / 1_000)),
    "Milliseconds": lambda duration: Int64(int(int(duration) / 1_000_000)),
    "Minutes": lambda duration: _in(duration, 60 * _SECOND),
    "Nanoseconds": Int64,
    "Round": lambda duration, step: Duration(max(-(1 << 63), min((1 << 63) - 1, _nearest(int(duration), step)))),
    "Seconds": lambda duration: _in(duration, _SECOND),
    "String": _text,
    "Truncate": lambda duration, step: Duration(_towards_zero(int(duration), step)),
}


def duration_method(duration: Duration, name: str) -> Function | None:
    """Return a method of Go's `time.Duration`."""
    return bound(duration, "time.Duration", name, _DURATION_METHODS)


def parse_duration(text: str) -> Duration:
    """Read a duration as Go's `time.ParseDuration` does: `1h30m`, `-1.5s`."""
    import re
    from fractions import Fraction

    sign, rest = (-1 if text.startswith("-") else 1), text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return Duration(0)
    total, at = 0, 0
    pattern = re.compile(r"([0-9]*)(\.[0-9]*)?([a-zµμ]+)")
    while at < len(rest):
        found = pattern.match(rest, at)
        if not found or found[3] not in _UNITS or not (found[1] or len(found[2] or "") > 1) or len(found[0]) > 100:
            break
        total += int(Fraction(f"{found[1] or 0}{found[2] or ''}" if found[2] != "." else found[1]) * _UNITS[found[3]])
        at = found.end()
    if not rest or at < len(rest) or total > (1 << 63) - (sign > 0):
        raise EvaluationError(f'time: invalid duration "{text}"')
    return Duration(sign * total)
