"""Options whose form is Argo's or Kubernetes' own: kept as they are written, and rendered as they are.

The forms are those of Argo's table of fields: a type, `[form]` for a list, `map`.
A check holds against them what is written.
"""

from yamlflow.diagnostics import Sink
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import Fields

TASK = {
    "affinity": "Affinity",
    "argo": "Template",
    "daemon": "bool",
    "init": "[UserContainer]",
    "metrics": "[Prometheus]",
    "pod": "map",
    "securityContext": "SecurityContext",
    "sidecars": "[UserContainer]",
    "tolerations": "[Toleration]",
}
GROUP = ("argo", "metrics")
"""Those of a task that a group can have too."""

MEMBER = {"argo": "ContainerNode", "securityContext": "SecurityContext"}

PIPELINE = {
    "affinity": "Affinity",
    "argo": "WorkflowSpec",
    "artifacts": "ArtifactRepositoryRef",
    "metrics": "[Prometheus]",
    "pod": "map",
    "securityContext": "PodSecurityContext",
    "tolerations": "[Toleration]",
}

SCHEDULE = {"argo": "CronWorkflowSpec"}

_TAGS = "Argo's own tags can, such as `{{workflow.name}}`"

Shaped = dict[str, Node]


def parse_shaped(owner: Fields, shapes: dict[str, str]) -> Shaped:
    """Return the options of these names that are given."""
    found = {key: node for key in shapes if (node := owner.get(key)) is not None}
    for node in found.values():
        refuse_expressions(node, "an option that goes to Argo as it is", _TAGS, owner.sink)
    return found


def refuse_expressions(node: Node, where: str, note: str, sink: Sink) -> None:
    """Report the expressions in all texts of a node where none can be filled in."""
    if isinstance(node, Scalar):
        refuse_expression(node, where, note, sink)
    children = [entry.value for entry in node] if isinstance(node, Mapping) else []
    for child in node.items if isinstance(node, Sequence) else children:
        refuse_expressions(child, where, note, sink)


def refuse_expression(node: Scalar, where: str, note: str, sink: Sink) -> bool:
    """Report an expression in a text where none can be filled in, and tell whether there is one."""
    at = node.value.find("${{")
    if at >= 0:
        message = f"an expression cannot stand inside {where}"
        sink.error("nested-expression", message, node.at(at, at + 3), notes=(note,))
    return at >= 0
