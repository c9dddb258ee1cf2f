"""The functions and operators of jq that filters may use."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from functools import cmp_to_key
from typing import Any

from yamlflow.expressions.jq import Filter, JqError, Json, truth, type_name

_ORDER = {"null": 0, "boolean": 1, "number": 3, "string": 4, "array": 5, "object": 6}


def text_of(value: Json) -> str:
    """Return a value as jq prints it raw: texts as they are, all else as compact JSON."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def compare(left: Json, right: Json) -> int:
    """Return which of two values comes first: less than 0, 0, more than 0."""
    ranks = _ORDER[type_name(left)], _ORDER[type_name(right)]
    if ranks[0] != ranks[1]:
        return ranks[0] - ranks[1]
    if isinstance(left, list):
        return next(
            (found for pair in zip(left, right, strict=False) if (found := compare(*pair))), len(left) - len(right)
        )
    if isinstance(left, dict):
        keys = compare(sorted(left), sorted(right))
        return keys or next((found for key in sorted(left) if (found := compare(left[key], right[key]))), 0)
    if left is None:
        return 0
    return int(left > right) - int(left < right)


def operate(sign: str, left: Json, right: Json) -> Json:
    """Return what an operator makes of two values."""
    if sign in ("==", "!=", "<", "<=", ">", ">="):
        order = compare(left, right)
        return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[
            sign
        ]
    kinds = type_name(left), type_name(right)
    if sign == "+" and "null" in kinds:
        return right if left is None else left
    if kinds == ("number", "number"):
        return _calculate(sign, left, right)
    if sign == "+" and kinds in (("string", "string"), ("array", "array")):
        return left + right
    if sign == "+" and kinds == ("object", "object"):
        return {**left, **right}
    if sign == "-" and kinds == ("array", "array"):
        return [item for item in left if item not in right]
    if sign == "*" and kinds == ("string", "number"):
        return left * int(right) if right > 0 else None
    if sign == "/" and kinds == ("string", "string"):
        return left.split(right)
    raise JqError(f"{kinds[0]} and {kinds[1]} cannot be put together by {sign}")


def _calculate(sign: str, left: Json, right: Json) -> Json:
    if sign in "/%" and right == 0:
        raise JqError("cannot divide by zero")
    if sign == "%":
        rest = abs(int(left)) % abs(int(right))
        return -rest if left < 0 else rest
    found: Json = (
        {"+": left + right, "-": left - right, "*": left * right}.get(sign, 0) if sign != "/" else left / right
    )
    return int(found) if isinstance(found, float) and found.is_integer() and abs(found) < 2**53 else found


def _sorted(values: Json, by: Filter | None = None) -> list[Json]:
    _must(values, list)
    order = cmp_to_key(compare)
    return sorted(values, key=lambda item: order(list(by(item)) if by else item))


def _must(value: Json, *kinds: type) -> None:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise JqError(f"{type_name(value)} ({text_of(value)}) cannot be used here")


