"""Run parameters, as they are given on the command line and in a file."""

from typing import NamedTuple

from yamlflow.app.errors import UsageError
from yamlflow.diagnostics import Sink, Span


class Parameter(NamedTuple):
    """A run parameter: the text that travels, and the places of its name and its value if a file gave it."""

    text: str
    key: Span | None = None
    span: Span | None = None


Parameters = dict[str, Parameter]


def read_parameters(pairs: list[str], file: str | None, sink: Sink) -> Parameters:
    """Return parameters by name; `pairs` (NAME=VALUE) stand above the file."""
    given: Parameters = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"`-p {pair}` is no NAME=VALUE")
        if name in given:
            raise UsageError(f"parameter `{name}` is given twice")
        given[name] = Parameter(value)
    return (_read_file(file, sink) if file else {}) | given


def _read_file(path: str, sink: Sink) -> Parameters:
    from yamlflow.source import read_file
    from yamlflow.source.fields import as_mapping, place, wrong_kind
    from yamlflow.source.nodes import Scalar
    from yamlflow.types import constant_text

    node = as_mapping(read_file(path, sink), "the parameter file", sink, "a mapping of names to values")
    values: Parameters = {}
    for key, value in node or ():
        data = value.data()
        if data is None:
            wrong_kind(sink, value, "a value", f"parameter `{key.value}`")
            continue
        text = value.value if isinstance(value, Scalar) and not isinstance(data, bool) else constant_text(data)
        values[key.value] = Parameter(text, key.span, place(value))
    return values
