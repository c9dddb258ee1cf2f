"""Typing expressions: what an expression yields, and operands that cannot work."""

from typing import Any

from yamlflow.expressions.ast import (
    Array,
    As,
    Binary,
    Bool,
    Builtin,
    Call,
    Conditional,
    Expr,
    Index,
    Let,
    Map,
    Member,
    Name,
    Number,
    Pointer,
    Sequence,
    Slice,
    Text,
    Unary,
)
from yamlflow.expressions.infer_calls import builtin, call
from yamlflow.expressions.infer_operators import binary, unary
from yamlflow.expressions.inference import Inference, Report, Resolve, joined
from yamlflow.expressions.signatures import BOOL, DICT, FLOAT, INTEGER, STRING, accepts
from yamlflow.types import Type, type_text


def infer(expr: Expr, resolve: Resolve, report: Report, never_equal: Report | None = None) -> Type | None:
    """Return the type of an expression, None when it is not known, and report operands that cannot work.

    `resolve` gives the type of each reference, and reports names that do not exist. `never_equal` takes comparisons
    whose result is known from the types; without it `report` does.
    """
    return Inference(_HANDLERS, resolve, report, never_equal or report).type_of(expr)


def _name(scope: Inference, expr: Name) -> Type | None:
    return scope.variables.get(expr.name)


def _member(scope: Inference, expr: Member) -> Type | None:
    found = scope.type_of(expr.target)
    if not accepts("m", found):
        scope.report(expr.name_start, expr.name_end, f"{type_text(found)} has no fields", "")
    return None


def _index(scope: Inference, expr: Index) -> Type | None:
    found = scope.type_of(expr.target)
    if found is None:
        scope.type_of(expr.index)
        return None
    if found.is_list:
        scope.wants(expr.index, "i", "[ ]")
        return found.element
    if found.is_mapping:
        scope.wants(expr.index, "t", "[ ]")
        return None
    scope.type_of(expr.index)
    hint = "write `[0:1]` for its first character" if found.is_text else ""
    scope.report(expr.target.start, expr.target.end, f"{type_text(found)} has no elements", hint)
    return None


def _slice(scope: Inference, expr: Slice) -> Type | None:
    found = scope.wants(expr.target, "x", "[:]")
    for bound in (expr.low, expr.high):
        if bound is not None:
            scope.wants(bound, "i", "[:]")
    return found if accepts("x", found) else None


def _array(scope: Inference, expr: Array) -> Type:
    types = [scope.type_of(item) for item in expr.items]
    element = types[0] if types else None
    for one in types[1:]:
        element = joined(element, one)
    return Type("List", element)


def _map(scope: Inference, expr: Map) -> Type:
    for pair in expr.pairs:
        scope.type_of(pair)
    return DICT


def _conditional(scope: Inference, expr: Conditional) -> Type | None:
    scope.wants(expr.test, "b", "?:")
    return joined(scope.type_of(expr.then), scope.type_of(expr.otherwise))


def _let(scope: Inference, expr: Let) -> Type | None:
    value = scope.type_of(expr.value)
    outer = dict(scope.variables)
    scope.variables[expr.name] = value
    body = scope.type_of(expr.body)
    scope.variables = outer
    return body


def _sequence(scope: Inference, expr: Sequence) -> Type | None:
    return [scope.type_of(item) for item in expr.items][-1]


def _pointer(scope: Inference, expr: Pointer) -> Type | None:
    known = scope.elements[-1] if scope.elements else {}
    if expr.name not in known:
        scope.report(expr.start, expr.end, f"there is no `#{expr.name}`", "`#`, `#index` and `#acc` are known")
    return known.get(expr.name)


def _as(scope: Inference, expr: As) -> Type:
    scope.type_of(expr.operand)
    return expr.type


def _number(_: Inference, expr: Number) -> Type:
    return INTEGER if isinstance(expr.value, int) else FLOAT


def _text(_: Inference, __: Text) -> Type:
    return STRING


def _bool(_: Inference, __: Bool) -> Type:
    return BOOL


_HANDLERS: dict[type[Expr], Any] = {
    Array: _array,
    As: _as,
    Binary: binary,
    Bool: _bool,
    Builtin: builtin,
    Call: call,
    Conditional: _conditional,
    Index: _index,
    Let: _let,
    Map: _map,
    Member: _member,
    Name: _name,
    Number: _number,
    Pointer: _pointer,
    Sequence: _sequence,
    Slice: _slice,
    Text: _text,
    Unary: unary,
}
