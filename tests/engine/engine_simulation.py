"""The core run without processes and without time: tasks end as a script says, in any order."""

import copy
import heapq
import json
import random
from collections.abc import Iterable
from typing import Any

from yamlflow.engine.clock import Clock
from yamlflow.engine.events import (
    Acquire,
    Acquired,
    Cached,
    Denied,
    Ended,
    Event,
    Keep,
    Kill,
    Look,
    Ready,
    Resume,
    Shutdown,
    Start,
    Started,
)
from yamlflow.engine.node import POD, Node, restore
from yamlflow.engine.objects import index
from yamlflow.engine.reconcile import Changes, reconcile, resume_stored
from yamlflow.engine.state import State
from yamlflow.engine.task import task_of

Outcome = dict[str, Any]


class Simulation:
    """A run whose tasks take the time and give the results that `outcomes` says.

    `outcomes` maps names of nodes, or of templates, to an outcome or a list of them (one for each time that the
    template is run): `code`, `result`, `parameters`, `artifacts`, `error`, `seconds`. All others succeed in a second.
    """

    def __init__(
        self,
        spec: dict[str, Any],
        outcomes: Any = None,
        *,
        seed: int | None = None,
        objects: Iterable[dict[str, Any]] = (),
    ) -> None:
        metadata = {"name": "wf", "namespace": "kubeflow", "uid": "u", "creationTimestamp": "2026-01-02T03:04:05Z"}
        self.manifest = {"metadata": metadata, "spec": copy.deepcopy(spec)}
        self._objects = index(objects)
        self.state = State(copy.deepcopy(self.manifest), objects=dict(self._objects))
        self.now = 1_000_000.0
        self.stored: dict[str, tuple[str, str, int]] = {}
        self.started: list[str] = []
        self.steps = 0
        self._outcomes = outcomes or {}
        self._used: dict[str, int] = {}
        self._random = random.Random(seed) if seed is not None else None
        self._queue: list[tuple[float, float, int, Event]] = []
        self._count = 0
        self._killed: set[str] = set()
        self.cache: dict[tuple[str, str], Any] = {}
        self.most_held = 0
        self.waiting: dict[str, Acquire] = {}
        self.held: set[tuple[str, str]] = set()

    def begin(self) -> None:
        """Take the first step."""
        self.take(reconcile(self.state, [], self.now))

    def run(self, most: int = 10_000) -> State:
        """Run to the end, or until nothing can happen any more."""
        if not self.state.phase:
            self.begin()
        while not self.state.final and self.step():
            assert self.steps < most, "the run goes on for ever"
        return self.state

    def step(self) -> bool:
        """Let the next thing happen; False when nothing will."""
        self.steps += 1
        timer = self.state.next_timer()
        if self._queue and (timer is None or self._queue[0][0] <= timer):
            at, _, _, event = heapq.heappop(self._queue)
            self.now = max(self.now, at)
            self.happen(event)
            return True
        if timer is None:
            return False
        self.now = max(self.now, timer)
        self.take(reconcile(self.state, [], self.now))
        return True

    def happen(self, *events: Event) -> None:
        """Let something happen now."""
        self.take(reconcile(self.state, list(events), self.now))

    def take(self, decided: tuple[Changes, list[Any]]) -> None:
        """Keep what is stored, as the store would, then do what was decided."""
        changes, actions = decided
        for node in changes.nodes:
            self.stored[node.id] = json.dumps(node.status()), json.dumps(node.private()), node.seq
        for action in actions:
            if isinstance(action, Start):
                self._start(self.state.nodes[action.node])
            elif isinstance(action, Kill):
                self._kill(action.node)
            else:
                self._ask(action)

    def _ask(self, action: Any) -> None:
        """Answer for caches and locks, as the store would."""
        if isinstance(action, Look):
            self._push(self.now, Cached(action.cache, action.key, self.cache.get((action.cache, action.key))))
        elif isinstance(action, Keep):
            self.cache[action.cache, action.key] = {"outputs": copy.deepcopy(action.outputs), "created": self.now}
        elif isinstance(action, Acquire):
            self.waiting[action.node] = action
            self._grant()
        else:
            self.held = {(lock, node) for lock, node in self.held if node != action.node}
            self.waiting.pop(action.node, None)
            self._grant()

    def _grant(self) -> None:
        for node, action in list(self.waiting.items()):
            busy = [
                lock
                for lock in action.locks
                if sum(name == lock.name and owner != node for name, owner in self.held) >= lock.limit
            ]
            if busy:
                self._push(self.now, Denied(node, busy[0].name, f"Waiting for {busy[0].name} lock"))
                continue
            self.held |= {(lock.name, node) for lock in action.locks}
            self.most_held = max(self.most_held, len(self.held))
            del self.waiting[node]
            self._push(self.now, Acquired(node))

    def _start(self, node: Node) -> None:
        if node.kind == POD:
            task_of(self.state, node, self.now, {})
        self.started.append(node.name)
        outcome = self._outcome(node)
        self._push(self.now + outcome.get("wait", 0), Started(node.id, "host"))
        outputs = {key: outcome[key] for key in ("parameters", "artifacts") if key in outcome}
        if "result" in outcome:
            outputs["result"] = outcome["result"]
        if "ready" in outcome:
            self._push(self.now + outcome.get("wait", 0), Ready(node.id, outcome["ready"]))
        containers = tuple(map(tuple, outcome.get("containers", ())))
        code = outcome.get("code", 0) if "error" not in outcome or "code" in outcome else None
        ended = Ended(
            node.id,
            code,
            outputs,
            failure=outcome.get("failure", ""),
            error=outcome.get("error", ""),
            containers=containers,
        )
        self._push(self.now + outcome.get("wait", 0) + outcome.get("seconds", 1), ended)

    def _outcome(self, node: Node) -> Outcome:
        for key in (node.name, node.display, node.template):
            if key in self._outcomes:
                found = self._outcomes[key]
                if isinstance(found, list):
                    index = self._used.get(key, 0)
                    self._used[key] = index + 1
                    return found[min(index, len(found) - 1)]
                return found
        return {}

    def _kill(self, node: str) -> None:
        self._queue = [item for item in self._queue if getattr(item[3], "node", "") != node]
        heapq.heapify(self._queue)
        self._push(self.now, Ended(node, 143))

    def _push(self, at: float, event: Event) -> None:
        self._count += 1
        order = self._random.random() if self._random and isinstance(event, Ended) else 0.5
        heapq.heappush(self._queue, (at + (order if self._random else 0), order, self._count, event))

    def plan(self, seconds: float, event: Event) -> None:
        """Have something happen later."""
        self._push(self.now + seconds, event)

    def stop(self, strategy: str) -> None:
        """Have a person end the run."""
        self.happen(Shutdown(strategy))

    def resume(self) -> None:
        """Have a person go on."""
        self.happen(Resume())

    def crash(self, later: float = 0.0) -> None:
        """Lose the engine and its tasks; go on with what was stored, when the machine's clock shows another time."""
        status = json.loads(json.dumps(self.state.status))
        manifest = copy.deepcopy(self.manifest)
        manifest["spec"]["shutdown"] = self.state.shutdown
        self.state = State(manifest, status, dict(self._objects))
        for text, private, seq in sorted(self.stored.values(), key=lambda item: item[2]):
            self.state.add(restore(json.loads(text), json.loads(private), seq))
        self._queue = []
        self.now = Clock(self.state.latest, lambda: self.now + later, lambda: 0.0)()
        self.take(resume_stored(self.state, self.now))

    def statuses(self) -> dict[str, dict[str, Any]]:
        """Return `status.nodes`."""
        return {node.id: node.status() for node in self.state.nodes.values()}
