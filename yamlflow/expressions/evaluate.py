"""Computing expressions as Argo does: by expr-lang's rules, over Go's values, within limits."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from yamlflow.expressions.ast import Expr, Member
from yamlflow.expressions.errors import EvaluationError, UnknownNameError
from yamlflow.expressions.parser import parse
from yamlflow.expressions.runtime.check import check
from yamlflow.expressions.runtime.interpreter import Interpreter
from yamlflow.expressions.runtime.optimise import optimise
from yamlflow.expressions.runtime.text import to_json
from yamlflow.expressions.runtime.values import Limits, Value
from yamlflow.expressions.sprig_names import CHANGING
from yamlflow.expressions.tree import walk

__all__ = ["EvaluationError", "UnknownNameError", "evaluate", "evaluate_text", "result_text"]


def evaluate(expr: Expr, env: Mapping[str, Any]) -> Value:
    """Return the value of an expression; EvaluationError says why it has none.

    Lists and maps come as Python's; `env` holds nested dicts of texts. Argo's functions are known.
    """
    try:
        known = check(expr, env)
        return Interpreter(_own(expr, env), known).value(optimise(expr, known))
    except RecursionError:
        raise EvaluationError("the values are nested too deeply") from None


def _own(expr: Expr, env: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the environment; a copy where a function of sprig may change what it is given."""
    if not any(isinstance(node, Member) and node.name in CHANGING for node in walk(expr)):
        return env
    from yamlflow.expressions.runtime.sprig_data import copied

    limits = Limits()
    return {name: copied(value, limits) for name, value in env.items()}


def evaluate_text(text: str, env: Mapping[str, Any]) -> Value:
    """Return the value of an expression of a manifest, given as text."""
    return evaluate(_parsed(text), env)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Expr:
    expr, problems = parse(text, plain=True)
    if expr is None or problems:
        raise EvaluationError(problems[0].message)
    return expr


def result_text(value: Value) -> str:
    """Return a value as Argo writes it into a manifest: its JSON, without quotes around it; nil is an error."""
    if value is None:
        raise EvaluationError("the expression yields nothing")
    if isinstance(value, str):
        return value if value.isascii() else _valid(value)
    text = to_json(value, Limits())
    return text[1:-1] if text[:1] == '"' else text


def _valid(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in text)
