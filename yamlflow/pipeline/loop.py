"""What a task runs over."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.diagnostics import Span
from yamlflow.source import Mapping, Node
from yamlflow.types import Type

if TYPE_CHECKING:
    from yamlflow.pipeline.model import Value


class Range(NamedTuple):
    """Whole numbers from `start` to `end`, both included; `format` makes texts of them."""

    node: Mapping
    start: "Value | None"
    end: "Value | None"
    step: "Value | None"
    format: str


class Loop:
    """`foreach`: what a task runs over (`items`, `value` or `range`), and the name that expressions give an element.

    Checking fills the rest: the type of an element, the fields of literal mappings, whether the index is used, and
    whether `when` chooses among the elements.
    """

    __slots__ = (
        "checked",
        "element",
        "fields",
        "filters",
        "indexed",
        "items",
        "name",
        "node",
        "range",
        "span",
        "value",
    )

    def __init__(self, name: str, span: Span, node: Node) -> None:
        self.name = name
        self.span = span
        self.node = node
        self.items: list[Node] | None = None
        self.value: Value | None = None
        self.range: Range | None = None
        self.checked = False
        self.element: Type | None = None
        self.fields: dict[str, Type | None] | None = None
        self.indexed = False
        self.filters = False

    def values(self) -> "Iterator[Value]":
        """Yield the values that say what the elements are."""
        bounds = (self.range.start, self.range.end, self.range.step) if self.range else (self.value,)
        yield from (value for value in bounds if value is not None)
