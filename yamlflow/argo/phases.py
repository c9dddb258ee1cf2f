"""Phases of workflows and nodes, in Argo's words."""

PENDING = "Pending"
RUNNING = "Running"
SUCCEEDED = "Succeeded"
SKIPPED = "Skipped"
FAILED = "Failed"
ERROR = "Error"
OMITTED = "Omitted"

FINAL = frozenset({SUCCEEDED, SKIPPED, FAILED, ERROR, OMITTED})
"""Phases that never change again (of a workflow only the first, third and fourth occur)."""

UNSUCCESSFUL = frozenset({FAILED, ERROR})
COMPLETED = frozenset({SUCCEEDED, FAILED, ERROR})
"""Phases of a node that did run."""


def is_final(phase: str) -> bool:
    """Whether a phase never changes again."""
    return phase in FINAL
