"""Values as text: Go's `%v`, and Go's JSON both ways."""

import math

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.values import AnyMap, Duration, Limits, Value, encode, go_type, is_nil

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def float_text(value: float, low: float = 1e-4, high: float = 1e6, *, json: bool = False) -> str:
    """Return a float with the fewest digits; with an exponent outside of `low` to `high`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    mantissa, _, exponent = repr(value).partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0") or "0"
    if value == 0 or low <= abs(value) < high:
        if value == 0:
            return sign + "0"
        if point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        padded = digits.ljust(point, "0")
        return f"{sign}{padded[:point]}{'.' + padded[point:] if len(padded) > point else ''}"
    power = point - 1
    shown = f"{abs(power)}" if json and power < 0 else f"{abs(power):02d}"
    return f"{sign}{digits[0]}{'.' + digits[1:] if len(digits) > 1 else ''}e{'-' if power < 0 else '+'}{shown}"


def format_value(value: Value) -> str:
    """Return what Go's `%v` prints."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, Duration) or hasattr(value, "go_type"):
        return duration_text(value) if isinstance(value, Duration) else str(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, list | bytes):
        return f"[{' '.join(map(format_value, value))}]"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{format_value(value[key])}' for key in sorted(value, key=encode))}]"
    if isinstance(value, AnyMap):
        pairs = sorted(value.items(), key=lambda pair: _rank(pair[0]))
        return f"map[{' '.join(f'{format_value(key)}:{format_value(item)}' for key, item in pairs)}]"
    return "func"


def _rank(key: Value) -> tuple[int, Value]:
    """Order keys of any type: nil, numbers, texts, then the rest by their text."""
    if key is None:
        return (0, 0)
    if isinstance(key, bool):
        return (1, key)
    if isinstance(key, int | float):
        return (2, key)
    return (3, str(key))


def duration_text(value: Duration) -> str:
    """Return a duration as Go writes it: `1h15m30.5s`."""
    nanoseconds = abs(int(value))
    sign = "-" if value < 0 else ""
    if nanoseconds == 0:
        return "0s"
    for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000)):
        if nanoseconds < size * 1000 and nanoseconds < 1_000_000_000:
            return f"{sign}{_fraction(nanoseconds, size)}{unit}"
    minutes, rest = divmod(nanoseconds, 60_000_000_000)
    hours, minutes = divmod(minutes, 60)
    large = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{large}{_fraction(rest, 1_000_000_000)}s"


def _fraction(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    digits = str(rest).zfill(len(str(unit)) - 1).rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)


class _Writer:
    def __init__(self, limits: Limits, indent: str, escape_html: bool) -> None:
        self.limits = limits
        self.indent = indent
        self.escape_html = escape_html
        self.parts: list[str] = []
        self.length = 0

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
        self.limits.step()
        if not self.length & 0xFFF:
            self.limits.text(self.length)

    def write(self, value: Value, level: int) -> None:
        if isinstance(value, str):
            self.put(self.quoted(value))
        elif is_nil(value):
            self.put("null")
        elif isinstance(value, bool):
            self.put("true" if value else "false")
        elif isinstance(value, float):
            if not math.isfinite(value):
                raise EvaluationError(f"json: unsupported value: {float_text(value)}")
            self.put(float_text(value, 1e-6, 1e21, json=True))
        elif isinstance(value, int):
            self.put(str(int(value)))
        elif isinstance(value, list):
            self.block("[", "]", [("", item) for item in value], level)
        elif isinstance(value, dict):
            space = ": " if self.indent else ":"
            entries = [(self.quoted(key) + space, value[key]) for key in sorted(value, key=encode)]
            self.block("{", "}", entries, level)
        else:
            self.other(value)

    def other(self, value: Value) -> None:
        if isinstance(value, bytes):
            import base64

            self.put(f'"{base64.b64encode(value).decode()}"')
        elif (form := getattr(value, "json", None)) is not None:
            self.put(self.quoted(form()))
        else:
            raise EvaluationError(f"json: unsupported type: {go_type(value)}")

    def block(self, opening: str, closing: str, entries: list[tuple[str, Value]], level: int) -> None:
        if level > 1000:
            raise EvaluationError("recursion depth exceeded")
        self.put(opening)
        for number, (key, item) in enumerate(entries):
            self.put(f"{',' if number else ''}{self.line(level + 1)}{key}")
            self.write(item, level + 1)
        if entries:
            self.put(self.line(level))
        self.put(closing)

    def line(self, level: int) -> str:
        return f"\n{self.indent * level}" if self.indent else ""

    def quoted(self, text: str) -> str:
        plain = text.isascii() and text.isprintable() and '"' not in text and "\\" not in text
        if plain and not (self.escape_html and any(sign in text for sign in "<>&")):
            return f'"{text}"'
        return f'"{"".join(map(self.escaped, text))}"'

    def escaped(self, character: str) -> str:
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character in _HTML and (self.escape_html or character > "~"):
            return _HTML[character]
        if character < " ":
            return f"\\u{ord(character):04x}"
        return "\\ufffd" if "\ud800" <= character <= "\udfff" else character


def to_json(value: Value, limits: Limits, indent: str = "", *, escape_html: bool = True) -> str:
    """Return a value as Go's `json.Marshal` writes it."""
    writer = _Writer(limits, indent, escape_html)
    try:
        writer.write(value, 0)
    except RecursionError:
        raise EvaluationError("recursion depth exceeded") from None
    limits.text(writer.length)
    return "".join(writer.parts)


def from_json(text: str) -> Value:
    """Read JSON as Go does into `any`: all numbers are floats."""
    import json

    try:
        return json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise EvaluationError(f"invalid JSON: {reason}") from None


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"number {text} is too large")
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"unexpected {name}")
