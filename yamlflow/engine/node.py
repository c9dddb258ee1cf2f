"""One node of a run, as Argo's `status.nodes` shows it, and what the engine must know to go on with it."""

from typing import Any

from yamlflow.argo.durations import format_rfc3339, parse_rfc3339
from yamlflow.argo.phases import FINAL, PENDING, RUNNING

POD = "Pod"
STEPS = "Steps"
STEP_GROUP = "StepGroup"
DAG = "DAG"
TASK_GROUP = "TaskGroup"
RETRY = "Retry"
SKIPPED_TYPE = "Skipped"
SUSPEND = "Suspend"
CONTAINER = "Container"
HTTP = "HTTP"

EXECUTED = frozenset({POD, CONTAINER, HTTP, SUSPEND})
"""Types of nodes that do work themselves, and count in the progress."""

_PLAIN = (
    ("templateName", "template"),
    ("templateRef", "template_ref"),
    ("templateScope", "scope"),
    ("phase", "phase"),
    ("boundaryID", "boundary"),
    ("message", "message"),
    ("podIP", "ip"),
    ("progress", "progress"),
    ("memoizationStatus", "memo"),
    ("synchronizationStatus", "synchronization"),
)


class Node:
    """A node. `owner` is the id of the node that made it and goes on when it ends; `call` is what made it."""

    __slots__ = (
        "boundary",
        "call",
        "children",
        "daemoned",
        "display",
        "finished",
        "flag",
        "host",
        "id",
        "inputs",
        "ip",
        "kind",
        "memo",
        "message",
        "name",
        "outbound",
        "outputs",
        "owner",
        "phase",
        "progress",
        "scope",
        "seq",
        "started",
        "synchronization",
        "template",
        "template_ref",
    )

    def __init__(self, id: str, name: str, kind: str, phase: str, started: float) -> None:
        self.id = id
        self.name = name
        self.kind = kind
        self.phase = phase
        self.started = started
        self.finished: float | None = None
        self.display = name
        self.template = ""
        self.template_ref: dict[str, Any] | None = None
        self.scope = ""
        self.boundary = ""
        self.message = ""
        self.host = ""
        self.ip = ""
        self.progress = ""
        self.memo: dict[str, Any] | None = None
        self.synchronization: dict[str, Any] | None = None
        self.inputs: dict[str, Any] | None = None
        self.outputs: dict[str, Any] | None = None
        self.children: list[str] = []
        self.outbound: list[str] = []
        self.daemoned = False
        self.flag: dict[str, bool] | None = None
        self.owner = ""
        self.call: dict[str, Any] = {}
        self.seq = 0

    @property
    def fulfilled(self) -> bool:
        """Whether those who wait for the node may go on."""
        return self.phase in FINAL or (self.daemoned and self.phase != PENDING)

    @property
    def inner_scope(self) -> str:
        """The scope in which the names in its template count."""
        return str(self.call.get("inner", self.scope))

    @property
    def template_name(self) -> str:
        """The name of its template, as that of its pod has it."""
        return str((self.template_ref or {}).get("template") or self.template)

    @property
    def active(self) -> bool:
        """Whether the node is pending or running."""
        return self.phase in (PENDING, RUNNING)

    @property
    def waits_for_locks(self) -> bool:
        """Whether the node has not begun because of its mutexes or semaphores."""
        return bool(self.call.get("locks")) and not self.call.get("locked")

    @property
    def hooked(self) -> bool:
        """Whether the node is a hook of another one."""
        return bool(self.flag and self.flag.get("hooked"))

    @property
    def retried(self) -> bool:
        """Whether the node is an attempt of a Retry node."""
        return bool(self.flag and self.flag.get("retried"))

    def status(self) -> dict[str, Any]:
        """Return the node as Argo's NodeStatus, of progress only what it has said itself."""
        out: dict[str, Any] = {"id": self.id, "name": self.name, "displayName": self.display, "type": self.kind}
        out.update({key: value for key, slot in _PLAIN if (value := getattr(self, slot))})
        out["startedAt"] = format_rfc3339(self.started, fraction=True)
        out["finishedAt"] = None if self.finished is None else format_rfc3339(self.finished, fraction=True)
        if self.daemoned:
            out["daemoned"] = True
        if self.flag is not None:
            out["nodeFlag"] = self.flag
        if self.inputs:
            out["inputs"] = self.inputs
        if self.outputs:
            out["outputs"] = self.outputs
        if self.children:
            out["children"] = self.children
        if self.outbound:
            out["outboundNodes"] = self.outbound
        if self.host:
            out["hostNodeName"] = self.host
        return out

    def private(self) -> dict[str, Any]:
        """Return what only the engine needs."""
        return {"owner": self.owner, **({"call": self.call} if self.call else {})}


def restore(status: dict[str, Any], private: dict[str, Any], seq: int) -> Node:
    """Make a node from what the store kept."""
    node = Node(status["id"], status["name"], status["type"], status["phase"], parse_rfc3339(status["startedAt"]))
    for key, slot in _PLAIN:
        setattr(node, slot, status.get(key, getattr(node, slot)))
    finished = status.get("finishedAt")
    node.finished = parse_rfc3339(finished) if finished else None
    node.display = status["displayName"]
    node.daemoned = bool(status.get("daemoned"))
    node.flag = status.get("nodeFlag")
    node.inputs = status.get("inputs")
    node.outputs = status.get("outputs")
    node.children = status.get("children", [])
    node.outbound = status.get("outboundNodes", [])
    node.host = status.get("hostNodeName", "")
    node.owner = private.get("owner", "")
    node.call = private.get("call", {})
    node.seq = seq
    return node
