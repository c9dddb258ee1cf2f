"""Argo manifests as they are: checked, with run parameters put in."""

from typing import Any

from yamlflow.app.parameters import Parameters
from yamlflow.argo.check import check
from yamlflow.argo.goyaml import go_mapping
from yamlflow.argo.view import View
from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.source import Mapping
from yamlflow.source.fields import place


def compile_manifest(
    node: Mapping, parameters: Parameters, version: str, sink: Sink, *, to_run: bool = True
) -> dict[str, Any] | None:
    """Return an Argo manifest as plain data with run parameters in its arguments; only a Workflow is there `to_run`."""
    kind = node.get("kind")
    if to_run and getattr(kind, "value", "") != "Workflow":
        sink.error("unsupported-kind", "only a Workflow can run", place(kind or node))
        return None
    check(node, sink, version)
    if sink.failed:
        return None
    manifest: dict[str, Any] = go_mapping(node)
    manifest.setdefault("metadata", {})
    _put_in(manifest, parameters, sink)
    return manifest


def _put_in(manifest: dict[str, Any], parameters: Parameters, sink: Sink) -> None:
    arguments = (View(manifest).spec.get("arguments") or {}).get("parameters") or []
    by_name = {item["name"]: item for item in arguments}
    for name, parameter in parameters.items():
        if name not in by_name:
            sink.error(
                "unknown-parameter",
                f"the workflow has no parameter `{name}`",
                parameter.key,
                did_you_mean(name, by_name),
                path=f"-p {name}",
            )
            continue
        by_name[name].pop("valueFrom", None)
        by_name[name]["value"] = parameter.text
