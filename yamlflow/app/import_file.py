"""A file with a manifest as the text of a pipeline."""

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from yamlflow.app.along import read_along
from yamlflow.app.compile import load_pipeline
from yamlflow.app.importing import import_manifest
from yamlflow.app.layer import NO_LAYER
from yamlflow.app.workspace import Workspace
from yamlflow.argo.check import read
from yamlflow.argo.goyaml import go_mapping
from yamlflow.diagnostics import Diagnostic, Sink, SourceText
from yamlflow.source import Mapping, read_documents, read_source
from yamlflow.source.compact import write_compact
from yamlflow.source.fields import place
from yamlflow.source.files import load_text

_TEMPLATES = ("WorkflowTemplate", "ClusterWorkflowTemplate")


class Imported(NamedTuple):
    """The text of a pipeline, "" when there are errors, the same in several files, and what is wrong or to be known."""

    text: str
    files: dict[str, str]
    diagnostics: list[Diagnostic]


def import_file(path: str, out: str, along: Sequence[str] = ()) -> Imported:
    """Read a manifest and return it as a pipeline that stands in the file `out`; `along` are files with templates."""
    sink = Sink()
    source = load_text(path, sink)
    nodes = read_documents(source, sink) if source is not None else []
    manifests = [manifest for node in nodes for manifest in read(node)]
    manifests, beside = _apart(manifests)
    beside += read_along(along, None, sink).objects
    if nodes and not manifests and not sink.failed:
        sink.error("unknown-file", "this is no Argo manifest", place(nodes[0]))
    for other in manifests[1:]:
        sink.error("several-documents", "only one manifest is imported", place(other), "put it into a file of its own")
    if sink.failed or not manifests:
        return Imported("", {}, sink.sorted())
    data = import_manifest(manifests[0], sink, beside)
    if not data:
        return Imported("", {}, sink.sorted())
    text = write_compact(data)
    _validate(text, out, sink)
    return Imported("", {}, sink.sorted()) if sink.failed else Imported(text, _split(data), sink.sorted())


def _apart(manifests: list[Mapping]) -> tuple[list[Mapping], list[dict[str, Any]]]:
    """Return what is to be imported, and the templates beside it that it may be made of."""
    kinds = [getattr(manifest.get("kind"), "value", "") for manifest in manifests]
    if not {"Workflow", "CronWorkflow"}.intersection(kinds):
        return manifests, []
    ours = [item for item, kind in zip(manifests, kinds, strict=True) if kind not in _TEMPLATES]
    return ours, [go_mapping(item) for item, kind in zip(manifests, kinds, strict=True) if kind in _TEMPLATES]


def _split(data: dict[str, Any]) -> dict[str, str]:
    """Return a pipeline as files: the pipeline, and one for each component."""
    components = data.get("components") or {}
    files = {f"components/{name}.yaml": write_compact(spec) for name, spec in components.items()}
    references = {name: f"./{file}" for name, file in zip(components, files, strict=True)}
    return {"pipeline.yaml": write_compact({**data, "components": references} if references else data), **files}


def _validate(text: str, out: str, sink: Sink) -> None:
    """Check the pipeline as `validate` would; only its errors are told."""
    found = Sink()
    node = read_source(SourceText(os.path.basename(out) or out, text), found)
    if isinstance(node, Mapping):
        load_pipeline(node, out, Workspace(NO_LAYER), found)
    for item in found.sorted():
        if item.severity == "error":
            sink.error(item.code, item.message, item.span, item.hint, notes=item.notes, related=item.related)
