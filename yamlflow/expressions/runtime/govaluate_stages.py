"""govaluate's plan of an expression, and how it is computed."""

import math
from collections.abc import Callable
from itertools import pairwise

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.govaluate_lexer import Token
from yamlflow.expressions.runtime.operators import deep_equal, divide, power
from yamlflow.expressions.runtime.regex import Pattern, compile_pattern
from yamlflow.expressions.runtime.text import format_value
from yamlflow.expressions.runtime.values import Limits, Value, to_int, wrap

_MAX_DEPTH = 150
_LEVELS: tuple[tuple[str, frozenset[str]], ...] = (
    ("SEPARATOR", frozenset({","})),
    ("TERNARY", frozenset({"?", ":", "??"})),
    ("LOGICALOP", frozenset({"||"})),
    ("LOGICALOP", frozenset({"&&"})),
    ("COMPARATOR", frozenset({"==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"})),
    ("MODIFIER", frozenset({"^", "&", "|"})),
    ("MODIFIER", frozenset({">>", "<<"})),
    ("MODIFIER", frozenset({"+", "-"})),
    ("MODIFIER", frozenset({"*", "/", "%"})),
    ("MODIFIER", frozenset({"**"})),
)
_OTHERS = {"prefix": -1, "clause": -2, "literal": -3, "accessor": -4}
_GROUPS = {symbol: number for number, (_, symbols) in enumerate(_LEVELS) for symbol in symbols}
_NO_NUMBER = "Value '{}' cannot be used with the {} '{}', it is not a number"
_NO_BOOL = "Value '{}' cannot be used with the {} '{}', it is not a bool"


class Stage:
    """A step of the plan: an operator with up to two operands, or a literal, an accessor, or parentheses."""

    __slots__ = ("kind", "left", "level", "right", "value")

    def __init__(self, kind: str, value: Value, left: "Stage | None" = None, right: "Stage | None" = None) -> None:
        self.kind = kind
        self.value = value
        self.left = left
        self.right = right
        self.level = _GROUPS[value] if kind == "operator" else _OTHERS[kind]


