"""What expr-lang's compiler asks of the arguments of functions, and what it takes their results to be."""

from collections.abc import Callable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.natures import (
    ANY,
    ANY_MAP,
    ARRAY,
    BOOL,
    DURATION,
    FLOAT,
    FLOATS,
    INT,
    INTEGERS,
    INTS,
    LOCATION,
    NUMBERS,
    STRING,
    STRINGS,
    TIME,
    Nature,
    assignable,
    declared_element,
    is_unknown,
)

Overloads = tuple[tuple[tuple[Nature, ...], Nature], ...]

_S1: Overloads = (((STRING,), STRING),)
_SS_INT: Overloads = (((STRING, STRING), INT),)
_SS_BOOL: Overloads = (((STRING, STRING), BOOL),)
_SPLIT: Overloads = (((STRING, STRING), STRINGS), ((STRING, STRING, INT), STRINGS))
_BITS: Overloads = (((INT, INT), INT),)
_AFFIX: Overloads = (((STRING, STRING), STRING), ((STRING,), STRING))

# fmt: off
OVERLOADS: dict[str, Overloads] = {
    "asFloat": (((ANY,), ANY),), "asInt": (((ANY,), ANY),), "bitand": _BITS, "bitnand": _BITS,
    "bitnot": (((INT,), INT),), "bitor": _BITS, "bitshl": _BITS, "bitshr": _BITS, "bitushr": _BITS, "bitxor": _BITS,
    "duration": (((STRING,), DURATION),), "fromBase64": _S1, "fromJSON": (((STRING,), ANY),), "hasPrefix": _SS_BOOL,
    "hasSuffix": _SS_BOOL, "indexOf": _SS_INT,
    "join": (((STRINGS, STRING), STRING), ((ARRAY, STRING), STRING), ((ARRAY,), STRING), ((STRINGS,), STRING)),
    "jsonpath": (((STRING, STRING), ANY),), "lastIndexOf": _SS_INT, "lower": _S1,
    "repeat": (((STRING, INT), STRING),),
    "replace": (((STRING, STRING, STRING, INT), STRING), ((STRING, STRING, STRING), STRING)),
    "sort": tuple(((one, *order), ARRAY) for order in ((STRING,), ()) for one in (ARRAY, INTS, FLOATS, STRINGS)),
    "split": _SPLIT, "splitAfter": _SPLIT, "string": (((ANY,), STRING),), "timezone": (((STRING,), LOCATION),),
    "toBase64": _S1, "toJSON": (((ANY,), STRING),), "toJson": (((ANY,), STRING),),
    "trim": (((STRING,), STRING), ((STRING, STRING), STRING)), "trimPrefix": _AFFIX, "trimSuffix": _AFFIX,
    "type": (((ANY,), STRING),), "upper": _S1,
}
# fmt: on


def _fits(nature: Nature, wanted: Nature) -> bool:
    if nature.kind == "nil":
        return wanted.kind == "any"
    if nature.kind in INTEGERS and wanted.kind in INTEGERS:
        return True
    return is_unknown(nature) or assignable(nature, wanted)


def overloaded(name: str, args: list[Nature]) -> Nature:
    """Return the result of a function by the overload that takes the arguments."""
    for wanted, result in OVERLOADS[name]:
        if len(wanted) == len(args) and all(map(_fits, args, wanted)):
            return result
    raise EvaluationError(f"cannot call {name} with ({', '.join(arg.go or arg.kind for arg in args)})")


def _counted(name: str, args: list[Nature], count: int) -> None:
    if len(args) != count:
        raise EvaluationError(f"invalid number of arguments for {name} (expected {count}, got {len(args)})")


def _bad(name: str, arg: Nature) -> EvaluationError:
    return EvaluationError(f"invalid argument for {name} (type {arg.go or arg.kind})")


def _one(*kinds: str, result: Nature | None = None) -> Callable[[str, list[Nature]], Nature]:
    """Return the rule of a function that takes one argument of `kinds`; without `result` it gives the same type."""

    def rule(name: str, args: list[Nature]) -> Nature:
        _counted(name, args, 1)
        if not is_unknown(args[0]) and args[0].kind not in kinds:
            raise _bad(name, args[0])
        return result or (ANY if is_unknown(args[0]) else args[0])

    return rule


def _aggregate(name: str, args: list[Nature]) -> Nature:
    if not args:
        raise EvaluationError(f"not enough arguments to call {name}")
    for arg in args:
        if is_unknown(arg) or arg.kind == "array":
            return ANY
        if arg.kind not in (*NUMBERS, "duration"):
            raise _bad(name, arg)
    return args[0]


def _end(name: str, args: list[Nature]) -> Nature:
    _counted(name, args, 1)
    if is_unknown(args[0]):
        return ANY
    if args[0].kind != "array":
        raise _bad(name, args[0])
    return declared_element(args[0])


def _take(name: str, args: list[Nature]) -> Nature:
    _counted(name, args, 2)
    if not (is_unknown(args[0]) or args[0].kind == "array"):
        raise _bad(name, args[0])
    if not (is_unknown(args[1]) or args[1].kind in ("int", "duration")):
        raise _bad(name, args[1])
    return ANY if is_unknown(args[0]) else Nature("array", args[0].go)


def _concat(name: str, args: list[Nature]) -> Nature:
    if not args:
        raise EvaluationError(f"invalid number of arguments for {name} (expected at least 1, got 0)")
    for arg in args:
        if not (is_unknown(arg) or arg.kind == "array"):
            raise _bad(name, arg)
    return ARRAY


def _now(name: str, args: list[Nature]) -> Nature:
    if len(args) > 1 or any(arg.kind != "location" for arg in args):
        raise EvaluationError(f"invalid number of arguments for {name} (expected 0, got {len(args)})")
    return TIME


def _date(name: str, args: list[Nature]) -> Nature:
    rest = args[1:] if args and args[0].kind == "location" else args
    if not args or len(rest) > 3:
        raise EvaluationError(f"invalid number of arguments for {name}")
    return TIME


_ARRAY_OF = _one("array", result=ARRAY)
_MAP_TO_ARRAY = _one("map", result=ARRAY)
_ROUND = _one(*NUMBERS, "duration", result=FLOAT)

RULES: dict[str, Callable[[str, list[Nature]], Nature]] = {
    "abs": _one(*NUMBERS, "duration"),
    "ceil": _ROUND,
    "concat": _concat,
    "date": _date,
    "first": _end,
    "flatten": _ARRAY_OF,
    "float": _one(*NUMBERS, "duration", "string", result=FLOAT),
    "floor": _ROUND,
    "fromPairs": _one("array", result=ANY_MAP),
    "int": _one(*NUMBERS, "duration", "string", result=INT),
    "keys": _MAP_TO_ARRAY,
    "last": _end,
    "len": _one("array", "map", "string", result=INT),
    "max": _aggregate,
    "mean": _aggregate,
    "median": _aggregate,
    "min": _aggregate,
    "now": _now,
    "reverse": _ARRAY_OF,
    "round": _ROUND,
    "take": _take,
    "toPairs": _MAP_TO_ARRAY,
    "uniq": _ARRAY_OF,
    "values": _MAP_TO_ARRAY,
}


def result_of(name: str, args: list[Nature]) -> Nature:
    """Return the type of the result of a function other than `get`, whose arguments have these types."""
    return overloaded(name, args) if name in OVERLOADS else RULES[name](name, args)
