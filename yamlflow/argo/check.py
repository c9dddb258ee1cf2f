"""Manifests in files: which they are, and what is wrong with them at which place."""

from yamlflow.argo.finding import Finding
from yamlflow.argo.goyaml import go_mapping
from yamlflow.argo.problems import find_problems
from yamlflow.argo.report import report
from yamlflow.argo.versions import NEWEST, find_newer
from yamlflow.argo.view import KINDS
from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.source import Mapping, Node, Sequence

_OTHERS = ("WorkflowArtifactGCTask", "WorkflowEventBinding", "WorkflowTaskResult", "WorkflowTaskSet")


def read(node: Node) -> list[Mapping]:
    """Return the Argo manifests in a document: itself, or those in a `List`."""
    if not isinstance(node, Mapping):
        return []
    items = node.get("items")
    if getattr(node.get("kind"), "value", "") == "List" and isinstance(items, Sequence):
        return [item for item in items.items if isinstance(item, Mapping) and _is_argo(item)]
    return [node] if _is_argo(node) else []


def _is_argo(node: Mapping) -> bool:
    return str(getattr(node.get("apiVersion"), "value", "")).startswith("argoproj.io/")


def check(node: Mapping, sink: Sink, version: str = NEWEST) -> None:
    """Report what is wrong with a manifest that was read from a file, for a version of Argo."""
    data = go_mapping(node)
    kind = str(data.get("kind"))
    if kind in KINDS:
        found = find_problems(data)
        report(found if found else find_newer(data, version), node, sink)
    elif kind not in _OTHERS and (near := did_you_mean(kind, KINDS)):
        report((Finding("unsupported-kind", f"Argo has no kind `{kind}`", ("kind",), near),), node, sink)
