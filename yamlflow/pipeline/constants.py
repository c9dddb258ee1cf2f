"""Constants, and those without quotes that other readers of YAML take for something else than their input does."""

from yamlflow.diagnostics import Sink
from yamlflow.source import Node, Scalar
from yamlflow.source.ambiguous import warn_of_number, warn_of_text
from yamlflow.types import Type


def given(node: Node) -> object:
    """Return a constant as it is written: the text of a scalar, else plain data."""
    return node.value if isinstance(node, Scalar) else node.data()


def warn_of_constant(node: Node, type: Type | None, sink: Sink) -> None:
    """Warn if a constant of this type says something else elsewhere; of one without a type nothing can be said."""
    if type is None or not isinstance(node, Scalar):
        return
    if type.name == "String":
        warn_of_text(node, sink)
    elif type.is_number:
        warn_of_number(node, sink)
