"""Comparisons of an input with what is none of its `enum`."""

from collections.abc import Iterator

from yamlflow.checks.values import all_values
from yamlflow.diagnostics import Diagnostic, did_you_mean
from yamlflow.expressions import Expr, path, walk
from yamlflow.expressions.ast import Array, Binary, Number, Text
from yamlflow.pipeline.model import Input, Pipeline, Value

CODE = "never-equal"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each constant that an input with an `enum` can never be."""
    if any(item.limits.enum for item in pipeline.inputs.values()):
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
        item = _input(one, pipeline)
        text = other.value if isinstance(other, Text) else other.text if isinstance(other, Number) else None
        if item is not None and item.limits.enum and text is not None and text not in item.limits.enum:
            hint = did_you_mean(text, item.limits.enum) or f"it is one of: {', '.join(item.limits.enum)}"
            span = value.at(other.start, other.end)
            yield Diagnostic(CODE, "error", f"the input `{item.name}` is never `{text}`", span, hint)


def _input(expr: Expr, pipeline: Pipeline) -> Input | None:
    steps = path(expr)
    if steps is None or len(steps) != 2 or steps[0].name != "inputs":
        return None
    return pipeline.inputs.get(steps[1].name)
