"""Conditions that are always true, or always false."""

from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic
from yamlflow.expressions import EvaluationError, Expr, walk
from yamlflow.expressions.ast import Binary, Call, Name, Unary
from yamlflow.expressions.tree import same
from yamlflow.pipeline.model import Pipeline, Task

CODE = "constant-condition"
_CHANGING = frozenset({"now", "sprig", "env"})
_MEANS = {True: "always true: the task always runs", False: "never true: the task never runs"}


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each `when` whose answer is known now."""
    for task in all_tasks(pipeline):
        found = _when(task) if task.when is not None else None
        if found is not None:
            yield found


def _when(task: Task) -> Diagnostic | None:
    assert task.when is not None
    tag = task.when.whole
    if tag is None or tag.expr is None or tag.problems:
        return None
    answer = _fold(tag.expr)
    if answer is None:
        return None
    span = task.when.at(tag.expr.start, tag.expr.end)
    return Diagnostic(CODE, "warning", f"`when` of task `{task.name}` is {_MEANS[answer]}", span)


def _fold(expr: Expr) -> bool | None:
    """Return what an expression yields whatever the inputs are; None if that is open."""
    if isinstance(expr, Unary) and expr.op in ("!", "not"):
        inner = _fold(expr.operand)
        return None if inner is None else not inner
    if isinstance(expr, Binary) and expr.op in ("&&", "and", "||", "or"):
        ends = expr.op in ("||", "or")
        sides = (_fold(expr.left), _fold(expr.right))
        return ends if ends in sides else None if None in sides else not ends
    if isinstance(expr, Binary) and expr.op in ("==", "!=") and same(expr.left, expr.right):
        return expr.op == "==" if not _names(expr) & _CHANGING else None
    return _value(expr)


def _value(expr: Expr) -> bool | None:
    functions = {part.function.start for part in walk(expr) if isinstance(part, Call)}
    if any(isinstance(part, Name) and part.start not in functions for part in walk(expr)) or _names(expr) & _CHANGING:
        return None
    from yamlflow.expressions.evaluate import evaluate

    try:
        found = evaluate(expr, {})
    except EvaluationError:
        return None
    return found if isinstance(found, bool) else None


def _names(expr: Expr) -> set[str]:
    return {str(name) for part in walk(expr) if (name := getattr(part, "name", None))}
