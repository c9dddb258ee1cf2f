"""Parts of a manifest that stay as they are, for `argo`: only a template's inputs are replaced by what they hold."""

from typing import Any

from yamlflow.app.importing.scope import Scope, UnknownTagError
from yamlflow.app.importing.values import Code, Parts
from yamlflow.argo.tags import split_tags

_INPUT = "inputs."


def raw(value: Any, scope: Scope) -> Any:  # noqa: ANN401 - parts of manifests
    """Return a tree of a template without references to its inputs."""
    if isinstance(value, dict):
        return {key: raw(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [raw(item, scope) for item in value]
    if not isinstance(value, str) or "{{" not in value:
        return value
    texts = []
    for part in split_tags(value):
        if isinstance(part, str):
            texts.append(part)
        elif part.expression is not None and _INPUT in part.expression:
            raise UnknownTagError(part.source)
        elif part.name and isinstance(part.name[0], str) and part.name[0].strip().startswith(_INPUT):
            texts.append(_constant(scope.names(part.name[0].strip())))
        else:
            texts.append(part.source)
    return "".join(texts)


def _constant(parts: Parts) -> str:
    texts = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Code) and part.text.startswith("inputs."):
            texts.append("{{workflow.parameters." + part.text.removeprefix("inputs.") + "}}")
        else:
            raise UnknownTagError(part.text if isinstance(part, Code) else part.name)
    return "".join(texts)
