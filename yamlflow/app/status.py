"""Facts about a run or a node: its state in a word, its times, its progress."""

from typing import Any

from yamlflow.app.tree import Node, Workflow
from yamlflow.argo import phases, pods
from yamlflow.argo.durations import parse_rfc3339

PHASES = (phases.PENDING, phases.RUNNING, phases.SUCCEEDED, phases.FAILED, phases.ERROR)
"""What the phase of a run may be."""


def status_of(workflow: Workflow) -> dict[str, Any]:
    """Return the status of a run; empty while the controller has not seen it."""
    return workflow.get("status") or {}


def phase_of(workflow: Workflow) -> str:
    """Return the run's phase; `Pending` while it has none."""
    return status_of(workflow).get("phase") or "Pending"


def state_of(workflow: Workflow) -> str:
    """Return the run's state as `argo list` words it."""
    phase = phase_of(workflow)
    if phase == "Running" and _suspended(workflow):
        return "Running (Suspended)"
    if phase == "Failed" and (workflow.get("spec") or {}).get("shutdown"):
        return "Failed (Terminated)"
    return phase


def _suspended(workflow: Workflow) -> bool:
    if (workflow.get("spec") or {}).get("suspend"):
        return True
    nodes = (status_of(workflow).get("nodes") or {}).values()
    return any(node.get("type") == "Suspend" and node.get("phase") == "Running" for node in nodes)


def is_final(workflow: Workflow) -> bool:
    """Whether the run has ended."""
    return phases.is_final(phase_of(workflow))


def seconds(time: str | None) -> float | None:
    """Return a time as seconds since 1970; None when it is not set."""
    return parse_rfc3339(time) if time else None


def duration(part: Node, now: float) -> float | None:
    """Return how long a node (or the status of a run) took, or takes until now; None before its start."""
    started = seconds(part.get("startedAt"))
    if started is None:
        return None
    return max(0.0, (seconds(part.get("finishedAt")) or now) - started)


def given_parameters(workflow: Workflow) -> list[tuple[str, str]]:
    """Return the arguments of a run that have a value."""
    arguments = (workflow.get("spec") or {}).get("arguments") or {}
    return [(item["name"], str(item["value"])) for item in arguments.get("parameters") or () if "value" in item]


def pod_of(workflow: Workflow, node: Node) -> str:
    """Return the name of a node's pod; "" for a node without one."""
    return pods.pod_of(workflow, node)
