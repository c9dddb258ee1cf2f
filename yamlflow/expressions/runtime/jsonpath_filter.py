"""The expressions in a JSONPath's `[?(...)]`: `@.price < 10 && @.tag == 'a'`."""

import re
from collections.abc import Callable
from functools import cache

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.operators import divide, modulo, power
from yamlflow.expressions.runtime.text import format_value, from_json
from yamlflow.expressions.runtime.values import Limits, Value

Find = Callable[[str], Value]
Filter = Callable[[Find], Value]

_LEVELS = (
    ("||",),
    ("&&",),
    ("==", "!=", "<=", ">=", "<", ">", "=~", "not in", "in"),
    ("+", "-"),
    ("*", "/", "%"),
    ("**",),
)
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_MAX_DEPTH = 50


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(
        r"""\s*(?:(?P<op>\|\||&&|==|!=|<=|>=|=~|\*\*|not\s+in\b|in\b|[<>!+\-*/%()])
        |(?P<path>[@$](?:\.\.?(?:\w+|\*)|\.?\[(?:'[^']*'|"[^"]*"|\((?:[^()]|\([^()]*\))*\)|\?\((?:[^()]|\([^()]*\))*\)|[^]'"(])*\])*)
        |(?P<text>'[^']*'|"[^"]*")|(?P<json>\[[^\]]*\]|\{[^}]*\})|(?P<word>[^\s()<>!=&|+*/%,]+))\s*""",
        re.VERBOSE,
    )


def parse_filter(text: str) -> Filter:
    """Parse an expression to a function of what finds paths."""
    parser = _Parser(text)
    found = parser.level(0, 0)
    if parser.tokens:
        raise EvaluationError(f"invalid expression '{text}'")
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _tokens().match(text, at)
            if found is None or found.end() == at:
                raise EvaluationError(f"invalid expression '{text}'")
            kind = str(found.lastgroup)
            self.tokens.append((kind, re.sub(r"\s+", " ", found[kind]) if kind == "op" else found[kind]))
            at = found.end()

    def level(self, number: int, depth: int) -> Filter:
        if depth > _MAX_DEPTH:
            raise EvaluationError(f"invalid expression '{self.text[:50]}': nested too deeply")
        if number == len(_LEVELS):
            return self.operand(depth)
        left = self.level(number + 1, depth)
        while self.tokens and self.tokens[0][0] == "op" and self.tokens[0][1] in _LEVELS[number]:
            left = _operation(self.tokens.pop(0)[1], left, self.level(number + 1, depth))
        return left

    def operand(self, depth: int) -> Filter:
        if not self.tokens:
            raise EvaluationError(f"invalid expression '{self.text}'")
        kind, value = self.tokens.pop(0)
        if kind == "path":
            return lambda find: find(value)
        if kind == "text":
            return lambda _: value[1:-1]
        if kind == "json":
            return lambda _: from_json(value)
        if kind == "word":
            return _word(value)
        if value == "(":
            inner = self.level(0, depth + 1)
            if not self.tokens or self.tokens.pop(0)[1] != ")":
                raise EvaluationError(f"invalid expression '{self.text}'")
            return inner
        operand = self.operand(depth + 1)
        if value == "!":
            return lambda find: not _truth(operand(find))
        if value == "-":
            return lambda find: -_number(operand(find))
        raise EvaluationError(f"invalid expression '{self.text}'")


def _word(text: str) -> Filter:
    try:
        value: Value = float(text)
    except ValueError:
        value = {"true": True, "false": False, "null": None, "nil": None}.get(text, text)
    return lambda _: value


def _truth(value: Value) -> bool:
    if value is None:
        return False
    text = format_value(value)
    if text not in _TRUE | _FALSE:
        raise EvaluationError("invalid argument. expected boolean")
    return text in _TRUE


def _number(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EvaluationError("invalid argument. expected number")
    return float(value)


def _equal(one: Value, other: Value) -> bool:
    try:
        return _number(one) == _number(other)
    except EvaluationError:
        return format_value(one) == format_value(other) and isinstance(one, str) == isinstance(other, str)


def _contained(one: Value, other: Value) -> bool:
    if not isinstance(other, list | dict):
        raise EvaluationError("invalid argument. expected collection")
    items = other.values() if isinstance(other, dict) else other
    return any(_equal(one, item) for item in items)


def _matches(one: Value, other: Value) -> bool:
    from yamlflow.expressions.runtime.regex import matches

    return matches(format_value(other), format_value(one), Limits())


_OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "||": lambda one, other: _truth(one) or _truth(other),
    "&&": lambda one, other: _truth(one) and _truth(other),
    "==": _equal,
    "!=": lambda one, other: not _equal(one, other),
    "<=": lambda one, other: _number(one) <= _number(other),
    ">=": lambda one, other: _number(one) >= _number(other),
    "<": lambda one, other: _number(one) < _number(other),
    ">": lambda one, other: _number(one) > _number(other),
    "=~": _matches,
    "in": _contained,
    "not in": lambda one, other: not _contained(one, other),
    "+": lambda one, other: _number(one) + _number(other),
    "-": lambda one, other: _number(one) - _number(other),
    "*": lambda one, other: _number(one) * _number(other),
    "/": lambda one, other: divide(_number(one), _number(other)),
    "%": lambda one, other: modulo(int(_number(one)), int(_number(other))),
    "**": lambda one, other: power(_number(one), _number(other)),
}


def _operation(op: str, left: Filter, right: Filter) -> Filter:
    compute = _OPERATIONS[op]

    def apply(find: Find) -> Value:
        one = left(find)
        return compute(one, right(find))

    return apply
