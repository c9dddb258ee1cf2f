"""Expressions in manifests: `{{=...}}`, conditions of hooks and retries, `valueFrom.expression`."""

from typing import TYPE_CHECKING, Any, cast

from yamlflow.argo.tags import Tag
from yamlflow.engine.scope import Scope, Strictness, SubstitutionError

if TYPE_CHECKING:
    from yamlflow.expressions.ast import Expr

Roots = dict[str, set[str] | None]
_cache: dict[str, tuple["Expr", Roots]] = {}
_CACHED_EXPRESSIONS = 4096
# Values that come later than others; what an expression asks of them is not nil before.
_LATE = ("item", "retries", "lastRetry")


def _parsed(text: str) -> tuple["Expr", Roots]:
    found = _cache.get(text)
    if found is None:
        from yamlflow.expressions import parse

        tree, problems = parse(text, plain=True)
        if tree is None or problems:
            raise SubstitutionError(f"failed to evaluate expression: {problems[0].message if problems else text}")
        roots: Roots = {}
        _collect(tree, roots)
        if len(_cache) >= _CACHED_EXPRESSIONS:
            _cache.clear()
        found = _cache[text] = (tree, roots)
    return found


def _collect(node: object, roots: Roots) -> None:
    """Note every root that an expression names, and the names right below it; None when they are computed."""
    from yamlflow.expressions.ast import Expr, Index, Member, Name, Text

    if isinstance(node, tuple):
        for item in node:
            _collect(item, roots)
    elif isinstance(node, Name):
        roots[node.name] = None
    elif isinstance(node, (Member, Index)) and isinstance(node.target, Name):
        root = node.target.name
        below = node.name if isinstance(node, Member) else node.index.value if isinstance(node.index, Text) else None
        if below is None:
            roots[root] = None
        elif (known := roots.setdefault(root, set())) is not None:
            known.add(below)
        if isinstance(node, Index):
            _collect(node.index, roots)
    elif isinstance(node, Expr):
        for field in node.fields:
            _collect(getattr(node, field), roots)


def evaluate(text: str, scope: Scope) -> object:
    """Return the value of an expression; SubstitutionError says why there is none."""
    from yamlflow.expressions.evaluate import EvaluationError
    from yamlflow.expressions.evaluate import evaluate as compute

    tree, roots = _parsed(text)
    try:
        return compute(tree, scope.environment(roots))
    except EvaluationError as error:
        raise SubstitutionError(f"failed to evaluate expression: {error}") from error


def holds(text: str, scope: Scope) -> bool:
    """Return the truth of a condition; SubstitutionError when it is no boolean."""
    value = evaluate(text, scope)
    if not isinstance(value, bool):
        raise SubstitutionError(f"unable to evaluate expression '{text}': expected a boolean, got {as_text(value)}")
    return value


def holds_in(text: str, environment: dict[str, Any]) -> bool:
    """Return the truth of a condition about values that are given; SubstitutionError when it is no boolean."""
    from yamlflow.expressions.evaluate import EvaluationError
    from yamlflow.expressions.evaluate import evaluate as compute

    try:
        value = compute(_parsed(text)[0], environment)
    except EvaluationError as error:
        raise SubstitutionError(f"failed to evaluate expression: {error}") from error
    if not isinstance(value, bool):
        raise SubstitutionError(f"unable to evaluate expression '{text}': expected a boolean, got {as_text(value)}")
    return value


def fill_expression(tag: Tag, scope: Scope, strict: Strictness) -> str:
    """Return the text that stands for `{{=...}}`; what cannot be computed yet stays as it is."""
    text = tag.expression or ""
    roots = _roots(text)
    must = strict.all or any(root in strict.prefixes for root in roots)
    if not strict.all and any(root in roots and not scope.environment({root: None}) for root in _LATE):
        return tag.source
    try:
        value = evaluate(text, scope)
    except SubstitutionError:
        if must:
            raise
        return tag.source
    if value is None:
        if must:
            raise SubstitutionError(f'failed to evaluate expression "{text}"')
        return tag.source
    return as_text(value)


def _roots(text: str) -> Roots:
    try:
        return _parsed(text)[1]
    except SubstitutionError:
        return {}


def as_text(value: object) -> str:
    """Return a value as Argo writes it into a text: texts as they are, all else as JSON."""
    if isinstance(value, str):
        return value
    from yamlflow.expressions.evaluate import EvaluationError, result_text

    try:
        return result_text(cast(Any, value))
    except EvaluationError as error:
        raise SubstitutionError(f"failed to evaluate expression: {error}") from error
