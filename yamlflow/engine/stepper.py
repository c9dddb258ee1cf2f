"""One step of a run: what happened goes into the core; what it decides is stored, then done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from yamlflow.engine.artifacts.repository import Stored
from yamlflow.engine.beside import Beside
from yamlflow.engine.events import (
    Action,
    Ended,
    Event,
    Kill,
    Resume,
    SetNodes,
    Shutdown,
    Start,
    Suspend,
)
from yamlflow.engine.objects import Secrets
from yamlflow.engine.reconcile import Changes, reconcile, resume_stored
from yamlflow.engine.runners.jobs import Jobs
from yamlflow.engine.runners.protocol import Report, Runner, Told
from yamlflow.engine.scope import SubstitutionError
from yamlflow.engine.state import State
from yamlflow.engine.store.errors import StoreError
from yamlflow.engine.store.store import Store
from yamlflow.engine.task import task_of

if TYPE_CHECKING:
    from yamlflow.engine.masking import Masker

_REQUESTS: dict[str, Callable[[dict[str, Any]], Event]] = {
    "resume": lambda data: Resume(tuple(data["nodes"])),
    "set": lambda data: SetNodes(tuple(data["nodes"]), data["phase"], data["message"], data["outputs"]),
    "suspend": lambda _: Suspend(),
}


class Confidence(NamedTuple):
    """The secrets of a run, and what hides their values; None when there are none."""

    secrets: Secrets
    masker: "Masker | None"


class Stepper:
    """Brings one run forward: the only one that changes its state, and its rows in the store."""

    def __init__(
        self,
        uid: str,
        state: State,
        store: Store,
        beside: Beside,
        runner: Runner,
        known: dict[str, Stored],
        clock: Callable[[], float],
        confidence: Confidence,
        jobs: Jobs,
    ) -> None:
        self._uid = uid
        self._state = state
        self._store = store
        self._beside = beside
        self._runner = runner
        self._known = known
        self._clock = clock
        self._secrets, self._masker = confidence
        self._jobs = jobs
        self._request = ""
        self._answered = 0

    def begin(self) -> None:
        """Take the first step of a run, or go on with one that was read from the store."""
        self.look_for_requests()
        if self._state.phase:
            self._take(resume_stored(self._state, self._clock()), [])
        else:
            self.step([])

    @property
    def has_news(self) -> bool:
        """Whether there is something to be handled besides what the runner reports."""
        return bool(self._request or self._beside.answers)

    def shut_down(self, strategy: str) -> None:
        """Have the run ended in the next step."""
        if strategy and strategy != self._state.shutdown:
            self._request = strategy

    def look_for_requests(self) -> None:
        """Take what people have asked for since the last time."""
        for number, kind, data in self._store.asked(self._uid):
            if number > self._answered:
                self._answered = number
                self._beside.answers.append(_REQUESTS[kind](data))
        self.shut_down(self._store.request_of(self._uid))

    def step(self, reports: list[Report]) -> None:
        """Hand what has happened to the core, and do what it decides."""
        events: list[Event] = [self._without_secrets(report.event) for report in reports]
        events += self._beside.answers
        self._beside.answers = []
        if self._request:
            events.append(Shutdown(self._request))
            self._request = ""
        self._take(reconcile(self._state, events, self._clock()), reports)

    def _without_secrets(self, event: Told) -> Told:
        """Hide the values of secrets in what is going to be stored."""
        if self._masker is None or not isinstance(event, Ended):
            return event
        mask = self._masker
        outputs = cast(dict[str, Any] | None, mask.data(event.outputs))
        containers = tuple((name, code, mask.text(failure)) for name, code, failure in event.containers)
        failure, error = mask.text(event.failure), mask.text(event.error)
        return event._replace(outputs=outputs, failure=failure, error=error, containers=containers)

    def _take(self, decided: tuple[Changes, list[Action]], reports: list[Report]) -> None:
        """Store what was decided, then do it."""
        changes, actions = decided
        self._known.update({item.key: item.stored for report in reports for item in report.written})
        try:
            self._keep(changes, actions, reports)
        except StoreError as error:
            if not error.full:
                raise
            self._runner.tidy()  # what finished tasks have left may be what fills the disk
            self._keep(changes, actions, reports)
        for action in actions:
            if isinstance(action, Start):
                self._start(action.node)
            elif isinstance(action, Kill):
                self._runner.kill(action.node)
            else:
                self._beside.do(action)

    def _keep(self, changes: Changes, actions: list[Action], reports: list[Report]) -> None:
        """Store a step whole or not at all."""
        state = self._state
        read = [item for report in reports for item in report.read]
        written = [item for report in reports for item in report.written]
        workflow = (state.phase, state.status, state.shutdown) if changes.workflow else None
        if changes.nodes or workflow or read or written:
            also = self._beside.kept(actions)
            self._store.apply(self._uid, changes.nodes, workflow, read, written, self._answered, also)

    def _start(self, node_id: str) -> None:
        node = self._state.nodes[node_id]
        try:
            job = self._jobs.of(node, self._clock())
            if job is not None:
                self._runner.ask(node_id, job)
            else:
                self._runner.start(node_id, lambda: task_of(self._state, node, self._clock(), self._secrets))
        except SubstitutionError as error:
            self._runner.refuse(node_id, str(error))
