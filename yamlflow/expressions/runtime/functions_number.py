"""expr-lang's functions on numbers."""

import math
from collections.abc import Callable, Iterable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.operators import less, negate
from yamlflow.expressions.runtime.times import Month, Weekday
from yamlflow.expressions.runtime.values import Byte, Duration, Limits, Value, go_type, is_int, is_number, to_int, wrap
from yamlflow.types import parse_float, parse_integer


def to_integer(_: Limits, value: Value) -> int:
    """`int(x)`: of a number or a text."""
    if isinstance(value, str):
        found = parse_integer(value)
        if found is None:
            raise EvaluationError(f"invalid operation: int({value})")
        return found
    if isinstance(value, Duration | Month | Weekday):
        return int(value)
    return to_int(value)


def to_float(_: Limits, value: Value) -> float:
    """`float(x)`: of a number or a text."""
    if isinstance(value, str):
        found = parse_float(value)
        if found is None:
            raise EvaluationError(f"invalid operation: float({value})")
        return found
    if not is_number(value):
        raise EvaluationError(f"invalid operation: float({go_type(value)})")
    return float(value)


def _absolute(_: Limits, value: Value) -> Value:
    if not is_number(value):
        raise EvaluationError(f"invalid argument for abs (type {go_type(value)})")
    return negate(value) if value < 0 else value


def rounded(value: float, how: Callable[[float], int]) -> float:
    """Round a float by `how`; infinities, NaN and the sign of zero stay."""
    return math.copysign(float(how(value)), value) if math.isfinite(value) else value


def half_away(value: float) -> int:
    """Round to the nearest integer, halves away from zero."""
    whole = math.trunc(value)
    return whole + (1 if value > 0 else -1) if abs(value - whole) >= 0.5 else whole


def _rounding(name: str, how: Callable[[float], int]) -> Callable[[Limits, Value], float]:
    def apply(_: Limits, value: Value) -> float:
        if not is_number(value):
            raise EvaluationError(f"invalid argument for {name} (type {go_type(value)})")
        return rounded(float(value), how) if isinstance(value, float) else float(value)

    return apply


def _extreme(name: str, limits: Limits, values: tuple[Value, ...]) -> Value:
    """Return the largest or the smallest number of all values and lists; a single other value is returned as it is."""
    best: Value = None
    for value in values:
        limits.step()
        if is_number(value):
            best = _better(name, best, value)
        elif isinstance(value, list | bytes):
            for item in map(Byte, value) if isinstance(value, bytes) else value:
                if not (is_number(item) or isinstance(item, list)):
                    raise EvaluationError(f"invalid argument for {name} (type {go_type(item)})")
                best = _better(name, best, _extreme(name, limits, (item,)))
        elif len(values) == 1:
            return value
        else:
            raise EvaluationError(f"invalid argument for {name} (type {go_type(value)})")
    return best


def _better(name: str, best: Value, value: Value) -> Value:
    if best is None or value is None:
        return value if best is None else best
    return value if (less(best, value) if name == "max" else less(value, best)) else best


def _numbers(name: str, limits: Limits, values: Iterable[Value]) -> list[float]:
    found: list[float] = []
    for value in values:
        limits.step()
        if isinstance(value, Duration) or is_number(value):
            found.append(float(value))
        elif isinstance(value, list | bytes):
            found += _numbers(name, limits, value)
        else:
            raise EvaluationError(f"invalid argument for {name} (type {go_type(value)})")
    return found


def _mean(limits: Limits, *values: Value) -> float:
    numbers = _numbers("mean", limits, values)
    total = 0.0
    for number in numbers:
        total += number
    return total / len(numbers) if numbers else 0.0


def _median(limits: Limits, *values: Value) -> float:
    numbers = sorted(_numbers("median", limits, values))
    middle = len(numbers) // 2
    if not numbers:
        return 0.0
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def _bits(compute: Callable[..., int], count: int = 2) -> Callable[..., int]:
    def apply(_: Limits, *values: Value) -> int:
        for value in values:
            if not is_int(value):
                raise EvaluationError(f"cannot use {go_type(value)} as argument (type int)")
        if len(values) != count:
            raise EvaluationError("invalid number of arguments")
        return wrap(compute(*map(int, values)))

    return apply


def _shift(compute: Callable[[int, int], int]) -> Callable[..., int]:
    def apply(value: int, count: int) -> int:
        if count < 0:
            raise EvaluationError(f"invalid operation: negative shift count {count} (type int)")
        return compute(value, min(count, 64))

    return _bits(apply)


NUMBERS: dict[str, Callable[..., Value]] = {
    "abs": _absolute,
    "asFloat": to_float,
    "asInt": to_integer,
    "bitand": _bits(lambda one, other: one & other),
    "bitnand": _bits(lambda one, other: one & ~other),
    "bitnot": _bits(lambda one: ~one, 1),
    "bitor": _bits(lambda one, other: one | other),
    "bitshl": _shift(lambda one, count: one << count),
    "bitshr": _shift(lambda one, count: one >> count),
    "bitushr": _shift(lambda one, count: (one & 0xFFFFFFFFFFFFFFFF) >> count),
    "bitxor": _bits(lambda one, other: one ^ other),
    "ceil": _rounding("ceil", math.ceil),
    "float": to_float,
    "floor": _rounding("floor", math.floor),
    "int": to_integer,
    "max": lambda limits, *values: _extreme("max", limits, values),
    "mean": _mean,
    "median": _median,
    "min": lambda limits, *values: _extreme("min", limits, values),
    "round": _rounding("round", half_away),
}
