"""YAML that stands in texts of a manifest."""

from typing import Any

from yamlflow.argo.goyaml import go_data
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_source


def parsed(text: str) -> Any:  # noqa: ANN401 - any YAML
    """Return the data of a YAML text, or None when it is not one document."""
    sink = Sink()
    node = read_source(SourceText("", text), sink)
    return None if node is None or sink.failed else go_data(node)
