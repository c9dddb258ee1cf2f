"""The nodes of a YAML document, each with its place."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.diagnostics import Span
from yamlflow.source.schema import resolve

if TYPE_CHECKING:
    from yamlflow.source.places import Segment

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


class Node:
    """A value and its place. `alias` is the place of the `*name` that brought an anchored node here, else None."""

    __slots__ = ("alias", "span")
    kind = "value"

    def __init__(self, span: Span) -> None:
        self.span = span
        self.alias: Span | None = None

    def aliased(self, alias: Span) -> "Node":
        """Return a shallow copy that stands at the `*name` at `alias`."""
        raise NotImplementedError

    def data(self) -> Plain:
        """Return plain data, scalars read by the YAML 1.2 core schema."""
        raise NotImplementedError


class Scalar(Node):
    """A text with its style: "" (plain), "'", '"', "|" or ">". `tag` is an explicit tag such as `!!str`, else ""."""

    __slots__ = ("segments", "style", "tag", "value")
    kind = "text"

    def __init__(self, span: Span, value: str, style: str = "", tag: str = "") -> None:
        # No super().__init__(): this runs once for each scalar of a file, and the call costs as much as the rest.
        self.span = span
        self.alias = None
        self.value = value
        self.style = style
        self.tag = tag
        self.segments: list[Segment] | None = None

    def aliased(self, alias: Span) -> "Scalar":
        """Return a copy that stands at the `*name` at `alias`."""
        node = Scalar(self.span, self.value, self.style, self.tag)
        node.alias = alias
        return node

    def data(self) -> bool | int | float | str | None:
        """Return the value by the YAML 1.2 core schema; quoted and block scalars are text."""
        return resolve(self)

    def at(self, start: int, end: int) -> Span:
        """Return the place of `value[start:end]` in the file, through quotes, escapes, folding and indentation."""
        from yamlflow.source.places import locate

        return locate(self, start, end)


class Entry(NamedTuple):
    """One `key: value` of a mapping."""

    key: Scalar
    value: Node


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)
    kind = "list"

    def __init__(self, span: Span, items: list[Node]) -> None:
        super().__init__(span)
        self.items = items

    def aliased(self, alias: Span) -> "Sequence":
        """Return a copy with the same items that stands at the `*name` at `alias`."""
        node = Sequence(self.span, self.items)
        node.alias = alias
        return node

    def data(self) -> list[Plain]:
        """Return a plain list."""
        return [item.data() for item in self.items]


class Mapping(Node):
    """A mapping in the order of the file. Duplicate keys were reported; the first one is kept."""

    __slots__ = ("entries",)
    kind = "mapping"

    def __init__(self, span: Span, entries: dict[str, Entry]) -> None:
        super().__init__(span)
        self.entries = entries

    def aliased(self, alias: Span) -> "Mapping":
        """Return a copy with the same entries that stands at the `*name` at `alias`."""
        node = Mapping(self.span, self.entries)
        node.alias = alias
        return node

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None."""
        entry = self.entries.get(key)
        return entry.value if entry else None

    def key_span(self, key: str) -> Span:
        """Return the place of a key, or of the whole mapping when it has no such key."""
        entry = self.entries.get(key)
        return entry.key.span if entry else self.span

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def data(self) -> dict[str, Plain]:
        """Return a plain dict."""
        return {key: entry.value.data() for key, entry in self.entries.items()}
