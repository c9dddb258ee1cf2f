"""sprig's functions on lists, dicts, and values of any type."""

from collections.abc import Callable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.operators import deep_equal
from yamlflow.expressions.runtime.sprig_number import integer
from yamlflow.expressions.runtime.sprig_text import shown
from yamlflow.expressions.runtime.values import (
    AnyMap,
    Arrays,
    Byte,
    Limits,
    NilList,
    NilMap,
    Strings,
    Value,
    go_type,
)

Dict = dict[str, Value]
_KINDS = {
    "<nil>": "invalid",
    "[]uint8": "slice",
    "func": "func",
    "time.Time": "struct",
    "time.Duration": "int64",
    "time.Month": "int",
    "time.Weekday": "int",
    "*time.Location": "ptr",
}


def empty(value: Value) -> bool:
    """Whether a value is the zero of its type."""
    if isinstance(value, str | bytes | list | dict | AnyMap):
        return not len(value)
    return value is None or (isinstance(value, bool | int | float) and not value)


def _items(value: Value, what: str) -> list[Value]:
    if isinstance(value, bytes):
        return [Byte(byte) for byte in value]
    if not isinstance(value, list):
        raise EvaluationError(f"Cannot {what} on type {_kind(value)}")
    return value


def _kind(value: Value) -> str:
    named = go_type(value)
    if named in _KINDS:
        return _KINDS[named]
    return "slice" if named.startswith("[]") else "map" if named.startswith("map[") else named


def _grown(limits: Limits, items: list[Value]) -> list[Value]:
    limits.grow(len(items))
    return items


def _ends(limits: Limits, value: Value, what: str, low: int, high: int | None) -> list[Value]:
    items = _items(value, what)
    return _grown(limits, items[low:high]) if items else NilList()


def _known(value: Value, items: list[Value], limits: Limits) -> bool:
    return any(deep_equal(value, item, limits) for item in items)


def _uniq(limits: Limits, value: Value) -> list[Value]:
    kept: list[Value] = []
    for item in _items(value, "find uniq"):
        if not _known(item, kept, limits):
            kept.append(item)
    return kept


def _has(limits: Limits, needle: Value, value: Value) -> bool:
    return value is not None and _known(needle, _items(value, "find has"), limits)


def _slice(_: Limits, value: Value, *bounds: Value) -> Value:
    items = _items(value, "slice")
    if not items:
        return None
    low = integer(bounds[0]) if bounds else 0
    high = integer(bounds[1]) if len(bounds) > 1 else len(items)
    if not 0 <= low <= high <= len(items):
        raise EvaluationError("reflect.Value.Slice: slice index out of bounds")
    return value[low:high] if isinstance(value, bytes) else type(items)(items[low:high])


def _concat(limits: Limits, *values: Value) -> list[Value]:
    lists = [_items(value, "concat") for value in values]
    limits.grow(sum(map(len, lists)))
    return [item for items in lists for item in items] or NilList()


def _chunk(limits: Limits, size: int, value: Value) -> Arrays:
    items = _items(value, "chunk")
    if size <= 0:
        raise EvaluationError("runtime error: makeslice: len out of range")
    limits.grow(len(items))
    return Arrays(items[at : at + size] for at in range(0, len(items), size))


def _dict(limits: Limits, *values: Value) -> Dict:
    limits.grow(len(values))
    found: Dict = {}
    for at in range(0, len(values), 2):
        found[shown(values[at])] = values[at + 1] if at + 1 < len(values) else ""
    return found


def _keys(_: Limits, *dicts: Dict) -> Strings:
    return Strings(key for one in dicts for key in one)


def _merged(limits: Limits, target: Dict, source: Dict, overwrite: bool) -> None:
    limits.step(len(source) + 1)
    for key, value in list(source.items()):
        mine = target.get(key)
        if value is None:
            if overwrite:
                target[key] = None
        elif isinstance(value, dict) and isinstance(mine, dict) and mine:
            _merged(limits, mine, value, overwrite)
        elif overwrite or empty(mine):
            target[key] = value


def _merge(overwrite: bool) -> Callable[..., Dict]:
    def call(limits: Limits, target: Dict, *sources: Dict) -> Dict:
        target = {} if isinstance(target, NilMap) and sources else target
        for source in sources:
            _merged(limits, target, source, overwrite)
        return target

    return call


def _set(_: Limits, target: Dict, key: str, value: Value) -> Dict:
    if isinstance(target, NilMap):
        raise EvaluationError("assignment to entry in nil map")
    target[key] = value
    return target


