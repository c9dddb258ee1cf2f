"""Parts of a manifest that stay as they are, for `argo`: only a template's inputs are replaced by what they hold."""

from typing import Any

from yamlflow.app.importing.scope import Scope
from yamlflow.app.importing.values import Code, Parts, UnknownTagError, in_text
from yamlflow.argo.tags import split_tags
from yamlflow.argo.view import Data
from yamlflow.expressions import Expr, parse, print_expr, references, rewrite
from yamlflow.expressions.printer import text_literal
from yamlflow.expressions.tree import path as steps_of

_INPUT = "inputs."
_ROOT = frozenset({"inputs"})


def raw(value: Any, scope: Scope, task: Data | None = None) -> Any:  # noqa: ANN401 - parts of manifests
    """Return a tree of a template without references to its inputs.

    An input that only a run knows becomes one of the `task`, if that has a program of its own.
    """
    if isinstance(value, dict):
        return {key: raw(item, scope, task) for key, item in value.items()}
    if isinstance(value, list):
        return [raw(item, scope, task) for item in value]
    if not isinstance(value, str) or "{{" not in value:
        return value
    texts = []
    for part in split_tags(value):
        if isinstance(part, str):
            texts.append(part)
        elif part.expression is not None and _INPUT in part.expression:
            texts.append("{{=" + _computed(part.expression, scope, task) + "}}")
        elif part.name and isinstance(part.name[0], str) and part.name[0].strip().startswith(_INPUT):
            texts.append(_held(part.name[0].strip(), scope, task))
        else:
            texts.append(part.source)
    return "".join(texts)


def _held(name: str, scope: Scope, task: Data | None) -> str:
    parts = scope.names(name)
    try:
        return _constant(parts)
    except UnknownTagError:
        if task is None or "container" not in task:
            raise
    return "{{inputs.parameters." + _declared(name.rpartition(".")[2], in_text(parts), task) + "}}"


def _computed(text: str, scope: Scope, task: Data | None) -> str:
    """Return an expression of a template without references to its inputs."""
    expr, problems = parse(text, plain=True)
    if expr is None or problems:
        raise UnknownTagError(text)
    found: dict[int, Expr] = {}
    for node, steps in references(expr, _ROOT):
        new, _ = parse(_term(_held(".".join(step.name for step in steps), scope, task)), plain=True)
        assert new is not None
        found[id(node)] = new
    return print_expr(rewrite(expr, lambda node: found.get(id(node)) if steps_of(node) else None))


def _term(text: str) -> str:
    """Return what an expression has in the place of a text with tags."""
    terms = [text_literal(part) if isinstance(part, str) else _named(str(part.name[0])) for part in split_tags(text)]
    return f"({' + '.join(terms)})" if len(terms) > 1 else terms[0] if terms else "''"


def _named(name: str) -> str:
    holder, _, last = name.rpartition(".")
    return f"{holder}[{text_literal(last)}]"


def _declared(wanted: str, value: str, task: Data) -> str:
    """Give the program of a task an input, and return its name."""
    arguments = task.setdefault("arguments", {})
    name, number = wanted, 1
    while arguments.get(name, value) != value:
        number += 1
        name = f"{wanted}-{number}"
    if name not in arguments:
        arguments[name] = value
        task.setdefault("inputs", []).append({"name": name})
        variable = f"INPUT_{name.upper().replace('-', '_')}"
        task["container"].setdefault("env", {})[variable] = {"inputValue": name}
    return name


def _constant(parts: Parts) -> str:
    texts = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Code) and part.text.startswith("inputs."):
            texts.append("{{workflow.parameters." + part.text.removeprefix("inputs.") + "}}")
        else:
            raise UnknownTagError(part.text if isinstance(part, Code) else "a file")
    return "".join(texts)
