"""Going on with a run that has failed: what failed is forgotten, what is around it is open again."""

from collections.abc import Callable
from typing import Any, NamedTuple

from yamlflow.argo.ids import node_id
from yamlflow.argo.phases import RUNNING, SKIPPED, SUCCEEDED, UNSUCCESSFUL
from yamlflow.argo.reach import reached
from yamlflow.engine.node import CONTAINER, DAG, HTTP, POD, RETRY, SKIPPED_TYPE, STEP_GROUP, STEPS, TASK_GROUP, Node

_GROUPS = frozenset({STEPS, STEP_GROUP, DAG, TASK_GROUP, RETRY})
_EXPANDED = frozenset({STEP_GROUP, TASK_GROUP})


class Changed(NamedTuple):
    """The nodes of a run that goes on: those that stay, and the ids of those that are forgotten."""

    kept: list[Node]
    forgotten: set[str]


def go_back(nodes: list[Node], name: str, chosen: Callable[[dict[str, Any]], bool], *, expand: bool) -> Changed:
    """Forget what has failed or was `chosen`, and what came after; `expand` forgets the children of open groups too."""
    by_id = {node.id: node for node in nodes}
    handler = f"{name}.onExit"

    def followers(node: str) -> list[str]:
        return by_id[node].children

    forgotten = {node.id for node in nodes if node.name.startswith(handler)}
    picked = {node.id for node in nodes if chosen(node.status())}
    for node in nodes:
        failed = node.kind not in _GROUPS and node.phase in UNSUCCESSFUL and not _is_forgiven(by_id, node, picked)
        if (failed or node.id in picked) and node.id not in forgotten:
            first = _whole(by_id, node)
            forgotten |= reached([first.id], followers).keys()
    opened: set[str] = set()
    for item in list(forgotten):
        at = by_id.get(by_id[item].owner)
        while at is not None and at.id not in opened:
            opened.add(at.id)
            at = by_id.get(at.owner)
    opened -= forgotten
    for item in opened:
        below = by_id[item].children
        again = [child for child in below if by_id[child].hooked or (expand and by_id[item].kind in _EXPANDED)]
        forgotten |= reached(again, followers).keys()
    kept = [node for node in nodes if node.id not in forgotten]
    for node in kept:
        node.children = [child for child in node.children if child not in forgotten]
        node.outbound = [item for item in node.outbound if item not in forgotten]
        if node.id in opened:
            _open(node)
    return Changed(kept, forgotten)


def _is_forgiven(by_id: dict[str, Node], node: Node, picked: set[str]) -> bool:
    """Whether a run went on after a node that failed: what came after it, or a later attempt, has succeeded."""
    first = _whole(by_id, node) if node.retried else node
    hooks = (f"{first.name}.onExit", f"{first.name}.hooks.")
    after = [by_id[item] for item in reached(first.children, lambda at: by_id[at].children)]
    return any(item.phase == SUCCEEDED and item.id not in picked and not item.name.startswith(hooks) for item in after)


def _whole(by_id: dict[str, Node], node: Node) -> Node:
    """Return the Retry node of an attempt, or the pod of a container."""
    owner = by_id.get(node.owner)
    while owner is not None and (node.retried or node.kind == CONTAINER):
        node, owner = owner, by_id.get(owner.owner)
    return node


def _open(node: Node) -> None:
    node.phase = RUNNING
    node.message = ""
    node.finished = None
    node.outputs = None
    node.outbound = []
    node.call.pop("settled", None)


def move(changed: Changed, old: str, new: str) -> list[Node]:
    """Give the nodes that stay the names and ids of another run; what a pod did is done."""
    ids = {node.id: node_id(new, new + node.name.removeprefix(old)) for node in changed.kept}
    for node in changed.kept:
        original = node.id
        node.name = new + node.name.removeprefix(old)
        node.display = new + node.display.removeprefix(old) if node.display.startswith(old) else node.display
        node.id = ids[original]
        node.boundary, node.owner = ids.get(node.boundary, ""), ids.get(node.owner, "")
        node.children = [ids[item] for item in node.children]
        node.outbound = [ids[item] for item in node.outbound]
        node.scope = f"local/{new}" if node.scope == f"local/{old}" else node.scope
        if "hookOf" in node.call:
            node.call["hookOf"] = ids[node.call["hookOf"]]
        if node.kind in (POD, HTTP) and node.phase == SUCCEEDED:
            node.kind, node.phase, node.message = SKIPPED_TYPE, SKIPPED, f"original pod: {original}"
    return changed.kept
