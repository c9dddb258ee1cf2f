"""The values of the template layer: where they come from, and which of them win."""

from collections.abc import Iterable, Mapping
from typing import Any

from yamlflow.diagnostics import Sink, SourceText, Span
from yamlflow.project import Project
from yamlflow.project.load import read_mapping
from yamlflow.source import Mapping as MappingNode
from yamlflow.source import Node, Scalar, Sequence
from yamlflow.source.schema import plain_value

Values = dict[str, Any]
_ESCAPED = {",": "\0", ".": "\1"}


class PlacedText(str):
    """A text of a values file, with its place."""

    __slots__ = ("_span",)
    _span: Span


class PlacedInt(int):
    """A whole number of a values file, with its place; it is put out as it was written."""

    _span: Span
    _text: str

    def __str__(self) -> str:
        return self._text


class PlacedFloat(float):
    """A number of a values file, with its place; it is put out as it was written."""

    _span: Span
    _text: str

    def __str__(self) -> str:
        return self._text


def placed(value: object, text: str, span: Span) -> object:
    """Return a scalar's value with its place; what cannot carry one comes back as it is."""
    if isinstance(value, str):
        found = PlacedText(value)
        found._span = span
        return found
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = PlacedInt(value) if isinstance(value, int) else PlacedFloat(value)
        number._span, number._text = span, text
        return number
    return value


def plain(node: Node) -> object:
    """Return a node as plain data whose texts and numbers know their places."""
    if isinstance(node, MappingNode):
        return plain_mapping(node)
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return placed(node.data(), node.value, node.alias or node.span)


def plain_mapping(node: MappingNode) -> Values:
    """Return a mapping as plain data whose texts and numbers know their places."""
    return {key.value: plain(value) for key, value in node}


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Values:
    """Return `base` with `over` laid upon it: mappings are merged, other values replaced, null takes a key away."""
    merged = dict(base)
    for key, value in over.items():
        if value is None and key in merged:
            del merged[key]
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def merge_all(layers: Iterable[Mapping[str, Any]]) -> Values:
    """Merge layers of values, the strongest last."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged = merge(merged, layer)
    return merged


def gather(project: Project | None, profile: str, files: Iterable[str], given: Iterable[str], sink: Sink) -> Values:
    """Return the values: of the project, of a profile, of values files, of `--set`; the later ones win."""
    nodes = [project.values, *(item.values for item in project.lineage(profile))] if project is not None else []
    nodes += [read_mapping(path, "the values file", sink) for path in files]
    layers = [plain_mapping(node) for node in nodes if node is not None]
    return merge_all([*layers, *map(parse_set, given)])


def parse_set(text: str) -> Values:
    """Return the values that `--set PATH=VALUE` gives; ValueError says why it gives none."""
    path, equals, value = _escape(text, ".").partition("=")
    keys = path.split(".")
    if not equals or not all(keys):
        raise ValueError("is no PATH=VALUE, such as a.b=c")
    if "[" in path:
        raise ValueError("names an item of a list; give the whole list in a file with --values")
    unescaped = _escape(value.replace(_ESCAPED["."], "\\."), ",")
    _, comma, following = unescaped.partition(",")
    if comma and "=" in following.partition(",")[0]:
        raise ValueError("looks like two values; give each its own --set, or write `\\,` for a comma")
    word = unescaped.replace(_ESCAPED[","], ",")
    start = len(text) - len(value.replace(_ESCAPED["."], "\\."))
    span = Span(SourceText("--set", text), start, len(text))
    found: Any = placed(plain_value(word) if word else "", word, span)
    for key in reversed(keys):
        found = {key.replace(_ESCAPED["."], "."): found}
    return dict(found)


def _escape(text: str, sign: str) -> str:
    return text.replace(f"\\{sign}", _ESCAPED[sign])