class Planner:
    """Turns tokens into a plan: operators of one level lean to the right at first, and are mirrored at the end."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def plan(self) -> Stage | None:
        """Return the plan of all tokens."""
        stage = self._level(0)
        if stage is not None:
            _reorder(stage)
        return stage

    def _level(self, number: int) -> Stage | None:
        if number == len(_LEVELS):
            return self._value()
        self.depth += 1
        if self.depth > _MAX_DEPTH * len(_LEVELS):
            raise EvaluationError("the expression is nested too deeply")
        kind, symbols = _LEVELS[number]
        stage = self._level(number + 1)
        if self.at < len(self.tokens) and self.tokens[self.at].kind == kind and self.tokens[self.at].value in symbols:
            symbol = self.tokens[self.at].value
            self.at += 1
            stage = Stage("operator", symbol, stage, self._level(number))
        self.depth -= 1
        return stage

    def _value(self) -> Stage | None:
        if self.at >= len(self.tokens):
            return None
        token = self.tokens[self.at]
        if token.kind == "CLAUSE_CLOSE":
            return None
        self.at += 1
        if token.kind == "CLAUSE":
            inner = self._level(0)
            self.at += 1
            return Stage("clause", None, None, inner)
        if token.kind == "PREFIX":
            return Stage("prefix", token.value, None, self._value())
        if token.kind == "ACCESSOR":
            if self.at < len(self.tokens) and self.tokens[self.at].kind == "CLAUSE":
                self._level(0)
            return Stage("accessor", token.value)
        return Stage("literal", float(token.value.seconds) if token.kind == "TIME" else token.value)


def _reorder(root: Stage) -> None:
    """Mirror the chains of operators of one level, so that they are computed from the left."""
    chain: list[Stage] = []
    level = root.level
    stage: Stage | None = root
    while stage is not None:
        if stage.left is not None:
            _reorder(stage.left)
        if stage.level != level:
            _mirror(chain)
            chain, level = [], stage.level
        chain.append(stage)
        stage = stage.right
    _mirror(chain)


def _mirror(chain: list[Stage]) -> None:
    """Turn `a - (b - (c - d))` into `((a - b) - c) - d` in place."""
    if len(chain) < 2:
        return
    operands = [stage.left for stage in chain] + [chain[-1].right]
    operators = [(stage.kind, stage.value) for stage in chain]
    for stage, (kind, value), right in zip(chain, reversed(operators), reversed(operands[1:]), strict=True):
        stage.kind, stage.value, stage.right = kind, value, right
    for stage, inner in pairwise(chain):
        stage.left = inner
    chain[-1].left = operands[0]


def compute(stage: Stage | None, limits: Limits) -> Value:
    """Return the value of a plan."""
    if stage is None:
        return None
    limits.step()
    if stage.kind == "literal":
        return stage.value
    if stage.kind == "accessor":
        raise EvaluationError(f"No parameter '{stage.value[0]}' found.")
    if stage.kind == "clause":
        return compute(stage.right, limits)
    if stage.kind == "prefix":
        return _prefixed(stage.value, compute(stage.right, limits))
    return _operated(stage, compute(stage.left, limits), limits)


def _prefixed(symbol: str, value: Value) -> Value:
    wanted = bool if symbol == "!" else float
    if type(value) is not wanted:
        raise EvaluationError(f"Value '{format_value(value)}' cannot be used with the prefix '{symbol}'")
    return not value if symbol == "!" else -value if symbol == "-" else float(~to_int(value))


def _operated(stage: Stage, left: Value, limits: Limits) -> Value:
    symbol = stage.value
    if symbol in ("&&", "||"):
        if left is (symbol == "||"):
            return left
        right = compute(stage.right, limits)
        for side in (left, right):
            if not isinstance(side, bool):
                raise EvaluationError(_NO_BOOL.format(format_value(side), "logical operator", symbol))
        return right
    if symbol in ("??", ":"):
        return compute(stage.right, limits) if left is None else left
    if symbol == "?":
        right = None if left is False else compute(stage.right, limits)
        if not isinstance(left, bool):
            raise EvaluationError(_NO_BOOL.format(format_value(left), "ternary operator", symbol))
        return right
    right = compute(stage.right, limits)
    if symbol == ",":
        return [*left, right] if isinstance(left, list) else [left, right]
    if symbol in ("==", "!="):
        return deep_equal(left, right, limits) == (symbol == "==")
    return (
        _compared(symbol, left, right, limits)
        if _LEVELS[stage.level][0] == "COMPARATOR"
        else _modified(symbol, left, right, limits)
    )


def _compared(symbol: str, left: Value, right: Value, limits: Limits) -> bool:
    bad = _NO_NUMBER.format("{}", "comparator", symbol)
    if symbol == "in":
        if not isinstance(right, list):
            raise EvaluationError(bad.format(format_value(right)))
        return any(type(item) is type(left) and item == left for item in right)
    if symbol in ("=~", "!~"):
        if not isinstance(left, str):
            raise EvaluationError(bad.format(format_value(left)))
        if not isinstance(right, str | Pattern):
            raise EvaluationError(bad.format(format_value(right)))
        pattern = right if isinstance(right, Pattern) else compile_pattern(right)
        return pattern.found(left, limits) == (symbol == "=~")
    if not (
        (isinstance(left, float) and isinstance(right, float)) or (isinstance(left, str) and isinstance(right, str))
    ):
        raise EvaluationError(bad.format(format_value(left)))
    return _ORDER[symbol](left, right)


_ORDER: dict[str, Callable[[Value, Value], bool]] = {
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}


def _modified(symbol: str, left: Value, right: Value, limits: Limits) -> Value:
    if symbol == "+" and (isinstance(left, str) or isinstance(right, str)):
        joined = format_value(left) + format_value(right)
        limits.text(len(joined))
        return joined
    sides = (left,) if symbol == "+" and not (isinstance(left, float) and isinstance(right, float)) else (left, right)
    for side in sides:
        if not isinstance(side, float) or len(sides) == 1:
            raise EvaluationError(_NO_NUMBER.format(format_value(side), "modifier", symbol))
    return _MODIFIERS[symbol](left, right)


def _remainder(one: float, other: float) -> float:
    return math.fmod(one, other) if other and math.isfinite(one) else math.nan


def _unsigned(value: float) -> int:
    return to_int(value) & 0xFFFFFFFFFFFFFFFF


_MODIFIERS: dict[str, Callable[[float, float], float]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": divide,
    "%": _remainder,
    "**": power,
    "&": lambda one, other: float(to_int(one) & to_int(other)),
    "|": lambda one, other: float(wrap(to_int(one) | to_int(other))),
    "^": lambda one, other: float(wrap(to_int(one) ^ to_int(other))),
    "<<": lambda one, other: float((_unsigned(one) << min(64, _unsigned(other))) & 0xFFFFFFFFFFFFFFFF),
    ">>": lambda one, other: float(_unsigned(one) >> min(64, _unsigned(other))),
}
