"""sprig's functions on numbers, which read any value as a number and take 0 for what is none."""

import math
from collections.abc import Callable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.functions_number import rounded
from yamlflow.expressions.runtime.text import format_value
from yamlflow.expressions.runtime.values import Int64, Ints, Limits, Value, is_number, to_int, wrap
from yamlflow.types import parse_float


def integer(value: Value) -> int:
    """Return a value as an integer."""
    if isinstance(value, int):
        return int(value)
    if is_number(value):
        return to_int(value)
    return _parsed(value) if isinstance(value, str) else 0


def _parsed(text: str) -> int:
    """Read an integer as Go's `ParseInt(text, 0, 64)` does, a fraction left out."""
    import re

    decimal = re.fullmatch(r"([-+]?)([0-9]*)\.[0-9]*", text, re.ASCII)
    text = f"{decimal[1]}{decimal[2] or 0}" if decimal else text
    found = re.fullmatch(r"([+-]?)(?:0[xX]_?([0-9a-fA-F_]+)|0[bB]_?([01_]+)|0[oO]?_?([0-7_]+)|([0-9][0-9_]*))", text)
    if not found or "__" in text or text.endswith("_") or len(text) > 100:
        return 0
    digits, base = next((part, base) for part, base in zip(found.groups()[1:], (16, 2, 8, 10), strict=True) if part)
    if base == 10 and len(digits) > 1 and digits[0] == "0":
        return 0
    value = int(found[1] + digits.replace("_", ""), base)
    return value if value == wrap(value) else 0


def number(value: Value) -> float:
    """Return a value as a float."""
    if isinstance(value, int | float):
        return float(value)
    return (parse_float(value) or 0.0) if isinstance(value, str) else 0.0


def _divided(one: Value, other: Value) -> Int64:
    left, right = integer(one), integer(other)
    if right == 0:
        raise EvaluationError("runtime error: integer divide by zero")
    whole = abs(left) // abs(right)
    return Int64(wrap(whole if (left < 0) == (right < 0) else -whole))


def _rest(one: Value, other: Value) -> Int64:
    left, right = integer(one), integer(other)
    if right == 0:
        raise EvaluationError("runtime error: integer divide by zero")
    rest = abs(left) % abs(right)
    return Int64(-rest if left < 0 else rest)


def _product(values: tuple[Value, ...]) -> Int64:
    total = 1
    for value in values:
        total = wrap(total * integer(value))
    return Int64(total)


def _decimals(op: str, start: Value, values: tuple[Value, ...]) -> float:
    """Compute with decimal numbers, as sprig does so that 0.1 + 0.2 is 0.3."""
    from decimal import ROUND_HALF_UP, Context, Decimal

    context = Context(prec=1200, Emax=999_999, Emin=-999_999)
    total = Decimal(_finite(start))
    for value in values:
        other = Decimal(_finite(value))
        if op != "/":
            total = {"+": context.add, "-": context.subtract, "*": context.multiply}[op](total, other)
        elif other:
            total = context.divide(total, other).quantize(Decimal("1e-16"), ROUND_HALF_UP, context)
        else:
            raise EvaluationError("decimal division by 0")
    return float(total) or 0.0


def _finite(value: Value) -> str:
    found = number(value)
    if not math.isfinite(found):
        raise EvaluationError(f"Cannot create a Decimal from {found}")
    return repr(found)


def _round(_: Limits, value: Value, places: int, *at: float) -> float:
    try:
        scale = math.pow(10, places)
        digit = scale * number(value)
        up = math.modf(digit)[0] >= (at[0] if at else 0.5)
        return float(math.ceil(digit) if up else math.floor(digit)) / scale
    except (OverflowError, ValueError, ZeroDivisionError):
        return math.nan


def _until(limits: Limits, start: int, stop: int, step: int) -> Ints:
    if (stop < start) != (step < 0) or step == 0:
        return Ints()
    numbers = range(start, stop, step)
    limits.grow(len(numbers))
    return Ints(numbers)


def _sequence(limits: Limits, *bounds: int) -> str:
    if not 1 <= len(bounds) <= 3:
        return ""
    start, end = (1 if len(bounds) == 1 else bounds[0]), bounds[-1]
    direction = -1 if end < start else 1
    step = bounds[1] if len(bounds) == 3 else direction
    if len(bounds) == 3 and direction < 0 < step:
        return ""
    return " ".join(map(str, _until(limits, start, end + direction, step)))


def _octal(_: Limits, value: Value) -> Int64:
    text = format_value(value)
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits or not set(digits) <= set("01234567") or len(digits) > 100:
        return Int64(0)
    found = int(text, 8)
    return Int64(found if found == wrap(found) else 0)


def _random_integer(_: Limits, low: int, high: int) -> int:
    import random

    if high <= low:
        raise EvaluationError("invalid argument to Intn")
    return random.randrange(low, high)


def saturated(text: str) -> int:
    """Read an integer of ten; what is too large is the largest there is, what is none is 0."""
    import re

    if not re.fullmatch(r"[+-]?[0-9]{1,200}", text, re.ASCII):
        return 0
    return max(-(1 << 63), min((1 << 63) - 1, int(text)))


def _extreme(choose: Callable[..., float], read: Callable[[Value], float]) -> Callable[..., Value]:
    def call(_: Limits, *values: Value) -> Value:
        found = choose(map(read, values))
        return found if isinstance(found, float) else Int64(found)

    return call


NUMBER: dict[str, Callable[..., Value]] = {
    "add": lambda _, *values: Int64(wrap(sum(map(integer, values)))),
    "add1": lambda _, value: Int64(wrap(integer(value) + 1)),
    "add1f": lambda _, value: _decimals("+", value, (1,)),
    "addf": lambda _, *values: _decimals("+", 0.0, values),
    "atoi": lambda _, text: saturated(text),
    "biggest": _extreme(max, integer),
    "ceil": lambda _, value: rounded(number(value), math.ceil),
    "div": lambda _, one, other: _divided(one, other),
    "divf": lambda _, value, *values: _decimals("/", value, values),
    "float64": lambda _, value: number(value),
    "floor": lambda _, value: rounded(number(value), math.floor),
    "int": lambda _, value: integer(value),
    "int64": lambda _, value: Int64(integer(value)),
    "max": _extreme(max, integer),
    "maxf": _extreme(max, number),
    "min": _extreme(min, integer),
    "minf": _extreme(min, number),
    "mod": lambda _, one, other: _rest(one, other),
    "mul": lambda _, *values: _product(values),
    "mulf": lambda _, value, *values: _decimals("*", value, values),
    "randInt": _random_integer,
    "round": _round,
    "seq": _sequence,
    "sub": lambda _, one, other: Int64(wrap(integer(one) - integer(other))),
    "subf": lambda _, value, *values: _decimals("-", value, values),
    "toDecimal": _octal,
    "until": lambda limits, count: _until(limits, 0, count, -1 if count < 0 else 1),
    "untilStep": _until,
}
