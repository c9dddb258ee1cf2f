"""Go's operators as expr-lang applies them to values of any type."""

import math

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.times import Time
from yamlflow.expressions.runtime.values import (
    AnyMap,
    Byte,
    Duration,
    Int64,
    Limits,
    StringMap,
    Value,
    decode,
    encode,
    go_type,
    is_int,
    is_nil,
    is_number,
    to_int,
    wrap,
)

_ANY_LIST = go_type([])


def equal(one: Value, other: Value, limits: Limits) -> bool:
    """Compare as expr-lang's `==` does."""
    limits.step()
    if is_number(one) and is_number(other):
        if isinstance(one, float) or isinstance(other, float):
            return float(one) == float(other)
        return int(one) == int(other)
    if isinstance(one, list) and isinstance(other, list):
        if go_type(one) != go_type(other) and _ANY_LIST not in (go_type(one), go_type(other)):
            return False
        return len(one) == len(other) and all(equal(a, b, limits) for a, b in zip(one, other, strict=True))
    if isinstance(one, bytes | list) and isinstance(other, bytes | list):
        return len(one) == len(other) and all(equal(a, b, limits) for a, b in zip(one, other, strict=True))
    if isinstance(one, Time) and isinstance(other, Time):
        return one.order == other.order
    return (is_nil(one) and is_nil(other)) or deep_equal(one, other, limits)


