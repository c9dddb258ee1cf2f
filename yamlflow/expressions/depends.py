"""The grammar of `depends`: task names, `name.Result`, `&&`, `||`, `!` and parentheses."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

RESULTS = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed")
LOOP_RESULTS = frozenset({"AnySucceeded", "AllFailed"})
_MAX_NESTING = 100
_TOKEN = re.compile(r"\s*(?:(?P<name>[a-zA-Z0-9][-a-zA-Z0-9_]*)(?:\.(?P<result>[A-Za-z]+))?|(?P<sign>&&|\|\||[!()]))")


class DependsError(ValueError):
    """The text is not in the grammar; `start` and `end` say where."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


class Term(NamedTuple):
    """One task in a condition; `result` is "" for a bare name."""

    task: str
    result: str
    start: int
    end: int


class Operation(NamedTuple):
    """`and`, `or` or `not` over terms and operations."""

    sign: str
    operands: tuple["Condition", ...]


Condition = Term | Operation


class _Token(NamedTuple):
    sign: str
    term: Term | None
    start: int
    end: int


def parse_depends(text: str) -> Condition:
    """Read a `depends`; DependsError when it cannot be read."""
    tokens = list(_tokens(text))
    deep = [token for token in tokens if token.sign in ("(", "!")][_MAX_NESTING:]
    if deep:
        raise DependsError("the condition is nested too deeply", deep[0].start, deep[0].end)
    condition, at = _or(tokens, 0, len(text))
    if at < len(tokens):
        raise DependsError("`&&` or `||` expected", tokens[at].start, tokens[at].end)
    return condition


def _tokens(text: str) -> Iterable[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            start = len(text) - len(text[at:].lstrip())
            raise DependsError(f"`{text[start]}` does not belong in `depends`", start, start + 1)
        at = found.end()
        if found["sign"]:
            yield _Token(found["sign"], None, found.start("sign"), at)
        else:
            start = found.start("name")
            yield _Token("", Term(found["name"], found["result"] or "", start, at), start, at)


def _or(tokens: list[_Token], at: int, end: int) -> tuple[Condition, int]:
    return _joined(tokens, at, end, "||", _and)


def _and(tokens: list[_Token], at: int, end: int) -> tuple[Condition, int]:
    return _joined(tokens, at, end, "&&", _one)


def _joined(
    tokens: list[_Token], at: int, end: int, sign: str, below: Callable[[list[_Token], int, int], tuple[Condition, int]]
) -> tuple[Condition, int]:
    first, at = below(tokens, at, end)
    operands = [first]
    while at < len(tokens) and tokens[at].sign == sign:
        operand, at = below(tokens, at + 1, end)
        operands.append(operand)
    return (operands[0] if len(operands) == 1 else Operation(sign, tuple(operands))), at


def _one(tokens: list[_Token], at: int, end: int) -> tuple[Condition, int]:
    if at >= len(tokens):
        raise DependsError("the condition ends where a task name is expected", max(end - 1, 0), end)
    token = tokens[at]
    if token.term is not None:
        return token.term, at + 1
    if token.sign == "!":
        operand, at = _one(tokens, at + 1, end)
        return Operation("!", (operand,)), at
    if token.sign != "(":
        raise DependsError("a task name is expected here", token.start, token.end)
    condition, at = _or(tokens, at + 1, end)
    if at >= len(tokens) or tokens[at].sign != ")":
        raise DependsError("this `(` is never closed", token.start, token.end)
    return condition, at + 1


def terms(condition: Condition | None) -> list[Term]:
    """Return the tasks that a condition names, in order."""
    if condition is None:
        return []
    if isinstance(condition, Term):
        return [condition]
    return [term for operand in condition.operands for term in terms(operand)]


def holds(condition: Condition, is_true: Callable[[str, str], bool]) -> bool:
    """Evaluate a condition; `is_true(task, result)` tells about one task."""
    if isinstance(condition, Term):
        return is_true(condition.task, condition.result)
    if condition.sign == "!":
        return not holds(condition.operands[0], is_true)
    join = all if condition.sign == "&&" else any
    return join(holds(operand, is_true) for operand in condition.operands)


def task_condition(task: dict[str, Any]) -> Condition | None:
    """Return what a task of a DAG waits for: its `depends`, or its `dependencies`; None when it waits for nothing."""
    if task.get("depends"):
        return parse_depends(task["depends"])
    names = task.get("dependencies") or []
    listed = tuple(Term(name, "", 0, 0) for name in names)
    if not listed:
        return None
    return listed[0] if len(listed) == 1 else Operation("&&", listed)
