"""A file with a manifest as the text of a pipeline."""

import os
from typing import NamedTuple

from yamlflow.app.compile import load_pipeline
from yamlflow.app.importing import import_manifest
from yamlflow.app.layer import NO_LAYER
from yamlflow.app.workspace import Workspace
from yamlflow.argo.check import read
from yamlflow.diagnostics import Diagnostic, Sink, SourceText
from yamlflow.source import Mapping, read_documents, read_source
from yamlflow.source.compact import write_compact
from yamlflow.source.fields import place
from yamlflow.source.files import load_text


class Imported(NamedTuple):
    """The text of a pipeline, "" when there are errors, and what is wrong or to be known."""

    text: str
    diagnostics: list[Diagnostic]


def import_file(path: str, out: str) -> Imported:
    """Read a manifest and return it as a pipeline that stands in the file `out`."""
    sink = Sink()
    source = load_text(path, sink)
    nodes = read_documents(source, sink) if source is not None else []
    manifests = [manifest for node in nodes for manifest in read(node)]
    if nodes and not manifests and not sink.failed:
        sink.error("unknown-file", "this is no Argo manifest", place(nodes[0]))
    for other in manifests[1:]:
        sink.error("several-documents", "only one manifest is imported", place(other), "put it into a file of its own")
    if sink.failed or not manifests:
        return Imported("", sink.sorted())
    data = import_manifest(manifests[0], sink)
    if not data:
        return Imported("", sink.sorted())
    text = write_compact(data)
    _validate(text, out, sink)
    return Imported("" if sink.failed else text, sink.sorted())


def _validate(text: str, out: str, sink: Sink) -> None:
    """Check the pipeline as `validate` would; only its errors are told."""
    found = Sink()
    node = read_source(SourceText(os.path.basename(out) or out, text), found)
    if isinstance(node, Mapping):
        load_pipeline(node, out, Workspace(NO_LAYER), found)
    for item in found.sorted():
        if item.severity == "error":
            sink.error(item.code, item.message, item.span, item.hint, notes=item.notes, related=item.related)
