"""A run's nodes as the tree that people think of, from Argo's flat `status.nodes`."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Node = dict[str, Any]
Workflow = dict[str, Any]

BOUNDARIES = ("DAG", "Steps")
GO_ON = "yamlflow-go-on"
"""Template of steps that never run: they end the branch of a failure that is forgiven."""
_PARENTS = ("StepGroup", "Retry")
_ITEM = re.compile(r"^(.*)\((\d+)[:)]")


class Step(NamedTuple):
    """A node and the steps under it, in order."""

    node: Node
    children: list["Step"]

    @property
    def type(self) -> str:
        """Argo's type of the node."""
        return str(self.node.get("type", ""))

    @property
    def phase(self) -> str:
        """Argo's phase of the node; `Pending` while it has none."""
        return self.node.get("phase") or "Pending"


def build(workflow: Workflow) -> list[Step]:
    """Return the roots: the entry, then exit handler and hooks. Nests by boundary, step group and retry, as Argo."""
    nodes: dict[str, Node] = (workflow.get("status") or {}).get("nodes") or {}
    steps = {key: Step(node, []) for key, node in nodes.items()}
    looped = {match[1] for node in nodes.values() if (match := _ITEM.match(node.get("name", "")))}
    parents = {key: node.get("children") or () for key, node in nodes.items() if node.get("type") in _PARENTS}
    adopted = {child: key for key, children in parents.items() for child in children}
    roots: list[Step] = []
    for key in sorted(steps, key=lambda key: _order(nodes[key])):
        node = nodes[key]
        if node.get("type") == "Container" or node.get("templateName") == GO_ON:
            continue
        if node.get("type") == "TaskGroup" and node.get("name") in looped:
            continue
        parent = steps.get(adopted.get(key) or node.get("boundaryID") or "")
        (parent.children if parent else roots).append(steps[key])
    name = workflow.get("metadata", {}).get("name")
    return sorted(roots, key=lambda step: step.node.get("name") != name)


def _order(node: Node) -> tuple[bool, str, str, int, str]:
    """Sort by start (what has not started is last), then name, items of a loop by their number."""
    started = node.get("startedAt") or ""
    name = node.get("displayName", "")
    match = _ITEM.match(name)
    return (not started, started, match[1] if match else name, int(match[2]) if match else -1, name)


class Row(NamedTuple):
    """A step as a line of a view: what only holds others together is left out."""

    depth: int
    name: str
    """As Argo displays it."""
    path: str
    """With the names of the groups around it."""
    step: Step
    leaf: bool
    tries: int
    """How often it was tried, where it may be retried; else 0."""

    @property
    def worker(self) -> Node:
        """The node whose pod did the work: of a retried step the last attempt."""
        return self.step.children[-1].node if self.tries else self.step.node


def rows(workflow: Workflow) -> Iterator[Row]:
    """Yield the lines of a run's tree, from the top."""
    for index, root in enumerate(build(workflow)):
        name = root.node.get("displayName", "")
        if index == 0:
            yield from _inside(root, 0, "") if root.type in BOUNDARIES else _row(root, 0, name, "")
        else:
            yield from _row(root, 0, name.removeprefix(workflow["metadata"]["name"] + "."), "")


def _inside(step: Step, depth: int, path: str) -> Iterator[Row]:
    for child in step.children:
        if child.type == "StepGroup":
            yield from _inside(child, depth, path)
        else:
            yield from _row(child, depth, child.node.get("displayName", ""), path)


def _row(step: Step, depth: int, name: str, path: str) -> Iterator[Row]:
    """Yield a step, under it the attempts before the last one, and what is inside."""
    full = f"{path}.{name}" if path else name
    tries = len(step.children) if step.type == "Retry" else 0
    inner = step.children[-1] if tries else step
    group = inner.type in BOUNDARIES
    yield Row(depth, name, full, step, not group, tries)
    for attempt in step.children[: tries - 1] if tries else ():
        yield from _row(attempt, depth + 1, attempt.node.get("displayName", ""), path)
    if group:
        yield from _inside(inner, depth + 1, full)
