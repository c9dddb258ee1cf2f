"""All functions by name, and calling them with arguments of Go's types."""

from collections.abc import Callable
from functools import cache
from typing import Any

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.functions_list import LISTS
from yamlflow.expressions.runtime.functions_number import NUMBERS
from yamlflow.expressions.runtime.functions_text import TEXTS, text
from yamlflow.expressions.runtime.functions_time import TIMES
from yamlflow.expressions.runtime.times import Time, Zone
from yamlflow.expressions.runtime.values import Duration, Function, Limits, NilMap, Value, go_type
from yamlflow.expressions.signatures import ARGO
from yamlflow.expressions.signatures import FUNCTIONS as SIGNATURES


def _jsonpath(limits: Limits, document: Value, path: Value) -> Value:
    from yamlflow.expressions.runtime.jsonpath import query
    from yamlflow.expressions.runtime.text import from_json

    return query(from_json(text(document)), text(path), limits)


FUNCTIONS: dict[str, Callable[..., Value]] = {**TEXTS, **NUMBERS, **LISTS, **TIMES, "jsonpath": _jsonpath}
_KINDS = {"asFloat": "a", "asInt": "a", "jsonpath": "ss", "toJson": "a"}
_ZEROS: dict[str, Callable[[], Value]] = {"s": str, "i": int, "b": bool, "f": float, "m": NilMap, "l": list}
_TYPES: dict[str, Any] = {
    "s": str,
    "i": int,
    "b": bool,
    "f": float,
    "m": dict,
    "l": list,
    "t": Time,
    "d": Duration,
    "z": Zone,
}


@cache
def arity(name: str) -> tuple[int, float]:
    """Return how many arguments a function takes, at least and at most."""
    kinds = (SIGNATURES.get(name) or ARGO[name])[0]
    if kinds.endswith("*"):
        return len(kinds) - 2, float("inf")
    return sum(kind.islower() for kind in kinds), len(kinds)


@cache
def function_of(name: str) -> Function:
    """Return one of Argo's own functions as a value."""
    return Function(name, _KINDS[name], FUNCTIONS[name])


def apply(function: Function, args: list[Value], limits: Limits) -> Value:
    """Call a function of Go: nil becomes the zero of its type, any other type must be the right one."""
    kinds = function.kinds
    variadic = kinds.endswith("*")
    fixed = len(kinds) - 2 if variadic else len(kinds)
    if len(args) < fixed or (len(args) > fixed and not variadic):
        raise EvaluationError(f"invalid number of arguments: expected {fixed}, got {len(args)}")
    given = [_given(kinds[at] if at < fixed else kinds[-2], arg) for at, arg in enumerate(args)]
    limits.step()
    return function.call(limits, *given)


def _given(kind: str, arg: Value) -> Value:
    if kind == "a":
        return arg
    if arg is None and kind in _ZEROS:
        return _ZEROS[kind]()
    if type(arg) is not _TYPES.get(kind) and not (kind == "m" and isinstance(arg, NilMap)):
        raise EvaluationError(f"reflect: Call using {go_type(arg)} as another type")
    return arg