def _unset(_: Limits, target: Dict, key: str) -> Dict:
    target.pop(key, None)
    return target


def _copied(limits: Limits, value: Value) -> Value:
    limits.step()
    if value is None:
        raise EvaluationError("reflect: call of reflect.Value.Type on zero Value")
    return copied(value, limits)


def copied(value: Value, limits: Limits) -> Value:
    """Return a value that shares no list and no mapping with the one given."""
    if isinstance(value, list):
        limits.grow(len(value))
        return type(value)(copied(item, limits) for item in value)
    if isinstance(value, dict):
        limits.grow(len(value))
        return type(value)((key, copied(item, limits)) for key, item in value.items())
    return value


def _dig(_: Limits, *values: Value) -> Value:
    if len(values) < 3:
        raise EvaluationError("dig needs at least three arguments")
    *path, default, found = values
    for key in path:
        if type(found) is not dict or not isinstance(key, str):
            raise EvaluationError(f"interface conversion: interface {{}} is {go_type(found)}")
        if key not in found:
            return default
        found = found[key]
    return found


def _default(_: Limits, default: Value, *given: Value) -> Value:
    return default if not given or empty(given[0]) else given[0]


def _coalesce(_: Limits, *values: Value) -> Value:
    return next((value for value in values if not empty(value)), None)


def _push(limits: Limits, value: Value, item: Value) -> list[Value]:
    return _grown(limits, [*_items(value, "push"), item])


def _prepend(limits: Limits, value: Value, item: Value) -> list[Value]:
    return _grown(limits, [item, *_items(value, "prepend")])


def _end(at: int) -> Callable[[Limits, Value], Value]:
    def call(_: Limits, value: Value) -> Value:
        items = _items(value, "find last" if at else "find first")
        return items[at] if items else None

    return call


def _fail(_: Limits, message: str) -> Value:
    raise EvaluationError(message)


def _without(limits: Limits, value: Value, *omitted: Value) -> list[Value]:
    return [item for item in _items(value, "find without") if not _known(item, list(omitted), limits)]


_LISTS: dict[str, Callable[..., Value]] = {
    "append": _push,
    "chunk": _chunk,
    "compact": lambda _, value: [item for item in _items(value, "compact") if not empty(item)],
    "first": _end(0),
    "has": _has,
    "initial": lambda limits, value: _ends(limits, value, "find initial", 0, -1),
    "last": _end(-1),
    "merge": _merge(False),
    "mergeOverwrite": _merge(True),
    "prepend": _prepend,
    "push": _push,
    "rest": lambda limits, value: _ends(limits, value, "find rest", 1, None),
    "reverse": lambda limits, value: _grown(limits, list(reversed(_items(value, "find reverse")))),
    "slice": _slice,
    "uniq": _uniq,
    "without": _without,
}

DATA: dict[str, Callable[..., Value]] = {
    **_LISTS,
    **{f"must{name[0].upper()}{name[1:]}": function for name, function in _LISTS.items()},
    "all": lambda _, *values: not any(map(empty, values)),
    "any": lambda _, *values: not all(map(empty, values)),
    "coalesce": _coalesce,
    "concat": _concat,
    "deepCopy": _copied,
    "deepEqual": lambda limits, one, other: deep_equal(one, other, limits),
    "default": _default,
    "dict": _dict,
    "dig": _dig,
    "empty": lambda _, value: empty(value),
    "fail": _fail,
    "get": lambda _, source, key: source.get(key, ""),
    "hasKey": lambda _, source, key: key in source,
    "keys": _keys,
    "kindIs": lambda _, kind, value: kind == _kind(value),
    "kindOf": lambda _, value: _kind(value),
    "list": lambda limits, *values: _grown(limits, list(values)),
    "mustDeepCopy": _copied,
    "omit": lambda _, source, *keys: {key: value for key, value in source.items() if key not in keys},
    "pick": lambda _, source, *keys: {key: source[key] for key in keys if key in source},
    "pluck": lambda _, key, *dicts: [one[key] for one in dicts if key in one],
    "set": _set,
    "ternary": lambda _, one, other, test: one if test else other,
    "tuple": lambda limits, *values: _grown(limits, list(values)),
    "typeIs": lambda _, name, value: name == go_type(value),
    "typeIsLike": lambda _, name, value: go_type(value) in (name, f"*{name}"),
    "typeOf": lambda _, value: go_type(value),
    "unset": _unset,
    "values": lambda _, source: list(source.values()),
}
