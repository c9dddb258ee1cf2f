"""Durations as Go writes and reads them."""

import re

_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_duration(text: str) -> float:
    """Return the seconds of `90`, `1m30s` or `2d`; ValueError when it is none of them."""
    text = text.strip()
    if text.isdigit():
        return float(text)
    end, total = 0, 0.0
    while part := _PART.match(text, end):
        total += float(part[1]) * _SECONDS[part[2]]
        end = part.end()
    if not text or end != len(text):
        raise ValueError(f"{text!r} is not a duration; write for example 90s, 1m30s or 2h")
    return total


def is_go_duration(text: str) -> bool:
    """Whether Go's own reader takes a duration: `1h30m`, `1.5h`, no days, no bare numbers but 0."""
    return re.fullmatch(r"[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)", text) is not None


def format_rfc3339(seconds: float, *, fraction: bool = False) -> str:
    """Return a time (seconds since 1970) in UTC as Kubernetes writes it, with milliseconds when asked for."""
    import time

    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds * 1000) % 1000:03d}Z" if fraction else whole + "Z"


def format_go(seconds: float) -> str:
    """Return a time in UTC, whole seconds, as Go prints it."""
    return format_rfc3339(seconds).replace("T", " ").replace("Z", " +0000 UTC")


def parse_rfc3339(text: str) -> float:
    """Return the seconds since 1970 of a time as Kubernetes writes it."""
    if text.endswith("Z") and text[10:11] == "T":
        clock = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + float(text[17:-1])
        return _days(int(text[:4]), int(text[5:7]), int(text[8:10])) * 86400 + clock
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def _days(year: int, month: int, day: int) -> int:
    """Return the days from 1970 to a date (the year begins with March, so that the leap day is its last)."""
    year -= month <= 2
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 719469
