"""What is to be done for a `resource` template."""

from typing import Any, NamedTuple

from yamlflow.argo.durations import format_rfc3339
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.node import Node
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.pods import pod_scope
from yamlflow.engine.run import Run
from yamlflow.engine.scope import fill_data
from yamlflow.engine.state import State


class ResourceRequest(NamedTuple):
    """An action of kubectl, what is waited for, and what is read then. `mark` tells this attempt from all others."""

    node: str
    mark: str
    action: str
    manifest: str
    source: dict[str, Any] | None
    flags: tuple[str, ...]
    merge: str
    owner: dict[str, Any] | None
    success: str
    failure: str
    outputs: tuple[dict[str, Any], ...]


def request_of(state: State, node: Node, now: float) -> ResourceRequest:
    """Return the request of a node; SubstitutionError when it cannot be filled in."""
    run = Run(state, now)
    template = template_of(run, node)
    scope = pod_scope(run, node)
    resource = fill_data(template["resource"], scope)
    wanted = ((resource.get("manifestFrom") or {}).get("artifact") or {}).get("name")
    artifacts = (node.inputs or {}).get("artifacts") or []
    owner = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "name": state.name, "uid": state.uid}
    outputs = fill_data(template.get("outputs") or {}, scope)
    return ResourceRequest(
        node.id,
        f"{state.uid}/{node.id}/{format_rfc3339(node.started, fraction=True)}",
        str(resource.get("action") or ""),
        plain_text(resource.get("manifest")),
        next((item for item in artifacts if item["name"] == wanted), None) if wanted else None,
        tuple(plain_text(flag) for flag in resource.get("flags") or []),
        str(resource.get("mergeStrategy") or "strategic"),
        {**owner, "controller": True, "blockOwnerDeletion": True} if resource.get("setOwnerReference") else None,
        str(resource.get("successCondition") or ""),
        str(resource.get("failureCondition") or ""),
        tuple(outputs.get("parameters") or []),
    )
