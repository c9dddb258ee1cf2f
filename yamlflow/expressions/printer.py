"""Trees to expr-lang text that can stand inside Argo's `{{= }}`: no `{{` or `}}` in it, whatever the values."""

from yamlflow.expressions.ast import (
    Array,
    As,
    Binary,
    Bool,
    Builtin,
    Bytes,
    Call,
    Closure,
    Conditional,
    Expr,
    Index,
    Let,
    Map,
    Member,
    Name,
    Nil,
    Number,
    Pair,
    Pointer,
    Sequence,
    Slice,
    Text,
    Unary,
)
from yamlflow.expressions.operators import COMPARISONS, CONSTANTS, KEYWORDS, RIGHT_ASSOCIATIVE, UNARY, precedence

_LOOSE = (Conditional, Let, Sequence)
_NO_POSTFIX = (Number, Bool, Nil, Unary, Binary, *_LOOSE)
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def print_expr(expr: Expr) -> str:
    """Return the expression as text that parses to the same tree; `as(T, x)` becomes `x`."""
    if isinstance(expr, As):
        return print_expr(expr.operand)
    if isinstance(expr, Binary):
        return _binary(expr)
    if isinstance(expr, Unary):
        return f"{expr.op}{' ' if expr.op == 'not' else ''}{_unary_operand(expr)}"
    if isinstance(expr, Conditional):
        test = _wrapped(expr.test, isinstance(_bare(expr.test), _LOOSE))
        return f"{test} ? {_branch(expr.then)} : {_branch(expr.otherwise)}"
    if isinstance(expr, Let):
        return f"let {expr.name} = {_branch(expr.value)}; {print_expr(expr.body)}"
    if isinstance(expr, Sequence):
        return "; ".join(_wrapped(item, isinstance(_bare(item), Let | Sequence)) for item in expr.items)
    return _operand(expr)


def _operand(expr: Expr) -> str:
    if isinstance(expr, Name):
        return expr.name
    if isinstance(expr, Member | Index | Slice):
        return _postfix(expr)
    if isinstance(expr, Call):
        return f"{print_expr(expr.function)}({_listed(expr.args)})"
    if isinstance(expr, Builtin):
        return f"{expr.name}({_listed(expr.args)})"
    if isinstance(expr, Closure):
        return _branch(expr.body)
    if isinstance(expr, Array):
        return f"[{_listed(expr.items)}]"
    if isinstance(expr, Map):
        return f"({{{', '.join(map(_pair, expr.pairs))}}})"
    return _literal(expr)


def _literal(expr: Expr) -> str:
    if isinstance(expr, Text):
        return text_literal(expr.value)
    if isinstance(expr, Number):
        return expr.text + "0" if expr.text.endswith(".") else expr.text or str(expr.value)
    if isinstance(expr, Bool):
        return "true" if expr.value else "false"
    if isinstance(expr, Nil):
        return "nil"
    if isinstance(expr, Pointer):
        return f"#{expr.name}"
    if isinstance(expr, Bytes):
        return (
            "b'"
            + "".join(
                f"\\x{byte:02x}" if byte < 32 or byte > 126 or byte in b"'\\{}" else chr(byte) for byte in expr.value
            )
            + "'"
        )
    raise ValueError(f"{type(expr).__name__} cannot be printed")


def _bare(expr: Expr) -> Expr:
    while isinstance(expr, As):
        expr = expr.operand
    return expr


def _wrapped(expr: Expr, wrap: bool) -> str:
    text = print_expr(expr)
    return f"({text})" if wrap else text


def _branch(expr: Expr) -> str:
    """Print where any expression may stand but what holds a `;`."""
    return _wrapped(expr, isinstance(_bare(expr), Let | Sequence))


def _listed(items: tuple[Expr, ...]) -> str:
    return ", ".join(map(_branch, items))


def _unary_operand(expr: Unary) -> str:
    operand = _bare(expr.operand)
    level = UNARY[expr.op]
    wrap = isinstance(operand, _LOOSE) or (isinstance(operand, Binary) and precedence(operand.op) < level)
    return _wrapped(
        expr.operand, wrap or (isinstance(operand, Unary) and (UNARY[operand.op] < level or expr.op != "!"))
    )


def _binary(expr: Binary) -> str:
    level = precedence(expr.op)
    separator = expr.op if expr.op == ".." else f" {expr.op} "
    return f"{_left(expr, level)}{separator}{_right(expr, level)}"


def _left(expr: Binary, level: int) -> str:
    left = _bare(expr.left)
    if isinstance(left, Binary):
        wrap = precedence(left.op) < level + (expr.op in RIGHT_ASSOCIATIVE)
        wrap = wrap or (left.op == "??" != expr.op) or (left.op in COMPARISONS and expr.op in COMPARISONS)
    else:
        wrap = isinstance(left, _LOOSE) or (isinstance(left, Unary) and UNARY[left.op] <= level)
    return _wrapped(expr.left, wrap or _negative(left))


def _right(expr: Binary, level: int) -> str:
    right = _bare(expr.right)
    if isinstance(right, Binary):
        wrap = precedence(right.op) < level + (expr.op not in RIGHT_ASSOCIATIVE) or right.op == "??"
    else:
        wrap = isinstance(right, _LOOSE) or (isinstance(right, Unary) and UNARY[right.op] <= level)
    return _wrapped(expr.right, wrap or _negative(right))


def _negative(expr: Expr) -> bool:
    return isinstance(expr, Number) and not expr.text and expr.value < 0


def _postfix(expr: Member | Index | Slice) -> str:
    target = _wrapped(expr.target, isinstance(_bare(expr.target), _NO_POSTFIX))
    if isinstance(expr, Slice):
        low = "" if expr.low is None else _wrapped(expr.low, isinstance(_bare(expr.low), _LOOSE))
        high = "" if expr.high is None else _branch(expr.high)
        return f"{target}[{low}:{high}]"
    if isinstance(expr, Index):
        return f"{target}{'?.' if expr.optional else ''}[{_branch(expr.index)}]"
    if _is_name(expr.name):
        return f"{target}{'?.' if expr.optional else '.'}{expr.name}"
    return f"{target}{'?.' if expr.optional else ''}[{text_literal(expr.name)}]"


def _is_name(text: str) -> bool:
    return text.isascii() and text.replace("$", "_").isidentifier()


def _pair(pair: Pair) -> str:
    if not isinstance(pair.key, Text):
        key = f"({print_expr(pair.key)})"
    elif _is_name(pair.key.value) and pair.key.value not in KEYWORDS | CONSTANTS:
        key = pair.key.value
    else:
        key = text_literal(pair.key.value)
    return f"{key}: {_branch(pair.value)}"


def text_literal(value: str) -> str:
    """Return a text as a literal, in single quotes unless that would need escapes."""
    quote = '"' if "'" in value and '"' not in value else "'"
    parts = [quote]
    for at, character in enumerate(value):
        if character in _ESCAPES:
            parts.append(_ESCAPES[character])
        elif character == quote:
            parts.append(f"\\{quote}")
        elif character in "{}" and value[at - 1 : at] == character:
            parts.append(f"\\x{ord(character):02x}")
        elif character.isprintable():
            parts.append(character)
        else:
            parts.append(f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}")
    parts.append(quote)
    return "".join(parts)
