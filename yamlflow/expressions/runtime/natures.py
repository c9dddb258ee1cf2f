"""The types that expr-lang's compiler sees: what it refuses before anything runs, and how it compares."""

from typing import NamedTuple

from yamlflow.expressions.runtime.times import Time, Zone
from yamlflow.expressions.runtime.values import Duration, Value, go_type


class Nature(NamedTuple):
    """A static type: its kind, its type in Go, and what is known of a list's elements."""

    kind: str
    go: str = ""
    element: "Nature | None" = None


UNKNOWN = Nature("unknown")
ANY = Nature("any", "interface {}")
NIL = Nature("nil")
BOOL = Nature("bool", "bool")
INT = Nature("int", "int")
BYTE = Nature("byte", "uint8")
FLOAT = Nature("float", "float64")
STRING = Nature("string", "string")
TIME = Nature("time", "time.Time")
DURATION = Nature("duration", "time.Duration")
LOCATION = Nature("location", "*time.Location")
FUNCTION = Nature("func", "func")
INT64 = Nature("integer", "int64")
MONTH = Nature("integer", "time.Month")
WEEKDAY = Nature("integer", "time.Weekday")
ARRAY = Nature("array", "[]interface {}")
STRINGS = Nature("array", "[]string")
INTS = Nature("array", "[]int")
FLOATS = Nature("array", "[]float64")
BYTES = Nature("array", "[]uint8")
MAP = Nature("map", "map[string]interface {}")
ANY_MAP = Nature("map", "map[interface {}]interface {}")
GROUPS = Nature("map", "map[interface {}][]interface {}")

INTEGERS = frozenset({"int", "byte", "integer"})
NUMBERS = INTEGERS | {"float"}
_ELEMENTS = {"[]string": STRING, "[]int": INT, "[]float64": FLOAT, "[]uint8": BYTE, GROUPS.go: ARRAY}
_POINTERS = frozenset({"any", "map", "array", "func", "location"})


def is_unknown(nature: Nature) -> bool:
    """Whether nothing is known, so that all is allowed."""
    return nature.kind in ("unknown", "any")


def assignable(nature: Nature, to: Nature) -> bool:
    """Whether Go would assign a value of one type to another."""
    if nature.kind == "nil" and to.kind in _POINTERS:
        return True
    if nature.kind in ("nil", "unknown") or to.kind in ("nil", "unknown"):
        return False
    return to.kind == "any" or nature.go == to.go


def comparable(one: Nature, other: Nature) -> bool:
    """Whether `==` may stand between two types."""
    kinds = {one.kind, other.kind}
    if is_unknown(one) or is_unknown(other) or "nil" in kinds or kinds <= NUMBERS:
        return True
    return kinds in ({"array"}, {"time"}, {"duration"}) or assignable(one, other)


def maybe(one: Nature, other: Nature, *kinds: str) -> bool:
    """Whether an operator on `kinds` may work, since one side or both are not known."""
    return (is_unknown(one) and (is_unknown(other) or other.kind in kinds)) or (is_unknown(other) and one.kind in kinds)


def element_of(nature: Nature) -> Nature:
    """Return the type of the elements of a list or of the values of a map."""
    if nature.kind not in ("array", "map"):
        return UNKNOWN
    return nature.element or declared_element(nature)


def declared_element(nature: Nature) -> Nature:
    """Return the type of the elements as Go's type says it."""
    return _ELEMENTS.get(nature.go, ANY)


def list_of(element: Nature) -> Nature:
    """Return the type of a []any whose elements are known."""
    return Nature("array", ARRAY.go, element)


def key_of(nature: Nature) -> Nature:
    """Return the type of the keys of a map."""
    return STRING if nature.go == MAP.go else ANY


_OF_VALUES = {"bool": BOOL, "int": INT, "uint8": BYTE, "float64": FLOAT, "string": STRING, "func": FUNCTION}


def nature_of(value: Value) -> Nature:
    """Return the type of a value of the environment."""
    if value is None:
        return NIL
    if isinstance(value, list):
        return Nature("array", go_type(value))
    if isinstance(value, dict):
        return MAP
    if isinstance(value, Time | Duration | Zone):
        return TIME if isinstance(value, Time) else DURATION if isinstance(value, Duration) else LOCATION
    return _OF_VALUES.get(go_type(value), UNKNOWN)
