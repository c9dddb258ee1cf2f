"""How much of a manifest a cluster takes: told before it is sent there."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from yamlflow.diagnostics import Diagnostic

_CODE = "manifest-too-large"
_REQUEST = 3 << 19  # what etcd takes at once
_RUN = 1 << 20  # what Argo's controller keeps of a run
_ANNOTATIONS = 1 << 18
_TEMPLATES = 200
_SHOWN = 3
_PARTS = (
    "tasks of one component share a template, whatever their arguments; parts can become WorkflowTemplates"
    " (`render --as WorkflowTemplate`), called by `template: {ref: NAME/NAME}`"
)
_OFFLOAD = "or have Argo keep the status in a database: `persistence: {nodeStatusOffLoad: true}` of its controller"


class _Found(NamedTuple):
    message: str
    refused: bool
    notes: tuple[str, ...]


def find_oversize(manifests: Sequence[dict[str, Any]], path: str, *, submitted: bool = False) -> list[Diagnostic]:
    """Return what is too large for a cluster; what it would refuse is an error, if it is about to be `submitted`."""
    return [
        Diagnostic(
            _CODE, "error" if submitted and item.refused else "warning", item.message, None, "", item.notes, path=path
        )
        for manifest in manifests
        for item in _oversize(manifest)
    ]


def _oversize(manifest: dict[str, Any]) -> Iterator[_Found]:
    size, templates = _size(manifest), _templates(manifest)
    if size > _REQUEST:
        message = f"the manifest has {size:,} bytes as JSON, {size - _REQUEST:,} more than Kubernetes takes"
        yield _Found(message, True, (_PARTS, _largest(templates)))
    elif size > _RUN:
        message = f"the manifest has {size:,} bytes as JSON; Argo keeps {_RUN:,} of a run and its status"
        yield _Found(message, False, (_PARTS, _OFFLOAD, _largest(templates)))
    annotations = manifest["metadata"].get("annotations") or {}
    size = sum(len(f"{name}{text}".encode()) for name, text in annotations.items())
    if size > _ANNOTATIONS:
        message = f"the annotations have {size:,} bytes, {size - _ANNOTATIONS:,} more than Kubernetes takes"
        yield _Found(message, True, (f"the longest is `{max(annotations, key=lambda name: len(annotations[name]))}`",))
    if len(templates) > _TEMPLATES:
        message = f"the manifest has {len(templates)} templates; Argo 4, as it is installed, takes {_TEMPLATES}"
        yield _Found(message, False, (_PARTS,))


def _largest(templates: list[dict[str, Any]]) -> str:
    sizes = sorted(((_size(item), str(item.get("name"))) for item in templates), reverse=True)
    return "the largest templates: " + ", ".join(f"`{name}` {size:,}" for size, name in sizes[:_SHOWN])


def _templates(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    spec = manifest["spec"]
    return (spec.get("workflowSpec") or spec).get("templates") or []


def _size(data: object) -> int:
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())
