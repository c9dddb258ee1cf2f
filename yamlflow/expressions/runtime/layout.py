"""Go's layouts, which show a time by the example of `Mon Jan 2 15:04:05 MST 2006`."""

import re
from collections.abc import Callable
from functools import cache

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.times import MONTHS, UTC_ZONE, WEEKDAYS, Time, Zone, at_civil, days_of

DEFAULT_LAYOUTS = (
    "2006-01-02",
    "15:04:05",
    "2006-01-02 15:04:05",
    "2006-01-02T15:04:05Z07:00",
    "02 Jan 06 15:04 MST",
    "Monday, 02-Jan-06 15:04:05 MST",
    "Mon, 02 Jan 2006 15:04:05 MST",
)


@cache
def _chunks() -> re.Pattern[str]:
    return re.compile(
        r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|_2006|__2|_2|002|0[1-6]|15|PM|pm"
        r"|[-Z]07:00:00|[-Z]070000|[-Z]07:00|[-Z]0700|[-Z]07|[.,](?:0+|9+)(?![0-9])|[1-5]"
    )


def _split(layout: str) -> list[tuple[str, bool]]:
    """Split a layout into pieces, each with whether it stands for a part of the time."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in _chunks().finditer(layout):
        text, start = found[0], found.start()
        if (
            text[0] in ".,"
            and not (pieces and layout[at:start] == "" and pieces[-1][0] in ("05", "5"))
            and "9" not in text
            and "0" not in text
        ):
            continue
        if start > at:
            pieces.append((layout[at:start], False))
        if text == "_2006":
            pieces += [("_", False), ("2006", True)]
        else:
            pieces.append((text, True))
        at = found.end()
    if at < len(layout):
        pieces.append((layout[at:], False))
    return pieces


def format_time(time: Time, layout: str) -> str:
    """Return a time as a layout shows it."""
    civil = time.civil()
    return "".join(_show(time, civil, piece) if is_part else piece for piece, is_part in _split(layout))


def _show(time: Time, civil: tuple[int, int, int, int, int, int], piece: str) -> str:
    if piece[0] in "-Z" and piece[1:2] == "0":
        return _offset(time, piece)
    if piece[0] in ".,":
        digits = f"{time.nanosecond:09d}"[: len(piece) - 1]
        digits = digits.rstrip("0") if piece[1] == "9" else digits
        return piece[0] + digits if digits else ""
    return _SHOWN[piece](time, civil)


_Civil = tuple[int, int, int, int, int, int]
_SHOWN: dict[str, Callable[[Time, _Civil], str]] = {
    "January": lambda _, civil: MONTHS[civil[1] - 1],
    "Jan": lambda _, civil: MONTHS[civil[1] - 1][:3],
    "1": lambda _, civil: str(civil[1]),
    "01": lambda _, civil: f"{civil[1]:02d}",
    "Monday": lambda time, _: str(time.weekday()),
    "Mon": lambda time, _: str(time.weekday())[:3],
    "2": lambda _, civil: str(civil[2]),
    "_2": lambda _, civil: f"{civil[2]:2d}",
    "02": lambda _, civil: f"{civil[2]:02d}",
    "__2": lambda time, _: f"{time.year_day():3d}",
    "002": lambda time, _: f"{time.year_day():03d}",
    "15": lambda _, civil: f"{civil[3]:02d}",
    "3": lambda _, civil: str(civil[3] % 12 or 12),
    "03": lambda _, civil: f"{civil[3] % 12 or 12:02d}",
    "4": lambda _, civil: str(civil[4]),
    "04": lambda _, civil: f"{civil[4]:02d}",
    "5": lambda _, civil: str(civil[5]),
    "05": lambda _, civil: f"{civil[5]:02d}",
    "2006": lambda _, civil: f"{civil[0]:04d}",
    "06": lambda _, civil: f"{civil[0] % 100:02d}",
    "PM": lambda _, civil: "PM" if civil[3] >= 12 else "AM",
    "pm": lambda _, civil: "pm" if civil[3] >= 12 else "am",
    "MST": lambda time, _: _abbreviation(time),
}


def _abbreviation(time: Time) -> str:
    offset, name = time.zone.offset(time.seconds)
    if name and name[0] not in "+-":
        return name
    hours, minutes = divmod(abs(offset) // 60, 60)
    # Go's own name of a zone such as +03 is those two digits; a zone without a name shows four.
    shown = f"{minutes:02d}" if minutes or not name else ""
    return f"{'-' if offset < 0 else '+'}{hours:02d}{shown}"


def _offset(time: Time, piece: str) -> str:
    offset = time.zone.offset(time.seconds)[0]
    if piece[0] == "Z" and offset == 0:
        return "Z"
    hours, rest = divmod(abs(offset), 3600)
    colon = ":" if ":" in piece else ""
    shown = f"{'-' if offset < 0 else '+'}{hours:02d}"
    if len(piece) > 3:
        shown += f"{colon}{rest // 60:02d}"
    return shown + f"{colon}{rest % 60:02d}" if len(piece) > 6 else shown


_PATTERNS = {
    "January": "(?P<month_name>" + "|".join(MONTHS) + ")",
    "Jan": "(?P<month_name>" + "|".join(name[:3] for name in MONTHS) + ")",
    "Monday": "(?:" + "|".join(WEEKDAYS) + ")",
    "Mon": "(?:" + "|".join(name[:3] for name in WEEKDAYS) + ")",
    "1": "(?P<month>[0-9]{1,2}+)",
    "01": "(?P<month>[0-9]{2})",
    "2": " ?(?P<day>[0-9]{1,2}+)",
    "_2": " ?(?P<day>[0-9]{1,2}+)",
    "02": "(?P<day>[0-9]{2})",
    "__2": " {0,2}(?P<year_day>[0-9]{1,3}+)",
    "002": "(?P<year_day>[0-9]{3})",
    "15": "(?P<hour>[0-9]{1,2}+)",
    "3": "(?P<hour12>[0-9]{1,2}+)",
    "03": "(?P<hour12>[0-9]{2})",
    "4": "(?P<minute>[0-9]{1,2}+)",
    "04": "(?P<minute>[0-9]{2})",
    "5": "(?P<second>[0-9]{1,2}+)(?P<fraction>[.,][0-9]+)?",
    "05": "(?P<second>[0-9]{2})(?P<fraction>[.,][0-9]+)?",
    "2006": "(?P<year>[0-9]{4})",
    "06": "(?P<short_year>[0-9]{2})",
    "PM": "(?P<half>AM|PM)",
    "pm": "(?P<half>am|pm)",
    "MST": "(?P<zone>[A-Z]{3,5}|[+-][0-9]{2}(?:[0-9]{2})?)",
}
_OFFSETS = {
    "07": "[+-][0-9]{2}",
    "0700": "[+-][0-9]{4}",
    "07:00": "[+-][0-9]{2}:[0-9]{2}",
    "070000": "[+-][0-9]{6}",
    "07:00:00": "[+-][0-9]{2}:[0-9]{2}:[0-9]{2}",
}


def parse_time(layout: str, text: str, zone: Zone = UTC_ZONE) -> Time:
    """Read a time by a layout, in `zone` when the text names none."""
    try:
        found = re.fullmatch("".join(_pattern(layout)), text, re.IGNORECASE)
    except re.error:
        found = None
    parts = {name: value for name, value in (found.groupdict() if found else {}).items() if value is not None}
    if found is None:
        raise EvaluationError(f'parsing time "{text}" as "{layout}": cannot parse')
    civil, nanosecond = _civil(parts, layout, text), parts.get("fraction", ".")[1:10].ljust(9, "0")
    offset = parts.get("offset")
    if offset is not None:
        east = _east(offset)
        fixed = UTC_ZONE if east == 0 else Zone("", east)
        if zone.fixed is None and zone.offset(at_civil(civil, 0, fixed).seconds)[0] == east:
            fixed = zone
        return at_civil(civil, int(nanosecond), fixed)
    name = parts.get("zone")
    if name is not None and name != "UTC":
        local = at_civil(civil, int(nanosecond), zone)
        return local if zone.offset(local.seconds)[1] == name else at_civil(civil, int(nanosecond), Zone(name, 0))
    return at_civil(civil, int(nanosecond), UTC_ZONE if name else zone)


def _pattern(layout: str) -> list[str]:
    parts: list[str] = []
    for piece, is_part in _split(layout):
        if not is_part:
            parts.append(re.escape(piece))
        elif piece[0] in "-Z":
            parts.append(f"(?P<offset>{'Z|' if piece[0] == 'Z' else ''}{_OFFSETS[piece[1:]]})")
        elif piece[0] in ".,":
            if piece[1] == "0":
                parts[-1] = parts[-1].replace("[.,][0-9]+)?", f"[.,][0-9]{{{len(piece) - 1}}})")
        else:
            parts.append(_PATTERNS[piece])
    return parts


def _east(offset: str) -> int:
    if offset in ("Z", "z"):
        return 0
    digits = offset[1:].replace(":", "").ljust(6, "0")
    east = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:])
    return -east if offset[0] == "-" else east


def _civil(parts: dict[str, str], layout: str, text: str) -> _Civil:
    year = int(parts.get("year", "0"))
    if "short_year" in parts:
        year = int(parts["short_year"])
        year += 1900 if year >= 69 else 2000
    month = int(parts.get("month", "1"))
    if "month_name" in parts:
        month = [name[:3].lower() for name in MONTHS].index(parts["month_name"][:3].lower()) + 1
    day, hour = int(parts.get("day", "1")), int(parts.get("hour", "0"))
    if "hour12" in parts:
        hour = int(parts["hour12"])
        if not 0 <= hour <= 12:
            hour = 99
    if "half" in parts:
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0) if hour <= 12 else hour
    minute, second = int(parts.get("minute", "0")), int(parts.get("second", "0"))
    if "year_day" in parts:
        from yamlflow.expressions.runtime.times import date_of

        year, month, day = date_of(days_of(year, 1, 1) + int(parts["year_day"]) - 1)
    last = days_of(year + month // 12, month % 12 + 1, 1) - days_of(year, month, 1) if 1 <= month <= 12 else 0
    if not 1 <= day <= last or hour > 23 or minute > 59 or second > 59:
        raise EvaluationError(f'parsing time "{text}" as "{layout}": out of range')
    return year, month, day, hour, minute, second
