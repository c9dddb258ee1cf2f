"""Advice where another kind of value stands than the one expected: how what stands there becomes it."""

import re

from yamlflow.source.nodes import Mapping, Node, Scalar, Sequence

_LONGEST = 40
_FIRST_KEY = re.compile(r"mapping (?:such as )?\{(\w+)[,:}]")
_FLAGS = {
    **dict.fromkeys(("yes", "on", "y", "true"), "true"),
    **dict.fromkeys(("no", "off", "n", "false"), "false"),
}
_NAMED = ("a mapping of tasks", "a mapping of volumes", "a mapping of hooks")


def _short(node: Node) -> str:
    """Return a scalar as it is written, "" if there is nothing or too much of it."""
    if not isinstance(node, Scalar) or (not node.style and node.data() is None):
        return ""
    text = node.span.text
    return text if len(text) <= _LONGEST and "\n" not in text else ""


def mapping_hint(node: Node, expected: str) -> str:
    """Return how what stands where a mapping is due becomes one; `expected` may tell its keys, the usual one first."""
    if isinstance(node, Sequence):
        return _from_list(node, expected)
    if not isinstance(node, Scalar):
        return ""
    if not node.style and node.data() is None:
        return "indent what belongs to it"
    key, _, value = node.value.partition(" ")
    if value and " " not in value and key in expected.strip("{}").split(", "):
        return f"write `{key}: {value}`"
    return _from_text(node, expected)


def _from_text(node: Node, expected: str) -> str:
    text, first = _short(node), _FIRST_KEY.search(expected)
    if first is not None:
        text = text.removeprefix(first[1]).lstrip()  # only its colon may be missing
        return f"write `{{{first[1]}: {text}}}`" if text else ""
    key, sign, value = text.partition("=")
    return f"write `{key}: {value}`" if sign and key.isidentifier() and value else ""


def _from_list(node: Sequence, expected: str) -> str:
    item = node.items[0] if node.items else None
    if isinstance(item, Mapping):
        name = _short(item.entries["name"].value) if "name" in item.entries else ""
        value = _short(item.entries["value"].value) if "value" in item.entries else ""
        if name and value and len(item.entries) == len(("name", "value")):
            return f"write each as `{name}: {value}`"
        if name:
            return f"write each as `{name}: {{...}}`"
        return "write `{ }` instead of `[ ]`" if node.span.text.startswith("[") else "write `NAME:` instead of `- `"
    text = _short(item) if item is not None else ""
    if text and (len(node.items) == 1 or "{" not in expected) and (hint := _from_text(item or node, expected)):
        return hint
    if text and "{" not in expected:
        return f"write each as `{text}: {{...}}`" if expected in _NAMED else f"write each as `NAME: {text}`"
    return ""


def flag_hint(node: Node) -> str:
    """Return the word of YAML 1.2 for a boolean of YAML 1.1 that stands where true or false is due."""
    return flag_text_hint(node.value) if isinstance(node, Scalar) else ""


def flag_text_hint(text: str) -> str:
    """Return the same for what a text says."""
    found = _FLAGS.get(text.lower())
    return f"write `{found}`" if found else ""


def list_hint(node: Node, expected: str) -> str:
    """Return how what stands where a list is due becomes one."""
    text = node.span.text
    if text.startswith("-"):
        return "a space is missing behind `-`"
    if isinstance(node, Mapping):
        if "{name" in expected and "name" not in node and node.entries:
            return f"write each as `- name: {next(iter(node.entries))}`"
        return "put it into `[ ]`" if text.startswith("{") else "start each item with `- `"
    return f"write `[{text}]`" if _short(node) else ""


def text_hint(node: Node, expected: str) -> str:
    """Return what to write where a list, or a mapping of a name alone, stands in place of a text."""
    if isinstance(node, Mapping) and list(node.entries) == ["name"]:
        name = _short(node.entries["name"].value)
        return f"write `{name}`" if name else ""
    items = [_short(item) for item in node.items] if isinstance(node, Sequence) else []
    if not items or not all(items) or (len(items) > 1 and expected != "a script"):
        return ""
    return f"write `{' '.join(items)}`"
