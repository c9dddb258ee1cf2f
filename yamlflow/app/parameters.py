"""Run parameters, as they are given on the command line and in a file."""

from yamlflow.app.errors import UsageError
from yamlflow.diagnostics import Sink


def read_parameters(pairs: list[str], file: str | None, sink: Sink) -> dict[str, str]:
    """Return parameters by name, each as the text that travels; `pairs` (NAME=VALUE) stand above the file."""
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"`-p {pair}` is no NAME=VALUE")
        if name in given:
            raise UsageError(f"parameter `{name}` is given twice")
        given[name] = value
    return (_read_file(file, sink) if file else {}) | given


def _read_file(path: str, sink: Sink) -> dict[str, str]:
    from yamlflow.source import read_file
    from yamlflow.source.fields import as_mapping, wrong_kind
    from yamlflow.source.nodes import Scalar
    from yamlflow.types import constant_text

    node = as_mapping(read_file(path, sink), "the parameter file", sink, "a mapping of names to values")
    values: dict[str, str] = {}
    for key, value in node or ():
        data = value.data()
        if data is None:
            wrong_kind(sink, value, "a value", f"parameter `{key.value}`")
        elif isinstance(value, Scalar) and not isinstance(data, bool):
            values[key.value] = value.value
        else:
            values[key.value] = constant_text(data)
    return values
