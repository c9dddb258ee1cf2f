"""YAML with places: events become nodes that know where every key, value and offset came from; and a stable writer."""

from yamlflow.source.nodes import Entry, Mapping, Node, Scalar, Sequence
from yamlflow.source.reader import read_documents, read_file, read_source
from yamlflow.source.writer import write_yaml

__all__ = [
    "Entry",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "read_documents",
    "read_file",
    "read_source",
    "write_yaml",
]
