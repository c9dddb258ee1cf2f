"""The memory of a run: the workflow as it was submitted, its nodes, and what is known of them by counting."""

import heapq
from typing import Any

from yamlflow.argo.durations import parse_rfc3339
from yamlflow.argo.ids import node_id
from yamlflow.argo.images import known_images
from yamlflow.argo.phases import FINAL, UNSUCCESSFUL
from yamlflow.argo.templaterefs import LOCAL, merged_spec
from yamlflow.engine.node import DAG, POD, STEPS, Node
from yamlflow.engine.objects import CLAIM, Objects
from yamlflow.engine.place import repository_of
from yamlflow.engine.templates import Templates

_COUNTED = frozenset({POD, STEPS, DAG})


class State:
    """Everything that `reconcile` reads and changes. It holds no clock and does no I/O."""

    def __init__(
        self, manifest: dict[str, Any], status: dict[str, Any] | None = None, objects: Objects | None = None
    ) -> None:
        metadata = manifest["metadata"]
        self.objects: Objects = objects or {}
        self.manifest = manifest
        self.spec: dict[str, Any] = merged_spec(manifest["spec"], self.objects)
        self.name: str = metadata["name"]
        self.objects |= {(CLAIM, name): {"kind": CLAIM, "metadata": {"name": name}} for name in self.own_claims()}
        self.images = known_images(self.objects.values())
        self.namespace: str = metadata.get("namespace", "")
        self.uid: str = metadata.get("uid", "")
        self.repository = repository_of(self.spec, self.namespace, self.objects)
        self.status: dict[str, Any] = status if status is not None else {}
        self.nodes: dict[str, Node] = {}
        self.templates = Templates(self.spec, self.objects)
        self.memos: dict[str, Any] = {}
        self.cache: dict[Any, Any] = {}
        self.child_sets: dict[str, set[str]] = {}
        self.timers: list[tuple[float, str]] = []
        self.blocked: dict[str, None] = {}
        self.active_pods = 0
        self.active_children: dict[str, int] = {}
        self.failed_children: dict[str, int] = {}
        self.active_child_pods: dict[str, int] = {}
        self.daemons: set[str] = set()
        self.answers: dict[tuple[str, str], dict[str, Any] | None] = {}
        self.asked: set[tuple[str, str]] = set()
        self.granted: set[str] = set()
        self.changed: dict[str, Node] = {}
        self.workflow_changed = False

    @property
    def phase(self) -> str:
        """The phase of the workflow; "" before it began."""
        return str(self.status.get("phase", ""))

    @property
    def final(self) -> bool:
        """Whether the workflow has ended."""
        return self.phase in FINAL

    @property
    def began(self) -> float:
        """When the workflow began."""
        return parse_rfc3339(self.status["startedAt"])

    @property
    def latest(self) -> float:
        """The last time that was noted in the run."""
        times = [time for node in self.nodes.values() for time in (node.started, node.finished) if time is not None]
        return max(times, default=0.0)

    @property
    def shutdown(self) -> str:
        """How a person ended the run: "", `Stop` or `Terminate`."""
        return str(self.spec.get("shutdown") or "")

    @property
    def scope(self) -> str:
        """The scope of the workflow's own templates."""
        return LOCAL if self.manifest["spec"].get("workflowTemplateRef") else f"{LOCAL}{self.name}"

    def own_claims(self) -> dict[str, str]:
        """Return the claims that the run makes for itself, with the names of their volumes."""
        listed = self.spec.get("volumeClaimTemplates") or []
        return {f"{self.name}-{item['metadata']['name']}": item["metadata"]["name"] for item in listed}

    def node(self, name: str) -> Node | None:
        """Return a node by its full name."""
        return self.nodes.get(node_id(self.name, name))

    def add(self, node: Node) -> None:
        """Take in a node, new or from the store."""
        self.nodes[node.id] = node
        if node.daemoned:
            self.daemons.add(node.id)
        self.count(node, 1)

    def count(self, node: Node, by: int) -> None:
        """Add a node to the counts of its phase, or take it out (`by` -1) before its phase changes."""
        if node.kind not in _COUNTED:
            return
        at = node.boundary
        if node.active:
            self.active_children[at] = self.active_children.get(at, 0) + by
            if node.kind == POD and not node.waits_for_locks:
                self.active_pods += by
                self.active_child_pods[at] = self.active_child_pods.get(at, 0) + by
        elif node.phase in UNSUCCESSFUL:
            self.failed_children[at] = self.failed_children.get(at, 0) + by

    def set_timer(self, at: float, node: str) -> None:
        """Have a node looked at again at a time; "" is the workflow itself."""
        heapq.heappush(self.timers, (at, node))

    def next_timer(self) -> float | None:
        """Return when something is due, or None."""
        return self.timers[0][0] if self.timers else None

    def due(self, now: float) -> list[str]:
        """Take out and return the ids whose time has come."""
        ids = []
        while self.timers and self.timers[0][0] <= now:
            ids.append(heapq.heappop(self.timers)[1])
        return ids
