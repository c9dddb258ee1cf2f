"""Conditions in the words of Argo, which know other names than the expressions of a pipeline."""

from collections.abc import Iterator, Mapping

from yamlflow.diagnostics import Diagnostic, did_you_mean
from yamlflow.expressions import parse, references, walk
from yamlflow.expressions.ast import Let, Name
from yamlflow.expressions.signatures import ARGO
from yamlflow.source import Scalar


def check_condition(
    text: Scalar, known: Mapping[str, tuple[str, ...]], of: str, *, plain: bool
) -> Iterator[Diagnostic]:
    """Yield what is wrong with a condition; `known` are the names in it, each with its fields.

    A `plain` one has no functions besides those of the language.
    """
    expr, problems = parse(text.value, plain=plain)
    for problem in problems:
        span = text.at(problem.start, max(problem.end, problem.start + 1))
        yield Diagnostic(problem.code, "error", problem.message, span, problem.hint)
    if expr is None or problems:
        return
    names = " and ".join(f"`{name}`" for name in known)
    all_known = {*known} if plain else {*known, *ARGO, "sprig"}
    for node in walk(expr):
        if (
            isinstance(node, Name)
            and node.name not in all_known
            and not any(isinstance(item, Let) for item in walk(expr))
        ):
            message = f"a condition of {of} knows {names}, no `{node.name}`"
            hint = did_you_mean(node.name, all_known)
            yield Diagnostic("unknown-context", "error", message, text.at(node.start, node.end), hint)
    for _, steps in references(expr, known):
        fields = known[steps[0].name]
        if len(steps) > 1 and steps[1].name not in fields:
            message, field = f"there is no `{steps[0].name}.{steps[1].name}`", steps[1]
            note = f"`{steps[0].name}` has: {', '.join(fields)}"
            span, hint = text.at(field.start, field.end), did_you_mean(field.name, fields)
            yield Diagnostic("unknown-field", "error", message, span, hint, notes=(note,))
