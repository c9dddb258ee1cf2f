"""expr-lang's functions on lists and maps."""

from collections.abc import Callable
from functools import cmp_to_key

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.operators import equal, fetch, less
from yamlflow.expressions.runtime.times import Time
from yamlflow.expressions.runtime.values import (
    AnyMap,
    Arrays,
    Byte,
    Ints,
    Limits,
    NilList,
    NilStrings,
    Strings,
    Value,
    go_type,
    is_int,
    to_int,
)

_TYPES = {type(None): "nil", bool: "bool", Byte: "uint", float: "float", str: "string", bytes: "array", dict: "map"}


def items_of(value: Value, what: str) -> list[Value]:
    """Return a list; anything else is an error that names what was tried."""
    if isinstance(value, bytes):
        return [Byte(byte) for byte in value]
    if not isinstance(value, list):
        raise EvaluationError(f"cannot {what} {go_type(value)}")
    return value


def entries_of(value: Value, what: str) -> list[tuple[Value, Value]]:
    """Return the keys and values of a map; anything else is an error that names what was tried."""
    if not isinstance(value, dict | AnyMap):
        raise EvaluationError(f"cannot {what} {go_type(value)}")
    return list(value.items())


def _len(_: Limits, value: Value) -> int:
    if not isinstance(value, str | bytes | list | dict | AnyMap):
        raise EvaluationError(f"invalid argument for len (type {go_type(value)})")
    return len(value)


def _type(_: Limits, value: Value) -> str:
    named = go_type(value)
    if named.startswith("time."):
        return named
    if isinstance(value, AnyMap | dict):
        return "map"
    if type(value) in _TYPES:
        return _TYPES[type(value)]
    return (
        "array"
        if isinstance(value, list)
        else "int"
        if isinstance(value, int)
        else named
        if named == "func"
        else "unknown"
    )


def _end(at: Value, value: Value) -> Value:
    try:
        return fetch(value, at)
    except EvaluationError:
        return None


def get(_: Limits, source: Value, key: Value) -> Value:
    """Return an element or a member, nil when there is none."""
    if isinstance(source, list | str | bytes):
        to_int(key)
        return _end(key, source)
    if isinstance(source, AnyMap):
        return source.get(key) if key in source else None
    if isinstance(source, dict):
        return fetch(source, key) if not isinstance(key, str) else source.get(key)
    if isinstance(source, Time) and not isinstance(key, str):
        raise EvaluationError(f"interface conversion: {go_type(key)} is no name of a field")
    return _end(key, source) if isinstance(key, str) else None


def _take(_: Limits, value: Value, count: Value) -> Value:
    items = value if isinstance(value, bytes) else items_of(value, "take from")
    if not is_int(count) or isinstance(count, Byte):
        raise EvaluationError(f"cannot take {go_type(count)} elements")
    if count < 0:
        raise EvaluationError("slice bounds out of range")
    return type(items)(items[: int(count)])


def _from_pairs(_: Limits, value: Value) -> AnyMap:
    found = AnyMap()
    for pair in items_of(value, "transform from pairs"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise EvaluationError("invalid pair")
        found.set(pair[0], pair[1])
    return found


def _to_pairs(_: Limits, value: Value) -> Arrays:
    return Arrays([key, item] for key, item in entries_of(value, "transform to pairs"))


def _reverse(limits: Limits, value: Value) -> list[Value]:
    items = items_of(value, "reverse")
    limits.grow(len(items))
    return list(reversed(items))


def _uniq(limits: Limits, value: Value) -> list[Value]:
    kept: list[Value] = []
    for item in items_of(value, "uniq"):
        if not any(equal(item, known, limits) for known in kept):
            kept.append(item)
    return kept


def _concat(limits: Limits, *values: Value) -> list[Value]:
    if not values:
        raise EvaluationError("invalid number of arguments (expected at least 1, got 0)")
    lists = [items_of(value, "concat") for value in values]
    limits.grow(sum(map(len, lists)))
    return [item for items in lists for item in items] or NilList()


def _flatten(limits: Limits, value: Value) -> list[Value]:
    found: list[Value] = []
    pending = [iter(items_of(value, "flatten"))]
    while pending:
        for item in pending[-1]:
            if isinstance(item, list | bytes):
                pending.append(iter(items_of(item, "flatten")))
                break
            limits.grow(1)
            found.append(item)
        else:
            pending.pop()
        limits.step()
    return found


def ordered(pairs: list[tuple[Value, Value]], order: Value) -> list[Value]:
    """Sort the second of each pair by the first, in the order `asc` or `desc`."""
    if order not in ("asc", "desc"):
        raise EvaluationError(f"invalid order {order}, expected asc or desc")
    sign = -1 if order == "asc" else 1

    def compare(one: tuple[Value, Value], other: tuple[Value, Value]) -> int:
        return sign if less(one[0], other[0]) else -sign if less(other[0], one[0]) else 0

    return [pair[1] for pair in sorted(pairs, key=cmp_to_key(compare))]


def _sort(limits: Limits, value: Value, order: Value = "asc") -> list[Value]:
    if type(value) not in (list, NilList, Ints, Strings, NilStrings):
        # The original looks at a few types of lists, and gives nothing for all others.
        return NilList(ordered([], order))
    limits.grow(len(value))
    limits.step(len(value) * 4)
    return ordered([(item, item) for item in value], order)


LISTS: dict[str, Callable[..., Value]] = {
    "concat": _concat,
    "first": lambda _, value: _end(0, value),
    "flatten": _flatten,
    "fromPairs": _from_pairs,
    "get": get,
    "keys": lambda _, value: [key for key, _ in entries_of(value, "get keys from")],
    "last": lambda _, value: _end(-1, value),
    "len": _len,
    "reverse": _reverse,
    "sort": _sort,
    "take": _take,
    "toPairs": _to_pairs,
    "type": _type,
    "uniq": _uniq,
    "values": lambda _, value: [item for _, item in entries_of(value, "get values from")],
}
