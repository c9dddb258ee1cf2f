"""Values that know where they were given."""

from collections.abc import Iterator
from typing import Any

from yamlflow.diagnostics import Span
from yamlflow.source import Mapping as MappingNode
from yamlflow.source import Node, Scalar, Sequence


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


class PlacedMap(dict[str, Any]):
    """A mapping of a values file, with its own place, and those of its values."""

    __slots__ = ("_span", "_spans")

    def __init__(self, span: Span | None = None, spans: dict[str, Span] | None = None) -> None:
        super().__init__()
        self._span = span
        self._spans = spans or {}


class PlacedList(list[Any]):
    """A list of a values file, with its own place, and those of its items."""

    __slots__ = ("_span", "_spans")

    def __init__(self, items: list[Any], span: Span, spans: list[Span]) -> None:
        super().__init__(items)
        self._span = span
        self._spans = spans


_PLACED = (PlacedText, PlacedInt, PlacedFloat, PlacedMap, PlacedList)


def placed_text(text: str, span: Span | None) -> str:
    """Return a text with its place, if it has one."""
    if span is None:
        return text
    found = PlacedText(text)
    found._span = span
    return found


def placed(value: object, text: str, span: Span) -> object:
    """Return a scalar's value with its place; what cannot carry one comes back as it is."""
    if isinstance(value, str):
        return placed_text(value, span)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = PlacedInt(value) if isinstance(value, int) else PlacedFloat(value)
        number._span, number._text = span, text
        return number
    return value


def plain(node: Node) -> object:
    """Return a node as plain data that knows its places."""
    if isinstance(node, MappingNode):
        return plain_mapping(node)
    if isinstance(node, Sequence):
        places = [item.alias or item.span for item in node.items]
        return PlacedList([plain(item) for item in node.items], node.alias or node.span, places)
    assert isinstance(node, Scalar)
    return placed(node.data(), node.value, node.alias or node.span)


def plain_mapping(node: MappingNode) -> PlacedMap:
    """Return a mapping as plain data that knows its places."""
    found = PlacedMap(node.alias or node.span)
    for key, value in node:
        found[placed_text(key.value, key.span)] = plain(value)
        found._spans[key.value] = value.alias or value.span
    return found


def span_of(value: object) -> Span | None:
    """Return where a value was given, None when that is not known."""
    return value._span if isinstance(value, _PLACED) else None


def part_span(value: object, key: object) -> Span | None:
    """Return where the value of a key, or an item of a list, was given."""
    if isinstance(value, PlacedMap):
        return value._spans.get(str(key))
    if isinstance(value, PlacedList) and isinstance(key, int):
        return value._spans[key]
    return None


def leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object, Span | None]]:
    """Yield the path, the value and the place of all that is no mapping with keys."""
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if isinstance(item, dict) and item:
            yield from leaves(item, (*path, key))
        else:
            yield (*path, key), item, part_span(value, key)
