"""Selecting nodes of a run by their fields, as `--node-field-selector` of argo does it."""

import re
from collections.abc import Callable
from typing import Any

Node = dict[str, Any]
_TERM = re.compile(r"\s*([-.\w]+)\s*(==|=|!=)\s*(.*?)\s*")
_INPUT = re.compile(r"inputs\.parameters\.(.+)\.value")
_FIELDS = ("displayName", "templateName", "phase", "name", "id", "templateRef.name", "templateRef.template")


def parse_node_selector(text: str) -> Callable[[Node], bool]:
    """Return whether a node has the wanted fields; ValueError when the selector is wrong."""
    terms = []
    for part in filter(str.strip, text.split(",")):
        found = _TERM.fullmatch(part)
        if found is None:
            raise ValueError(f"`{part.strip()}` is no FIELD=VALUE")
        if found[1] not in _FIELDS and not _INPUT.fullmatch(found[1]):
            raise ValueError(f"unknown field `{found[1]}` of nodes; known: {', '.join(_FIELDS)}")
        terms.append((found[1], found[2] != "!=", found[3]))
    return lambda node: all((_value(node, field) == value) == equal for field, equal, value in terms)


def _value(node: Node, field: str) -> str:
    if found := _INPUT.fullmatch(field):
        listed = (node.get("inputs") or {}).get("parameters") or []
        return next((str(item.get("value", "")) for item in listed if item["name"] == found[1]), "")
    value: Any = node
    for part in field.split("."):
        value = (value or {}).get(part)
    return str(value or "")
