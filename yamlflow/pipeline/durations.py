"""Durations: `1d2h3m4s` or a number of seconds."""

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def parse_duration(text: str) -> int | None:
    """Return seconds, or None when the text is no duration."""
    if text.isascii() and text.isdigit():
        return int(text)
    total, number, units = 0, "", "dhms"
    for char in text:
        if char.isascii() and char.isdigit():
            number += char
        elif number and char in units:
            total += int(number) * _UNITS[char]
            units = units[units.index(char) + 1 :]
            number = ""
        else:
            return None
    return total if text and not number else None


def go_duration(seconds: int) -> str:
    """Return the duration as Go reads it: hours, minutes and seconds."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    text = "".join(f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (left, "s")) if n)
    return text or "0s"
