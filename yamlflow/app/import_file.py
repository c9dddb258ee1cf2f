"""A file with a manifest as the text of a pipeline."""

import os
from collections.abc import Mapping as MappingABC
from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from yamlflow.app.along import read_along
from yamlflow.app.compile import load_pipeline
from yamlflow.app.importing import import_manifest
from yamlflow.app.importing.comments import Comments, take_comments, with_comments
from yamlflow.app.importing.names import task_names
from yamlflow.app.layer import NO_LAYER
from yamlflow.app.workspace import Workspace
from yamlflow.argo.check import read
from yamlflow.argo.goyaml import go_mapping
from yamlflow.diagnostics import Diagnostic, Sink, SourceText
from yamlflow.source import Mapping, Scalar, read_documents, read_source
from yamlflow.source.compact import write_compact
from yamlflow.source.fields import place
from yamlflow.source.files import load_text

if TYPE_CHECKING:
    from yamlflow.pipeline.model import Pipeline

Files = MappingABC[str, str]
Along = tuple[dict[str, Any], ...]
_TEMPLATES = ("WorkflowTemplate", "ClusterWorkflowTemplate")


class Imported(NamedTuple):
    """What comes of a file, `files` by name, nothing when there are errors; and what is wrong or to be known."""

    diagnostics: list[Diagnostic]
    pipeline: "Pipeline | None" = None
    text: str = ""
    files: Files = MappingProxyType({})


def import_file(path: str, out: str, along: Sequence[str] = ()) -> Imported:
    """Read a manifest and return it as a pipeline that stands in the file `out`; `along` are files with templates."""
    sink = Sink()
    manifests, beside = _manifests(path, along, sink)
    for other in manifests[1:]:
        hint = "put it into a file of its own; `--out-dir` takes all"
        sink.error("several-documents", "only one manifest is imported", place(other), hint)
    if sink.failed or not manifests:
        return Imported(sink.sorted())
    return _imported(manifests[0], out, sink, beside)


def import_folder(path: str, folder: str, along: Sequence[str] = ()) -> Imported:
    """Read all manifests of a file and return them as files of a folder: a pipeline each, its components beside it."""
    sink = Sink()
    manifests, beside = _manifests(path, along, sink)
    if sink.failed:
        return Imported(sink.sorted())
    single = len(manifests) == 1
    beside += () if single else tuple(go_mapping(item) for item in manifests if _kind(item) in _TEMPLATES)
    names = [""] if single else task_names([_name(item) for item in manifests], ())
    files: dict[str, str] = {}
    for manifest, name in zip(manifests, names, strict=True):
        own = Sink()
        made = _imported(manifest, os.path.join(folder, name, "pipeline.yaml"), own, beside)
        sink.take(own)
        files |= {os.path.join(name, file): text for file, text in made.files.items()}
    return Imported(sink.sorted(), files={} if sink.failed else files)


def _imported(manifest: Mapping, out: str, sink: Sink, beside: Along) -> Imported:
    data = import_manifest(manifest, sink, beside)
    comments = take_comments(data)
    text = with_comments(write_compact(data), comments)
    pipeline = _validate(text, out, sink) if data else None
    if pipeline is None or sink.failed:
        return Imported(sink.sorted())
    return Imported(sink.sorted(), pipeline, text, _split(data, comments))


def _manifests(path: str, along: Sequence[str], sink: Sink) -> tuple[list[Mapping], Along]:
    """Return the manifests of a file, and the templates that they may be made of."""
    source = load_text(path, sink)
    nodes = read_documents(source, sink) if source is not None else []
    manifests, beside = _apart([manifest for node in nodes for manifest in read(node)])
    if nodes and not manifests and not sink.failed:
        sink.error("unknown-file", "this is no Argo manifest", place(nodes[0]))
    return manifests, (*beside, *read_along(along, None, sink).objects)


def _kind(manifest: Mapping) -> str:
    return str(getattr(manifest.get("kind"), "value", ""))


def _name(manifest: Mapping) -> str:
    metadata = manifest.get("metadata")
    said = [metadata.get(key) for key in ("name", "generateName")] if isinstance(metadata, Mapping) else []
    return next((str(node.value) for node in said if isinstance(node, Scalar)), "pipeline")


def _apart(manifests: list[Mapping]) -> tuple[list[Mapping], list[dict[str, Any]]]:
    """Return what is to be imported, and the templates beside it that it may be made of."""
    kinds = [_kind(manifest) for manifest in manifests]
    if not {"Workflow", "CronWorkflow"}.intersection(kinds):
        return manifests, []
    ours = [item for item, kind in zip(manifests, kinds, strict=True) if kind not in _TEMPLATES]
    return ours, [go_mapping(item) for item, kind in zip(manifests, kinds, strict=True) if kind in _TEMPLATES]


def _split(data: dict[str, Any], comments: Comments) -> dict[str, str]:
    """Return a pipeline as files: the pipeline, and one for each component."""
    components = data.get("components") or {}
    files = {f"components/{name}.yaml": write_compact(spec) for name, spec in components.items()}
    references = {name: f"./{file}" for name, file in zip(components, files, strict=True)}
    text = write_compact({**data, "components": references} if references else data)
    return {"pipeline.yaml": with_comments(text, comments), **files}


def _validate(text: str, out: str, sink: Sink) -> "Pipeline | None":
    """Read and check the pipeline as `validate` would; only its errors are told."""
    found, pipeline = Sink(), None
    node = read_source(SourceText(os.path.basename(out) or out, text), found)
    if isinstance(node, Mapping):
        pipeline = load_pipeline(node, out, Workspace(NO_LAYER), found)
    for item in found.sorted():
        if item.severity == "error":
            sink.error(item.code, item.message, item.span, item.hint, notes=item.notes, related=item.related)
    return pipeline
