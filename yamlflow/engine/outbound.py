"""Where a node ends: the nodes that what comes after it is attached to."""

from yamlflow.engine.node import CONTAINER, DAG, POD, RETRY, STEPS, TASK_GROUP
from yamlflow.engine.state import State


def outbound_of(state: State, node_id: str) -> list[str]:
    """Return the ids of the nodes that a node ends in."""
    node = state.nodes[node_id]
    if node.memo and node.memo["hit"]:
        return [] if node.kind == RETRY else [node_id]
    if node.kind == TASK_GROUP:
        return [item for child in node.children for item in outbound_of(state, child)] or [node_id]
    if node.kind == RETRY:
        return node.children[-1:]
    if node.kind in (STEPS, DAG):
        return [item for below in node.outbound for item in outbound_of(state, below)]
    containers = [item for item in node.children if node.kind == POD and state.nodes[item].kind == CONTAINER]
    return _last_containers(state, containers) if containers else [node_id]


def _last_containers(state: State, containers: list[str]) -> list[str]:
    """Return the containers of a pod that no other one waits for."""
    found: dict[str, None] = {}
    queue = list(containers)
    while queue:
        at = queue.pop(0)
        after = [item for item in state.nodes[at].children if state.nodes[item].boundary == state.nodes[at].boundary]
        queue += after
        if not after:
            found[at] = None
    return list(found)