def _length(value: Json) -> Json:
    return abs(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else len(value or "")


def _number(value: Json) -> Json:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        raise JqError(f"{text_of(value)} cannot be read as a number")
    return found


def _from_json(value: Json) -> Json:
    try:
        return json.loads(value)
    except (TypeError, ValueError) as error:
        raise JqError(f"{text_of(value)} cannot be read as JSON") from error


def _keys(value: Json) -> Json:
    _must(value, dict, list)
    return sorted(value) if isinstance(value, dict) else list(range(len(value)))


def _entries(value: Json) -> Json:
    _must(value, dict)
    return [{"key": key, "value": each} for key, each in value.items()]


def _from_entries(value: Json) -> Json:
    _must(value, list)
    return {text_of(item.get("key", item.get("name"))): item.get("value") for item in value}


def _flat(value: Json) -> list[Json]:
    return [deep for item in value for deep in (_flat(item) if isinstance(item, list) else [item])]


def _added(value: Json) -> Json:
    total = None
    for item in value.values() if isinstance(value, dict) else value:
        total = operate("+", total, item)
    return total


def _contains(value: Json, wanted: Json) -> bool:
    if isinstance(value, dict) and isinstance(wanted, dict):
        return all(key in value and _contains(value[key], each) for key, each in wanted.items())
    if isinstance(value, list) and isinstance(wanted, list):
        return all(any(_contains(item, each) for item in value) for each in wanted)
    return wanted in value if isinstance(value, str) and isinstance(wanted, str) else bool(value == wanted)


def _grouped(value: Json, by: Filter) -> list[list[Json]]:
    groups: list[list[Json]] = []
    for item in _sorted(value, by):
        if groups and compare(list(by(groups[-1][0])), list(by(item))) == 0:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _items(value: Json) -> list[Json]:
    _must(value, list, dict)
    return list(value.values()) if isinstance(value, dict) else value


def _same(value: Json) -> Iterator[Json]:
    yield value


def _select(value: Json, test: Filter) -> Iterator[Json]:
    return (value for held in test(value) if truth(held))


def _map(value: Json, inner: Filter) -> Iterator[Json]:
    _must(value, list, dict)
    yield [each for item in (value.values() if isinstance(value, dict) else value) for each in inner(item)]


def _with_entries(value: Json, inner: Filter) -> Iterator[Json]:
    yield _from_entries([each for item in _entries(value) for each in inner(item)])


def _limit(value: Json, count: Filter, inner: Filter) -> Iterator[Json]:
    for most in count(value):
        yield from (each for _, each in zip(range(int(most)), inner(value), strict=False))


def _last(value: Json, inner: Filter) -> Iterator[Json]:
    yield from list(inner(value))[-1:]


def _range(value: Json, end: Filter) -> Iterator[Json]:
    return (number for most in end(value) for number in range(int(most)))


def _error(value: Json) -> Iterator[Json]:
    yield from ()
    raise JqError(text_of(value))


def _one(function: Callable[[Json], Json]) -> Callable[..., Iterator[Json]]:
    def apply(value: Json) -> Iterator[Json]:
        try:
            yield function(value)
        except (TypeError, AttributeError, ValueError, IndexError, KeyError) as error:
            raise JqError(f"{type_name(value)} ({text_of(value)}) cannot be used here") from error

    return apply


def _two(function: Callable[[Json, Json], Json]) -> Callable[..., Iterator[Json]]:
    def apply(value: Json, argument: Filter) -> Iterator[Json]:
        for other in argument(value):
            try:
                yield function(value, other)
            except (TypeError, AttributeError, ValueError, re.error) as error:
                raise JqError(f"{type_name(value)} ({text_of(value)}) cannot be used here") from error

    return apply


_VALUES: dict[str, Callable[[Json], Json]] = {
    "length": _length,
    "keys": _keys,
    "not": lambda value: not truth(value),
    "type": type_name,
    "tostring": text_of,
    "tonumber": _number,
    "tojson": lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
    "fromjson": _from_json,
    "to_entries": _entries,
    "from_entries": _from_entries,
    "add": _added,
    "any": lambda value: any(map(truth, value)),
    "all": lambda value: all(map(truth, value)),
    "flatten": _flat,
    "sort": _sorted,
    "unique": lambda value: [group[0] for group in _grouped(value, _same)],
    "reverse": lambda value: value[::-1],
    "first": lambda value: value[0] if value else None,
    "last": lambda value: value[-1] if value else None,
    "min": lambda value: _sorted(value)[0] if value else None,
    "max": lambda value: _sorted(value)[-1] if value else None,
    "ascii_downcase": str.lower,
    "ascii_upcase": str.upper,
    "floor": lambda value: int(value // 1),
    "@base64": lambda value: base64.b64encode(text_of(value).encode()).decode(),
    "@base64d": lambda value: base64.b64decode(value + "==").decode(),
    "@json": lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
    "@text": text_of,
}
_PAIRS: dict[str, Callable[[Json, Json], Json]] = {
    "has": lambda value, key: key in value if isinstance(value, dict) else 0 <= key < len(value),
    "contains": _contains,
    "startswith": lambda value, other: value.startswith(other),
    "endswith": lambda value, other: value.endswith(other),
    "ltrimstr": lambda value, other: value.removeprefix(other),
    "rtrimstr": lambda value, other: value.removesuffix(other),
    "split": lambda value, other: value.split(other),
    "join": lambda value, other: other.join("" if item is None else text_of(item) for item in value),
    "test": lambda value, other: re.search(other, value) is not None,
}
FUNCTIONS: dict[tuple[str, int], Any] = {
    **{(name, 0): _one(function) for name, function in _VALUES.items()},
    **{(name, 1): _two(function) for name, function in _PAIRS.items()},
    ("empty", 0): lambda _: iter(()),
    ("error", 0): _error,
    ("values", 0): lambda value: iter(() if value is None else (value,)),
    ("select", 1): _select,
    ("map", 1): _map,
    ("with_entries", 1): _with_entries,
    ("first", 1): lambda value, inner: _limit(value, lambda _: iter((1,)), inner),
    ("last", 1): _last,
    ("limit", 2): _limit,
    ("range", 1): _range,
    ("sort_by", 1): lambda value, by: iter((_sorted(value, by),)),
    ("group_by", 1): lambda value, by: iter((_grouped(value, by),)),
    ("unique_by", 1): lambda value, by: iter(([group[0] for group in _grouped(value, by)],)),
    ("min_by", 1): lambda value, by: iter((_sorted(value, by)[0] if value else None,)),
    ("max_by", 1): lambda value, by: iter((_sorted(value, by)[-1] if value else None,)),
    ("any", 1): lambda value, test: iter((any(truth(held) for item in _items(value) for held in test(item)),)),
    ("all", 1): lambda value, test: iter((all(truth(held) for item in _items(value) for held in test(item)),)),
}
"""What is called by a name and so many arguments."""


def apply(found: Filter, item: Json) -> str:
    """Return what a filter yields as Argo takes it over: one value a line."""
    lines = [
        text_of(value)
        if isinstance(value, str)
        else json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        for value in found(item)
    ]
    return "\n".join(lines).strip()