def deep_equal(one: Value, other: Value, limits: Limits) -> bool:
    """Compare as Go's `reflect.DeepEqual` does: the types must be the same all the way down."""
    limits.step()
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(deep_equal(a, b, limits) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(deep_equal(value, other[key], limits) for key, value in one.items())
    if isinstance(one, AnyMap):
        return len(one) == len(other) and all(
            key in other and deep_equal(value, other.get(key), limits) for key, value in one.items()
        )
    return bool(one == other)


def less(one: Value, other: Value, op: str = "<") -> bool:
    """Whether one value comes before another."""
    if is_number(one) and is_number(other):
        if isinstance(one, float) or isinstance(other, float):
            return float(one) < float(other)
        return int(one) < int(other)
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    if isinstance(one, Duration) and isinstance(other, Duration):
        return int(one) < int(other)
    if isinstance(one, Time) and isinstance(other, Time):
        return one.order < other.order
    raise EvaluationError(f"invalid operation: {go_type(one)} {op} {go_type(other)}")


def compare(op: str, one: Value, other: Value) -> bool:
    """Apply `<`, `>`, `<=` or `>=`."""
    if isinstance(one, float) or isinstance(other, float):
        less(one, other, op)
        if math.isnan(one) or math.isnan(other):
            return False
    if op == "<":
        return less(one, other, op)
    if op == ">":
        return less(other, one, op)
    return not less(other, one, op) if op == "<=" else not less(one, other, op)


def _bad(op: str, one: Value, other: Value) -> EvaluationError:
    return EvaluationError(f"invalid operation: {go_type(one)} {op} {go_type(other)}")


def add(one: Value, other: Value, limits: Limits) -> Value:
    """Apply `+`: numbers, texts, times and durations."""
    if is_number(one) and is_number(other):
        if isinstance(one, float) or isinstance(other, float):
            return float(one) + float(other)
        return wrap(int(one) + int(other))
    if isinstance(one, str) and isinstance(other, str):
        limits.text(len(one) + len(other))
        return one + other
    if isinstance(one, Duration) and isinstance(other, Duration):
        return Duration(wrap(int(one) + int(other)))
    if isinstance(one, Time) and isinstance(other, Duration):
        return one.add(other)
    if isinstance(one, Duration) and isinstance(other, Time):
        return other.add(one)
    raise _bad("+", one, other)


def subtract(one: Value, other: Value) -> Value:
    """Apply `-`: numbers, times and durations."""
    if is_number(one) and is_number(other):
        if isinstance(one, float) or isinstance(other, float):
            return float(one) - float(other)
        return wrap(int(one) - int(other))
    if isinstance(one, Duration) and isinstance(other, Duration):
        return Duration(wrap(int(one) - int(other)))
    if isinstance(one, Time) and isinstance(other, Time):
        return one.minus(other)
    if isinstance(one, Time) and isinstance(other, Duration):
        return one.add(Duration(-other))
    raise _bad("-", one, other)


def multiply(one: Value, other: Value) -> Value:
    """Apply `*`: numbers and durations."""
    timed = isinstance(one, Duration) or isinstance(other, Duration)
    if not (isinstance(one, Duration) or is_number(one)) or not (isinstance(other, Duration) or is_number(other)):
        raise _bad("*", one, other)
    if isinstance(one, float) or isinstance(other, float):
        return float(one) * float(other)
    product = wrap(int(one) * int(other))
    return Duration(product) if timed else product


def divide(one: Value, other: Value) -> float:
    """Apply `/`, which always gives a float."""
    if not (is_number(one) and is_number(other)):
        raise _bad("/", one, other)
    left, right = float(one), float(other)
    if right:
        return left / right
    if not left or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def modulo(one: Value, other: Value) -> int:
    """Apply `%` to integers; the result has the sign of the first, as in Go."""
    if not (is_int(one) and is_int(other)):
        raise _bad("%", one, other)
    if int(other) == 0:
        raise EvaluationError("integer divide by zero")
    rest = abs(int(one)) % abs(int(other))
    return -rest if one < 0 else rest


def power(one: Value, other: Value) -> float:
    """Apply `**` to numbers, as floats."""
    for side in (one, other):
        if not is_number(side):
            raise EvaluationError(f"invalid operation: float({go_type(side)})")
    base, exponent = float(one), float(other)
    if not (math.isfinite(base) and math.isfinite(exponent)) or base == 0 or abs(exponent) in (0.0, 0.5, 1.0):
        return _special_power(base, exponent)
    fraction, whole = math.modf(abs(exponent))
    if fraction and base < 0:
        return math.nan
    if whole >= 2.0**63:
        return _special_power(base, math.copysign(math.inf, exponent))
    if fraction > 0.5:
        fraction, whole = fraction - 1, whole + 1
    mantissa, power_of_two = (math.exp(fraction * math.log(base)) if fraction else 1.0), 0
    factor, factor_exponent = math.frexp(base)
    count = int(whole)
    while count:
        if abs(factor_exponent) > 1 << 12:
            power_of_two += factor_exponent
            break
        if count & 1:
            mantissa, power_of_two = mantissa * factor, power_of_two + factor_exponent
        factor, factor_exponent, count = factor * factor, factor_exponent << 1, count >> 1
        if factor < 0.5:
            factor, factor_exponent = factor + factor, factor_exponent - 1
    if exponent < 0:
        mantissa, power_of_two = 1 / mantissa, -power_of_two
    return _scaled(mantissa, power_of_two)


def _scaled(mantissa: float, power_of_two: int) -> float:
    try:
        return math.ldexp(mantissa, power_of_two)
    except OverflowError:
        return math.copysign(math.inf, mantissa)


def _special_power(base: float, exponent: float) -> float:
    """Raise where infinities, zeros, NaN or square roots take part; there C and Go agree."""
    if abs(exponent) == 0.5 and math.isfinite(base) and base > 0:
        return math.sqrt(base) if exponent > 0 else 1 / math.sqrt(base)
    if base == 0 and exponent < 0:
        odd = math.isfinite(exponent) and exponent % 2 == 1
        return math.copysign(math.inf, base) if odd else math.inf
    try:
        return math.pow(base, exponent)
    except ValueError:
        return math.nan


def negate(value: Value) -> Value:
    """Apply a unary `-`."""
    if isinstance(value, float):
        return -value
    if not is_int(value):
        raise EvaluationError(f"invalid operation: - {go_type(value)}")
    if isinstance(value, Byte):
        return Byte(-value & 0xFF)
    return type(value)(wrap(-int(value))) if isinstance(value, Int64) else wrap(-value)


def fetch(source: Value, key: Value) -> Value:
    """Return a member or an element; what a map does not have is nil."""
    if isinstance(source, dict):
        if key is None:
            return source.get("")
        if not isinstance(key, str):
            raise EvaluationError(f"{go_type(key)} is no key of {go_type(source)}")
        return source.get(key, "" if isinstance(source, StringMap) else None)
    if isinstance(source, AnyMap):
        return source.get(key)
    if isinstance(source, list | str | bytes):
        items = encode(source) if isinstance(source, str) else source
        at, size = to_int(key), len(items)
        at = at + size if at < 0 else at
        if not 0 <= at < size:
            raise EvaluationError(f"index out of range: {at} (array length is {size})")
        return Byte(items[at]) if isinstance(items, bytes) else items[at]
    method = getattr(source, "method", None)
    found = method(key) if method is not None and isinstance(key, str) else None
    if found is None:
        raise EvaluationError(f"cannot fetch {key} from {go_type(source)}")
    return found


def cut(source: Value, low: Value, high: Value) -> Value:
    """Return a slice; bounds count from the end when negative, and are moved into the range."""
    if not isinstance(source, list | str | bytes):
        raise EvaluationError(f"cannot slice {go_type(source)}")
    if isinstance(source, str):
        part = cut(encode(source), low, high)
        return decode(part)
    size = len(source)
    start, end = to_int(low), size if high is None else to_int(high)
    start = max(0, start + size if start < 0 else start)
    end = min(size, max(0, end + size if end < 0 else end))
    return type(source)(source[min(start, end) : end])


def contains(needle: Value, source: Value, limits: Limits) -> bool:
    """Apply `in`: an element of a list, or a key of a map."""
    if source is None:
        return False
    if isinstance(source, list | bytes):
        return any(equal(item, needle, limits) for item in source)
    if isinstance(source, dict):
        if needle is not None and not isinstance(needle, str):
            raise EvaluationError(f"{go_type(needle)} is no key of {go_type(source)}")
        return (needle or "") in source
    if isinstance(source, AnyMap):
        return needle in source
    raise EvaluationError(f'operator "in" not defined on {go_type(source)}')


def truth(value: Value) -> bool:
    """Return a bool; anything else is an error."""
    if not isinstance(value, bool):
        raise EvaluationError(f"{go_type(value)} is neither true nor false")
    return value
