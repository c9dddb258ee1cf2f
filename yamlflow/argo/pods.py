"""Which pods a run has, and which of them belong to a step."""

from typing import Any

from yamlflow.argo.ids import pod_name

Workflow = dict[str, Any]
Node = dict[str, Any]

_FORMAT = "workflows.argoproj.io/pod-name-format"
_INSIDE = (".", "[", "(")


def pod_of(workflow: Workflow, node: Node) -> str:
    """Return the name of a node's pod; "" for a node without one."""
    if node.get("type") != "Pod":
        return ""
    metadata = workflow["metadata"]
    if (metadata.get("annotations") or {}).get(_FORMAT) == "v1":
        return str(node["id"])
    template = (node.get("templateRef") or {}).get("template") or node.get("templateName") or ""
    return pod_name(metadata["name"], node["name"], template)


def nodes_of(workflow: Workflow, task: str) -> list[Node]:
    """Return the nodes that a person means by a task: those with this display name, full name or id."""
    nodes: dict[str, Node] = (workflow.get("status") or {}).get("nodes") or {}
    return [node for key, node in nodes.items() if task in (key, node.get("displayName"), node["name"])]


def pods_of(workflow: Workflow, task: str | None = None) -> dict[str, Node]:
    """Return pods with their nodes: all, or those of a task (of a group, loop or retry: all that is inside)."""
    nodes: dict[str, Node] = (workflow.get("status") or {}).get("nodes") or {}
    found = {pod: node for node in nodes.values() if (pod := pod_of(workflow, node))}
    if task is None:
        return found
    names = tuple(node["name"] for node in nodes_of(workflow, task))
    inside = tuple(name + mark for name in names for mark in _INSIDE)
    return {pod: node for pod, node in found.items() if node["name"] in names or node["name"].startswith(inside)}
