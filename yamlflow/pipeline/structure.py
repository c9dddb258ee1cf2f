"""Mappings and lists in Argo's or Kubernetes' own form, in whose texts expressions may stand."""

from collections.abc import Iterator
from typing import NamedTuple

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.model import Value
from yamlflow.pipeline.parse_options import parse_value
from yamlflow.pipeline.shapes import refuse_expression
from yamlflow.source import Mapping, Node, Scalar, Sequence


class Filled(NamedTuple):
    """A text with `${{ }}` somewhere in a mapping or list, and its value."""

    scalar: Scalar
    value: Value


class Structure(Value):
    """A mapping or list; `filled` are the texts with expressions in it."""

    __slots__ = ("filled",)

    def __init__(self, node: Node, filled: tuple[Filled, ...]) -> None:
        super().__init__(node, None)
        self.filled = filled


def parse_structure(node: Node, sink: Sink) -> Structure:
    """Return a mapping or list with the expressions in its texts."""
    return Structure(node, tuple(Filled(scalar, parse_value(scalar, sink)) for scalar in _with_expressions(node, sink)))


def _with_expressions(node: Node, sink: Sink) -> Iterator[Scalar]:
    if isinstance(node, Scalar) and "${{" in node.value:
        yield node
    children: list[Node] = []
    for entry in node if isinstance(node, Mapping) else ():
        refuse_expression(entry.key, "a key", "only values are filled in", sink)
        children.append(entry.value)
    for child in node.items if isinstance(node, Sequence) else children:
        yield from _with_expressions(child, sink)
