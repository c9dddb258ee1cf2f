"""Where a node ends: the nodes that what comes after it is attached to."""

from yamlflow.engine.node import DAG, RETRY, STEPS, TASK_GROUP
from yamlflow.engine.state import State


def outbound_of(state: State, node_id: str) -> list[str]:
    """Return the ids of the nodes that a node ends in."""
    node = state.nodes[node_id]
    if node.kind == TASK_GROUP:
        return [item for child in node.children for item in outbound_of(state, child)] or [node_id]
    if node.kind == RETRY:
        return node.children[-1:]
    if node.kind in (STEPS, DAG):
        return [item for below in node.outbound for item in outbound_of(state, below)]
    return [node_id]
