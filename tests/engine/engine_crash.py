"""Engines that end at a write of the store, and those that go on from its file; tasks and time are simulated."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from engine_normal import normal_nodes

from yamlflow.argo.phases import FINAL
from yamlflow.engine.artifacts.repository import Stored
from yamlflow.engine.artifacts.transfer import Transfer
from yamlflow.engine.beside import Beside
from yamlflow.engine.events import Ended, Ready, Started
from yamlflow.engine.node import SUSPEND
from yamlflow.engine.objects import index
from yamlflow.engine.runners.protocol import Report
from yamlflow.engine.service import read_state
from yamlflow.engine.stepper import Confidence, Stepper
from yamlflow.engine.store.store import Store

UID = "u"


class Crash(BaseException):
    """The engine ends here."""


class Plan:
    """At which writes engines end, counted over all engines of a run: before the commit, or behind it."""

    def __init__(self, *ends: tuple[int, bool]) -> None:
        self.ends = dict(ends)
        self.writes = 0


class EndingStore(Store):
    """A store whose engine ends at a write."""

    def __init__(self, home: str, plan: Plan) -> None:
        super().__init__(home)
        self._plan = plan

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """End the engine when it is time."""
        self._plan.writes += 1
        behind = self._plan.ends.get(self._plan.writes)
        with super().writing() as db:
            yield db
            if behind is False:
                raise Crash
        if behind:
            raise Crash


class World:
    """What stays when an engine ends: time, what tasks have done, what people have asked for."""

    def __init__(self, outcomes: dict[str, dict[str, Any]]) -> None:
        self.outcomes = outcomes
        self.now = 1_767_323_045.0
        self.begun: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.asked: set[str] = set()


class Tasks:
    """A runner whose tasks take virtual time; with the engine they end, and nothing came of them."""

    def __init__(self, world: World, state: Any) -> None:
        self._world = world
        self._state = state
        self.running: dict[str, float] = {}
        self._reports: list[Report] = []

    def start(self, name: str, make: Callable[[], Any]) -> None:
        """Begin a task, once."""
        make()
        node = self._state.nodes[name]
        assert node.id not in self.running, f"{node.name} is begun while it runs"
        outcome = self._outcome(node)
        for other in self.running:
            held = outcome.get("alone")
            assert not held or self._outcome(self._state.nodes[other]).get("alone") != held, "two hold one lock"
        self._world.begun[node.name] += 1
        self.running[node.id] = self._world.now + outcome.get("seconds", 1)
        read = [
            Transfer(node.id, item["name"], item["s3"]["key"], Stored("d", 1, "file"))
            for item in (node.inputs or {}).get("artifacts") or []
        ]
        self._reports.append(Report(Started(node.id, "host"), tuple(read)))
        if "ready" in outcome:
            self._reports.append(Report(Ready(node.id, outcome["ready"])))

    ask = start

    def _outcome(self, node: Any) -> dict[str, Any]:
        keys = (node.name, node.display, node.template)
        return next((self._world.outcomes[key] for key in keys if key in self._world.outcomes), {})

    def refuse(self, node: str, message: str) -> None:
        """Say that a task cannot be begun."""
        self._reports.append(Report(Ended(node, None, error=message)))

    def kill(self, node: str) -> None:
        """End a task."""
        if self.running.pop(node, None) is not None:
            self._reports.append(Report(Ended(node, 143)))

    def next_end(self) -> float | None:
        """Return when the next task ends."""
        return min(self.running.values(), default=None)

    def reports(self) -> list[Report]:
        """Return what has happened."""
        for node_id, end in list(self.running.items()):
            if end <= self._world.now:
                del self.running[node_id]
                self._reports.append(self._end(self._state.nodes[node_id]))
        found, self._reports = self._reports, []
        return found

    def _end(self, node: Any) -> Report:
        self._world.done[node.name] += 1
        outcome = self._outcome(node)
        outputs = {key: outcome[key] for key in ("parameters", "result") if key in outcome}
        written: tuple[Transfer, ...] = ()
        if "artifact" in outcome:
            name, key = outcome["artifact"], f"wf/{node.id}/{outcome['artifact']}.tgz"
            outputs["artifacts"] = [{"name": name, "path": f"/tmp/{name}", "s3": {"key": key}}]
            written = (Transfer(node.id, name, key, Stored("d", 1, "file")),)
        code = None if "error" in outcome else outcome.get("code", 0)
        return Report(Ended(node.id, code, outputs, error=outcome.get("error", "")), (), written)

    def tidy(self) -> None:
        """Nothing is left."""

    def next_time(self) -> float | None:
        """Nothing is waited for."""
        return None

    def close(self) -> None:
        """End all."""
        self.running.clear()


class Life(NamedTuple):
    """One engine."""

    home: str
    world: World
    store: Store
    state: Any
    tasks: Tasks
    stepper: Stepper

    def run(self) -> None:
        """Run to the end of the workflow, or of the engine."""
        self.store.begin(UID)
        self.stepper.begin()
        while not self.state.final or self.tasks.running:
            reports = self.tasks.reports()
            timer = self.state.next_timer()
            if reports or self.stepper.has_news or (timer is not None and timer <= self.world.now):
                self.stepper.step(reports)
                continue
            if self._go_on():
                continue
            times = [time for time in (timer, self.tasks.next_end()) if time is not None]
            assert times, "nothing can happen, and the run is not over"
            self.world.now = max(self.world.now, min(times))

    def _go_on(self) -> bool:
        """Have a person end the waiting of suspended nodes; nobody asks twice."""
        waiting = [node for node in self.state.nodes.values() if node.kind == SUSPEND and node.active]
        waiting = [node for node in waiting if node.display == "ask" and node.name not in self.world.asked]
        with closing(Store(self.home)) as store:
            for node in waiting:
                store.ask(UID, "resume", {"nodes": [node.id]})
                self.world.asked.add(node.name)
        self.stepper.look_for_requests()
        return bool(waiting)


def submit(home: str, spec: dict[str, Any], objects: Iterable[dict[str, Any]] = ()) -> None:
    """Store a run that nobody has begun."""
    metadata = {"name": "wf", "namespace": "kubeflow", "uid": UID, "creationTimestamp": "2026-01-02T03:04:05Z"}
    with closing(Store(home)) as store:
        assert store.create({"metadata": metadata, "spec": spec}, 0.0, {"along": list(objects)})


def live(home: str, world: World, plan: Plan, objects: Iterable[dict[str, Any]] = ()) -> bool:
    """Let an engine take up the run; return whether it came to the end."""
    store = EndingStore(home, plan)
    try:
        row = store.by_uid(UID)
        assert row is not None
        state = read_state(store, row, index(objects))
        known = store.artifacts(UID)
        beside = Beside(store, home, "kubeflow", UID, lambda: world.now)
        tasks = Tasks(world, state)
        stepper = Stepper(UID, state, store, beside, tasks, known, lambda: world.now, Confidence({}, None), _NoJobs())
        Life(home, world, store, state, tasks, stepper).run()
    except Crash:
        return False
    finally:
        store.close()
    return True


class _NoJobs:
    """In these runs all nodes run programs."""

    def of(self, node: Any, now: float) -> None:
        """Nothing else is to be done."""


def ended(home: str) -> set[str]:
    """Return the names of the nodes that are over, as the store knows it."""
    with closing(Store(home)) as store:
        return {item["name"] for item in store.node_statuses(UID) if item["phase"] in FINAL}


def outcome(home: str) -> dict[str, Any]:
    """Return all that is left of a run, times and ids aside."""
    with closing(Store(home)) as store:
        row = store.by_uid(UID)
        assert row is not None
        status = store.node_statuses(UID)
        with store.writing() as db:
            locks = db.execute("SELECT name, node FROM locks").fetchall()
            requests = db.execute("SELECT kind FROM requests").fetchall()
            cache = db.execute("SELECT name, key, outputs FROM cache ORDER BY name, key").fetchall()
        lineage = sorted(map(str, store.lineage(UID)))
    nodes = normal_nodes({item["id"]: item for item in status})
    left = {"locks": locks, "requests": requests, "cache": cache, "lineage": lineage}
    return {"phase": row.phase, "nodes": nodes, "artifacts": sorted(store_keys(home)), **left}


def store_keys(home: str) -> Iterator[str]:
    """Yield the keys of the artifacts of the run."""
    with closing(Store(home)) as store:
        yield from store.artifacts(UID)
