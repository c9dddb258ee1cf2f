"""Comparisons of an input with what is none of its `enum`, and of a status with what is none."""

from collections.abc import Iterator

from yamlflow.checks.values import all_values
from yamlflow.diagnostics import Diagnostic, did_you_mean
from yamlflow.expressions import Expr, path, walk
from yamlflow.expressions.ast import Array, Binary, Number, Text
from yamlflow.pipeline.model import Pipeline, Value

CODE = "never-equal"


_OF_RUNS = ("Succeeded", "Failed", "Error", "Running", "Pending")
_OF_TASKS = (*_OF_RUNS, "Skipped", "Omitted")
_MEANT = {
    **dict.fromkeys(("success", "successful", "ok", "completed", "complete", "passed"), "Succeeded"),
    **dict.fromkeys(("failure", "fail", "failing"), "Failed"),
    **dict.fromkeys(("errored", "err"), "Error"),
}
"""What others call a status."""


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each constant that an input with an `enum`, or a status, can never be."""
    for value in all_values(pipeline):
        for expr in value.expressions:
            for part in walk(expr):
                if isinstance(part, Binary):
                    yield from _comparison(part, value, pipeline)


def _comparison(expr: Binary, value: Value, pipeline: Pipeline) -> Iterator[Diagnostic]:
    if expr.op in ("==", "!="):
        pairs = [(expr.left, expr.right), (expr.right, expr.left)]
    elif expr.op in ("in", "not in") and isinstance(expr.right, Array):
        pairs = [(expr.left, item) for item in expr.right.items]
    else:
        return
    for one, other in pairs:
        what, known = _known(one, pipeline)
        text = other.value if isinstance(other, Text) else other.text if isinstance(other, Number) else None
        if known and text and text not in known and not any("${{" in item for item in known):
            meant = _MEANT.get(text.lower(), "") if known in (_OF_TASKS, _OF_RUNS) else ""
            near = f"write `{meant}`" if meant else did_you_mean(text, known)
            span, hint = value.at(other.start, other.end), near or f"it is one of: {', '.join(known)}"
            yield Diagnostic(CODE, "error", f"{what} is never `{text}`", span, hint)


def _known(expr: Expr, pipeline: Pipeline) -> tuple[str, tuple[str, ...]]:
    """Return what an expression is, and all that it can be; nothing if that is not known."""
    names = [step.name for step in path(expr) or ()]
    if names == ["workflow", "status"]:
        return "the status of a run", _OF_RUNS
    if len(names) == len(("tasks", "NAME", "status")) and names[0] == "tasks" and names[2] == "status":
        return "the status of a task", _OF_TASKS
    if len(names) != len(("inputs", "NAME")) or names[0] != "inputs":
        return "", ()
    item = pipeline.inputs.get(names[1])
    return (f"the input `{item.name}`", tuple(item.limits.enum)) if item is not None else ("", ())
