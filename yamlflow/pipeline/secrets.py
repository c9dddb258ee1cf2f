"""Values of type Secret: they name a key of a secret of Kubernetes, and reach programs by `env` alone."""

from collections.abc import Iterable

from yamlflow.components import Component
from yamlflow.components.model import Arg, Concat, If, InputValue
from yamlflow.diagnostics import Sink
from yamlflow.pipeline.keys import KEYS, REQUIRED
from yamlflow.pipeline.names import is_secret_name
from yamlflow.pipeline.options import Source
from yamlflow.source import Mapping, Node
from yamlflow.source.fields import Fields, as_mapping, place, wrong_kind
from yamlflow.types import Type

FORM = "{secret: {name: NAME, key: KEY}}"


def is_secret(type: Type | None) -> bool:
    """Whether values of a type may be read by `env` only."""
    return type is not None and type.name == "Secret"


def parse_secret(node: Node, what: str, sink: Sink) -> Source | None:
    """Return the secret that a constant names; what names none is reported."""
    if not isinstance(node, Mapping) or list(node.entries) != ["secret"]:
        message = f"{what} does not name a secret of the cluster"
        sink.error("invalid-secret", message, place(node), f"write `{FORM}`")
        return None
    inner = as_mapping(node.get("secret"), f"`secret` of {what}", sink, "a mapping {name, key}")
    return parse_key(inner, f"`secret` of {what}", sink, "secret") if inner is not None else None


def parse_key(node: Mapping, what: str, sink: Sink, kind: str) -> Source | None:
    """Return the secret or config map, and the key in it, that `{name, key}` means."""
    found = Fields(node, sink, what, KEYS["keyReference"], REQUIRED["keyReference"])
    name, key = found.text("name"), found.text("key")
    for text in (name, key):
        if text is not None and not text.value:
            wrong_kind(sink, text, "a name", what)
    if name is None or key is None:
        return None
    return Source("secret" if kind == "secret" else "configMap", name.value, key.value)


def read_secret(text: str) -> Source | None:
    """Return the secret that a run parameter names: `NAME/KEY`, or JSON of what a file has."""
    name, slash, key = text.partition("/")
    if slash and is_secret_name(name) and key and "/" not in key:
        return Source("secret", name, key)
    import json

    try:
        found = json.loads(text)["secret"]
        return Source("secret", str(found["name"]), str(found["key"]))
    except (ValueError, KeyError, TypeError):
        return None


def read_as_text(component: Component, name: str) -> bool:
    """Whether a component's program takes an input otherwise than as a whole variable of its environment."""
    container = component.container
    if container is None:
        return False
    joined = [value for _, value in container.env if not isinstance(value, InputValue)]
    return name in container.uses.by_path | container.uses.tested or any(
        name == found for found in _values((*container.command, *container.args, *joined))
    )


def _values(args: Iterable[Arg]) -> Iterable[str]:
    for arg in args:
        if isinstance(arg, InputValue):
            yield arg.name
        elif isinstance(arg, Concat):
            yield from _values(arg.items)
        elif isinstance(arg, If):
            yield from _values((*arg.then, *arg.otherwise))
