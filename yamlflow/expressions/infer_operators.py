"""The types that operators take and give."""

from yamlflow.expressions.ast import Binary, Bool, Expr, Number, Text, Unary
from yamlflow.expressions.hints import spelled
from yamlflow.expressions.inference import Inference, joined
from yamlflow.expressions.operators import COMPARISONS
from yamlflow.expressions.signatures import BOOL, FLOAT, INTEGER, STRING, accepts, group
from yamlflow.types import Type, parse_bool, parse_float, type_text

_LOGIC = frozenset({"&&", "||", "and", "or"})
_ORDERED = ("number", "text")


def unary(scope: Inference, expr: Unary) -> Type | None:
    """Type `-x`, `+x`, `!x`."""
    if expr.op in ("!", "not"):
        scope.wants(expr.operand, "b", expr.op)
        return BOOL
    found = scope.wants(expr.operand, "n", expr.op)
    return found if accepts("n", found) else None


def binary(scope: Inference, expr: Binary) -> Type | None:
    """Type an operator with two operands."""
    op = expr.op.removeprefix("not ")
    if _is_choice(expr):
        return _choice(scope, expr)
    if op in _LOGIC:
        scope.wants(expr.left, "b", op)
        scope.wants(expr.right, "b", op)
        return BOOL
    if op in ("==", "!="):
        return _equality(scope, expr, scope.type_of(expr.left), scope.type_of(expr.right))
    if op in COMPARISONS:
        return _order(scope, expr, scope.type_of(expr.left), scope.type_of(expr.right))
    if op == "in":
        return _membership(scope, expr, scope.type_of(expr.left), scope.type_of(expr.right))
    if op == "+":
        return _sum(scope, expr, scope.type_of(expr.left), scope.type_of(expr.right))
    if op == "??":
        return joined(scope.type_of(expr.left), scope.type_of(expr.right))
    return _computed(scope, expr, op)


def _is_choice(expr: Binary) -> bool:
    """Whether it is `test && 'a' || 'b'`, which elsewhere means `test ? 'a' : 'b'`."""
    left, values = expr.left, (Text, Number)
    if expr.op not in ("||", "or") or not isinstance(left, Binary) or left.op not in ("&&", "and"):
        return False
    return isinstance(left.right, values) and isinstance(expr.right, values)


def _choice(scope: Inference, expr: Binary) -> Type | None:
    assert isinstance(expr.left, Binary)
    scope.wants(expr.left.left, "b", "&&")
    form = " ? ".join((spelled(expr.left.left), spelled(expr.left.right)))
    hint = f"write `{form} : {spelled(expr.right)}`"
    scope.report(expr.start, expr.end, "`&&` and `||` give true or false, not one of their sides", hint)
    return None


def _computed(scope: Inference, expr: Binary, op: str) -> Type | None:
    if op in ("%", ".."):
        scope.wants(expr.left, "i", op)
        scope.wants(expr.right, "i", op)
        return INTEGER if op == "%" else Type("List", INTEGER)
    if op in ("-", "*", "/", "**", "^"):
        left, right = scope.wants(expr.left, "n", op), scope.wants(expr.right, "n", op)
        return _number(left, right) if op in "-*" else FLOAT
    scope.wants(expr.left, "t", op)
    scope.wants(expr.right, "t", op)
    return BOOL


def _number(left: Type | None, right: Type | None) -> Type | None:
    """Return the type of a sum or a product; times and durations are not known, and make the result so."""
    if left is None or right is None or not (left.is_number and right.is_number):
        return None
    return INTEGER if left.name == right.name == "Integer" else FLOAT


def _sum(scope: Inference, expr: Binary, left: Type | None, right: Type | None) -> Type | None:
    groups = {group(one) for one in (left, right) if one is not None}
    bad = [(side, one) for side, one in ((expr.left, left), (expr.right, right)) if one and group(one) not in _ORDERED]
    if bad and "text" not in groups:
        for side, type in bad:
            scope.report(side.start, side.end, "`+` adds numbers or joins texts", f"this is {type_text(type)}")
        return None
    if "text" in groups:
        for side, one in ((expr.left, left), (expr.right, right)):
            if one is not None and group(one) != "text":
                scope.wrong(side, one, "t", "`+` joins text with text only")
        return STRING
    return _number(left, right)


def _order(scope: Inference, expr: Binary, left: Type | None, right: Type | None) -> Type:
    sides = ((expr.left, left), (expr.right, right))
    bad = [(side, one) for side, one in sides if one is not None and group(one) not in _ORDERED]
    for side, type in bad:
        scope.report(side.start, side.end, f"`{expr.op}` compares numbers or texts", f"this is {type_text(type)}")
    if not bad and left is not None and right is not None and group(left) != group(right):
        side, one = sides[0] if group(left) == "text" else sides[1]
        scope.wrong(side, one, "n", f"`{expr.op}` cannot compare {type_text(left)} with {type_text(right)}")
    return BOOL


def _equality(scope: Inference, expr: Binary, left: Type | None, right: Type | None) -> Type:
    if left is not None and right is not None and group(left) != group(right):
        side, one, other, wanted = expr.right, right, expr.left, left
        if isinstance(expr.left, Text | Number | Bool):
            side, one, other, wanted = expr.left, left, expr.right, right
        verdict = "false" if expr.op == "==" else "true"
        message = f"this is always {verdict}: {type_text(one)} never equals {type_text(wanted)}"
        scope.never_equal(side.start, side.end, message, _meant(side, other, wanted, expr.op))
    return BOOL


def _meant(side: Expr, other: Expr, wanted: Type, op: str) -> str:
    """Guess what was meant by comparing the constant `side` with `other` of type `wanted`."""
    name = spelled(other)
    if isinstance(side, Text) and wanted.is_number and parse_float(side.value) is not None:
        return f"write `{side.value}` without quotes"
    if isinstance(side, Text) and wanted.name == "Bool" and name and parse_bool(side.value) is not None:
        return f"write `{name if parse_bool(side.value) == (op == '==') else f'!{name}'}`"
    if isinstance(side, Number) and wanted.is_text:
        return f"write `'{side.text}'`"
    if isinstance(side, Bool) and wanted.is_text:
        return f"write `'{'true' if side.value else 'false'}'`"
    return f"`{name}` is {type_text(wanted)}" if name else ""


def _membership(scope: Inference, expr: Binary, left: Type | None, right: Type | None) -> Type:
    if right is None:
        return BOOL
    kind = group(right)
    if kind == "mapping":
        if not accepts("t", left):
            scope.wrong(expr.left, left, "t", "the keys of a mapping are texts")
    elif kind == "list":
        if left is not None and right.element is not None and group(left) != group(right.element):
            message = f"this is never in the list: {type_text(left)} never equals {type_text(right.element)}"
            scope.never_equal(expr.left.start, expr.left.end, message, f"the list is {type_text(right)}")
    else:
        hint = ""
        if kind == "text" and spelled(expr.left) and spelled(expr.right):
            hint = f"write `{spelled(expr.right)} {'not ' if expr.op != 'in' else ''}contains {spelled(expr.left)}`"
        scope.report(expr.right.start, expr.right.end, "`in` looks into a list or a mapping", hint)
    return BOOL
