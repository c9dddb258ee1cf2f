"""The phase in which a DAG ends, worked out as Argo's controller does it."""

from collections import deque
from collections.abc import Iterable

from yamlflow.argo.phases import COMPLETED, SUCCEEDED, UNSUCCESSFUL
from yamlflow.engine.groups import Step, forgives
from yamlflow.engine.node import RETRY, Node
from yamlflow.engine.state import State


def assess(state: State, dag: Node, targets: Iterable[Step]) -> str:
    """Return the phase of a DAG whose tasks are all over.

    What was skipped or omitted takes the phase of the branch that it ends; a failure wins where branches meet.
    """
    branch = {f"{dag.name}.{task['name']}": "" for task in targets}
    queue = deque((child, SUCCEEDED) for child in dag.children)
    seen = set(queue)
    while queue:
        at, phase = queue.popleft()
        node = state.nodes[at]
        if node.phase in COMPLETED:
            phase = node.phase
        if node.name in branch and branch[node.name] not in UNSUCCESSFUL:
            branch[node.name] = phase
        for child in _next(state, node):
            if (child, phase) not in seen:
                seen.add((child, phase))
                queue.append((child, phase))
    for task in targets:
        phase = branch[f"{dag.name}.{task['name']}"]
        if phase in UNSUCCESSFUL and not forgives(task, phase):
            return phase
    return SUCCEEDED


def _next(state: State, node: Node) -> list[str]:
    """Return what comes after a node; the attempts of a Retry node do not count, what follows them does."""
    if node.kind != RETRY:
        return node.children
    found: list[str] = []
    for item in reversed(node.children):
        child = state.nodes[item]
        found.extend([child.id] if child.hooked else child.children)
    return found
