"""Finding what can be validated: pipelines by `tasks`, components by `implementation`, Argo's by `apiVersion`."""

from typing import Literal

from yamlflow.source import Mapping, Node

Kind = Literal["pipeline", "component", "argo", ""]


def kind_of(node: Node) -> Kind:
    """Return what a document is by its keys, "" when it is none of ours."""
    if not isinstance(node, Mapping):
        return ""
    version = getattr(node.get("apiVersion"), "value", "")
    if isinstance(version, str) and version.startswith("argoproj.io/") and "kind" in node:
        return "argo"
    if "apiVersion" in node:
        return ""
    if "implementation" in node:
        return "component"
    return "pipeline" if "tasks" in node else ""


def is_object(node: Node) -> bool:
    """Whether a document is an object of Kubernetes."""
    return isinstance(node, Mapping) and "apiVersion" in node and "kind" in node


def looks_like_ours(text: str) -> bool:
    """Whether a text that is no valid YAML was meant to be one of ours, by the keys at the start of its lines."""
    lines = text.splitlines()
    return any(line.startswith(("tasks:", "implementation:", "apiVersion: argoproj.io/")) for line in lines)
