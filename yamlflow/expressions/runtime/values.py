"""Go's values: nil, bool, float64, string, []any, map[string]any are Python's own, and int within 64 bits."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from yamlflow.expressions.errors import EvaluationError

Value = Any

MAX_MEMORY = 1_000_000
MAX_STEPS = 250_000
MAX_TEXT = 16 * 1024 * 1024


class Int64(int):
    """An int64, as sprig's arithmetic gives it."""


class Byte(int):
    """A byte, as the index of a text gives it."""


class Duration(int):
    """A span of time in nanoseconds."""

    def method(self, name: str) -> "Function | None":
        """Return a method of Go's `time.Duration`."""
        from yamlflow.expressions.runtime.times import duration_method

        return duration_method(self, name)


class Strings(list[Value]):
    """A []string."""


class Ints(list[Value]):
    """A []int."""


class NilMap(dict[str, Value]):
    """A map[string]any that is nil."""


class StringMap(dict[str, Value]):
    """A map[string]string."""


class NilStrings(Strings):
    """A []string that is nil."""


class NilList(list[Value]):
    """A []any that is nil: it has no elements, and counts as nil."""


class Arrays(list[Value]):
    """A slice of slices or of arrays, such as the pairs of a map."""


class Function:
    """A function of Go: its name, the types that it takes (see `sprig_names`), and what computes it."""

    __slots__ = ("call", "kinds", "name")
    go_type = "func"

    def __init__(self, name: str, kinds: str, call: Callable[..., Value]) -> None:
        self.name = name
        self.kinds = kinds
        self.call = call


class AnyMap:
    """A map[any]any: 1, 1.0 and true are different keys. `groups` tells the map that `groupBy` gives."""

    __slots__ = ("_entries", "groups")

    def __init__(self, groups: bool = False) -> None:
        self._entries: dict[tuple[type, Value], tuple[Value, Value]] = {}
        self.groups = groups

    def _key(self, key: Value) -> tuple[type, Value]:
        try:
            hash(key)
        except TypeError:
            raise EvaluationError(f"a {go_type(key)} cannot be a key") from None
        return (type(key), key)

    def get(self, key: Value) -> Value:
        """Return the value of a key, or nil."""
        found = self._entries.get(self._key(key))
        return found[1] if found else NilList() if self.groups else None

    def set(self, key: Value, value: Value) -> None:
        """Set the value of a key."""
        self._entries[self._key(key)] = (key, value)

    def __contains__(self, key: Value) -> bool:
        return self._key(key) in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        raise TypeError("unhashable")

    def items(self) -> Iterator[tuple[Value, Value]]:
        """Yield the keys and their values."""
        return iter(self._entries.values())


class Limits:
    """What one evaluation may use; expr-lang's budget of elements, and one of steps."""

    __slots__ = ("memory", "steps")

    def __init__(self) -> None:
        self.memory = 0
        self.steps = 0

    def grow(self, count: int) -> None:
        """Account for new elements."""
        self.memory += count
        if self.memory >= MAX_MEMORY:
            raise EvaluationError("memory budget exceeded")

    def step(self, count: int = 1) -> None:
        """Account for work."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise EvaluationError("the evaluation takes too long")

    def text(self, length: int) -> None:
        """Account for a new text."""
        if length > MAX_TEXT:
            raise EvaluationError("the text becomes too long")
        self.step(length >> 8)


_GO_TYPES: dict[type, str] = {
    type(None): "<nil>",
    bool: "bool",
    int: "int",
    Int64: "int64",
    Byte: "uint8",
    float: "float64",
    str: "string",
    bytes: "[]uint8",
    list: "[]interface {}",
    Strings: "[]string",
    Ints: "[]int",
    NilList: "[]interface {}",
    NilStrings: "[]string",
    NilMap: "map[string]interface {}",
    StringMap: "map[string]string",
    Arrays: "[][]interface {}",
    dict: "map[string]interface {}",
    Duration: "time.Duration",
}


def go_type(value: Value) -> str:
    """Return the name of a value's type in Go."""
    if isinstance(value, AnyMap):
        return "map[interface {}][]interface {}" if value.groups else "map[interface {}]interface {}"
    return _GO_TYPES.get(type(value)) or str(value.go_type)


def is_nil(value: Value) -> bool:
    """Whether a value is nil."""
    return value is None or isinstance(value, NilList | NilStrings | NilMap)


def wrap(value: int) -> int:
    """Return an int as 64 bits hold it."""
    if -0x8000000000000000 <= value <= 0x7FFFFFFFFFFFFFFF:
        return value
    return ((value + 0x8000000000000000) & 0xFFFFFFFFFFFFFFFF) - 0x8000000000000000


def is_int(value: Value) -> bool:
    """Whether a value is one of Go's integers, a duration not among them."""
    return isinstance(value, int) and not isinstance(value, bool | Duration)


def is_number(value: Value) -> bool:
    """Whether a value is one of Go's numbers."""
    return isinstance(value, float) or is_int(value)


def to_int(value: Value) -> int:
    """Convert a number as Go converts to int; anything else is an error."""
    if isinstance(value, float):
        if math.isnan(value) or not -9223372036854775808.0 <= value < 9223372036854775808.0:
            return -0x8000000000000000
        return int(value)
    if is_int(value):
        return int(value)
    raise EvaluationError(f"invalid operation: int({go_type(value)})")


def encode(text: str) -> bytes:
    """Return the bytes of a text; bytes that are no UTF-8 travel as surrogates."""
    return text.encode("utf-8", "surrogateescape")


def decode(data: bytes) -> str:
    """Return the text of bytes."""
    return data.decode("utf-8", "surrogateescape")
