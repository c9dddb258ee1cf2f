"""What the operators use to change a run: making nodes, marking them, linking them."""

from collections import deque
from typing import Any, NamedTuple

from yamlflow.argo.ids import node_id
from yamlflow.argo.phases import ERROR, FINAL, SUCCEEDED
from yamlflow.engine.events import Action, Kill, Release
from yamlflow.engine.node import CONTAINER, DAG, POD, RETRY, STEPS, Node
from yamlflow.engine.scope import Scope
from yamlflow.engine.state import State

_FEW = 8
_MANY = 256


class Call(NamedTuple):
    """A template is to be run as a node. `holder` is the step, task or hook that asks for it."""

    name: str
    holder: dict[str, Any]
    arguments: dict[str, Any]
    owner: str
    boundary: str
    scope: str
    place: str = ""
    on_exit: bool = False
    hooked: bool = False
    retried: bool = False
    inner: str = ""


class ExecutionError(Exception):
    """A template could not be run; a node that says so was made."""


class Run:
    """One pass over a run: its state, the time, and what has been decided so far."""

    def __init__(self, state: State, now: float) -> None:
        self.state = state
        self.now = now
        self.actions: list[Action] = []
        self.ended: deque[str] = deque()
        self.raised: dict[str, str] = {}

    def create(self, call: Call, kind: str, phase: str, message: str = "") -> Node:
        """Make a node for a call."""
        state = self.state
        waiting = state.node(call.name)
        if waiting is not None:
            return self._let_in(waiting, kind, phase, message)
        node = Node(node_id(state.name, call.name), call.name, kind, phase, self.now)
        boundary = state.nodes.get(call.boundary)
        if boundary is not None:
            node.display = _display(call.name.removeprefix(boundary.name))
        node.template = call.holder.get("template") or ""
        node.template_ref = call.holder.get("templateRef")
        node.scope = call.scope
        node.boundary = call.boundary
        node.owner = call.owner
        node.message = message
        node.call = _remember(call)
        flags = {"hooked": call.hooked, "retried": call.retried}
        node.flag = {key: True for key, on in flags.items() if on} or None
        node.seq = len(state.nodes)
        state.add(node)
        self.touch(node)
        if phase in FINAL:
            node.finished = self.now
            self.ended.append(node.id)
        return node

    def _let_in(self, node: Node, kind: str, phase: str, message: str) -> Node:
        """Begin with a node that has waited for its locks."""
        self.state.count(node, -1)
        node.kind = kind
        node.call["locked"] = True
        self.state.count(node, 1)
        node.synchronization = None
        self.mark(node, phase, message)
        return node

    def mark(self, node: Node, phase: str, message: str | None = None) -> None:
        """Set the phase of a node; those who wait for it are told when it is the last one."""
        state = self.state
        was_final = node.phase in FINAL
        state.count(node, -1)
        node.phase = phase
        state.count(node, 1)
        if message is not None:
            node.message = message
        if phase in FINAL and not was_final:
            node.daemoned = False
            state.daemons.discard(node.id)
            if node.finished is None:
                node.finished = self.now
            state.memos.pop(node.id, None)
            self.ended.append(node.id)
            if node.call.get("locks"):
                state.granted.discard(node.id)
                self.actions.append(Release(node.id))
            if node.memo and node.kind != RETRY:
                from yamlflow.engine.memo import keep

                keep(self, node)
            if node.kind == POD and node.children:
                self._end_containers(node)
            elif node.kind in (STEPS, DAG) and state.daemons:
                self.end_daemons(node.id)
        self.touch(node)

    def fail(self, node: Node, error: Exception) -> None:
        """End a node with an error that those who wait for it are told, as Argo's calls return it."""
        self.raised[node.id] = str(error)
        self.mark(node, ERROR, str(error))

    def _end_containers(self, pod: Node) -> None:
        for node in [self.state.nodes[item] for item in container_ids(self.state, pod)]:
            if node.active:
                self.mark(node, ERROR, "container deleted")

    def daemonize(self, node: Node) -> None:
        """Let those who wait for a daemon go on: it can be used."""
        node.daemoned = True
        self.state.daemons.add(node.id)
        self.ended.append(node.id)
        self.touch(node)

    def end_daemons(self, boundary: str | None) -> None:
        """End the daemons of a Steps or DAG node, or all."""
        for node in [self.state.nodes[item] for item in sorted(self.state.daemons)]:
            if boundary is None or node.boundary == boundary:
                if node.kind == POD:
                    self.kill(node)
                self.mark(node, SUCCEEDED)

    def touch(self, node: Node) -> None:
        """Note that a node has changed."""
        self.state.changed[node.id] = node

    def touch_workflow(self) -> None:
        """Note that the workflow itself has changed."""
        self.state.workflow_changed = True

    def link(self, parent: Node, child: str, *, found_again: bool = False) -> None:
        """Make a node (by id) a child of another one, once.

        Where it is `found_again` after a restart, not each one has a long list of children stored anew.
        """
        if len(parent.children) > _FEW:
            known: set[str] | None = self.state.child_sets.get(parent.id)
            if known is None:
                known = self.state.child_sets[parent.id] = set(parent.children)
            if child in known:
                return
            known.add(child)
        elif child in parent.children:
            return
        parent.children.append(child)
        count = len(parent.children)
        if not found_again or count < _MANY or count % (1 << count.bit_length() - 5) == 0:
            self.touch(parent)

    def kill(self, node: Node) -> None:
        """Have the program of a pod ended."""
        self.actions.append(Kill(node.id))

    def scope_of(self, node: Node) -> Scope:
        """Return what the texts of a steps or dag template may name, its own steps and tasks apart."""
        from yamlflow.engine.globals import globals_layer
        from yamlflow.engine.inputs import input_layer
        from yamlflow.engine.variables import locals_layer

        return Scope(input_layer(node.inputs), locals_layer(self.state, node), globals_layer(self.state, self.now))


def container_ids(state: State, pod: Node) -> list[str]:
    """Return the ids of the nodes of a pod's containers."""
    found: dict[str, None] = {}
    queue = list(pod.children)
    while queue:
        at = queue.pop()
        node = state.nodes[at]
        if at not in found and node.kind == CONTAINER and node.boundary == pod.id:
            found[at] = None
            queue.extend(node.children)
    return list(found)


def _display(name: str) -> str:
    """Cut `.` or `[i].` from the front of what is left of a name without its boundary's."""
    if name.startswith("["):
        head, dot, rest = name.partition("].")
        return rest if dot and head[1:].isdigit() else name
    return name.removeprefix(".")


def _remember(call: Call) -> dict[str, Any]:
    """Return what is needed to find the template of a node again."""
    kept: dict[str, Any] = {}
    if "inline" in call.holder:
        kept["inline"] = call.holder["inline"]
    if call.place:
        kept["place"] = call.place
        kept["holder"] = call.holder.get("name", "")
    if call.inner and call.inner != call.scope:
        kept["inner"] = call.inner
    if call.on_exit:
        kept["onExit"] = True
    return kept


def holder_of(node: Node) -> dict[str, Any]:
    """Return the holder of a node's template, as far as finding the template needs it."""
    holder: dict[str, Any] = {"name": node.call.get("holder", ""), "template": node.template}
    if node.template_ref:
        holder["templateRef"] = node.template_ref
    if "inline" in node.call:
        holder["inline"] = node.call["inline"]
    return holder
