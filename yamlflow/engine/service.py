"""The engine's loop: what happened goes into the core; what it decides is stored, then done."""

import contextlib
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from yamlflow.argo.phases import ERROR, SUCCEEDED
from yamlflow.engine.artifacts.repository import Repository
from yamlflow.engine.beside import Beside
from yamlflow.engine.events import (
    Action,
    Ended,
    Event,
    Kill,
    Ready,
    Resume,
    SetNodes,
    Shutdown,
    Start,
    Started,
    Suspend,
)
from yamlflow.engine.home import RunFolder, artifacts_folder, claims_folder, remove_folder
from yamlflow.engine.node import HTTP
from yamlflow.engine.objects import Objects, Secrets, index
from yamlflow.engine.reconcile import Changes, end_at_once, reconcile, resume_stored
from yamlflow.engine.request import request_of
from yamlflow.engine.runners import sandbox as sandboxes
from yamlflow.engine.runners.host import describe_host
from yamlflow.engine.runners.launch import Launcher
from yamlflow.engine.runners.process import ProcessRunner, Settings
from yamlflow.engine.runners.protocol import Report
from yamlflow.engine.runners.volumes import Volumes
from yamlflow.engine.scope import SubstitutionError
from yamlflow.engine.state import State
from yamlflow.engine.store.store import Row, Store, StoreError
from yamlflow.engine.task import task_of

if TYPE_CHECKING:
    from yamlflow.engine.masking import Masker

_GATHER = 0.01  # how long the news that a program has started may wait for the news that it has ended
_LONGEST_WAIT = 60.0
_REQUESTS: dict[str, Callable[[dict[str, Any]], Event]] = {
    "resume": lambda data: Resume(tuple(data["nodes"])),
    "set": lambda data: SetNodes(tuple(data["nodes"]), data["phase"], data["message"], data["outputs"]),
    "suspend": lambda _: Suspend(),
}
_AT_LEAST_AT_ONCE = 32


class Service:
    """One engine: one run, from its state in the store to its end."""

    def __init__(self, home: str, uid: str, probe: int | None, environment: dict[str, str], secrets: Secrets) -> None:
        self._home = home
        self._uid = uid
        self._folder = RunFolder(home, uid)
        self._store = Store(home)
        row = self._store.by_uid(uid)
        if row is None:
            raise StoreError(f"there is no run {uid}")
        import json

        self._options: dict[str, Any] = json.loads(row.options)
        self._secrets = secrets
        self._masker = _masker(secrets) if secrets else None
        self._state = _read_state(self._store, row, self._objects(row))
        self._fresh = not row.phase
        self._known = self._store.artifacts(uid)
        self._selector = selectors.DefaultSelector()
        self._beside = Beside(self._store, home, row.namespace, uid, self._now)
        self._clock = time.time() - time.monotonic()
        self._pending: list[Report] = []
        self._pending_since = 0.0
        self._request = ""
        self._answered = 0
        self._claims = claims_folder(home, row.namespace)
        self._listen()
        wanted = self._options.get("sandbox", True)
        found = sandboxes.finish_probe(probe)
        remove_folder(os.path.join(self._folder.path, "probe"))
        self._sandbox = found if wanted else None
        host = describe_host(environment, home, tuple(self._options.get("hide") or ()))
        limit = max(_AT_LEAST_AT_ONCE, 8 * (os.cpu_count() or 1))
        self._runner = ProcessRunner(
            self._folder,
            Launcher(host, self._sandbox),
            Repository(artifacts_folder(home)),
            self._known,
            self._selector,
            Volumes(self._claims, uid),
            Settings(host.name, self._state.name, limit, self._masker, secrets),
        )
        self._notices = _notices(self._state.spec, self._options, sandboxed=self._sandbox is not None)

    def _objects(self, row: Row) -> Objects:
        """Return what stands beside the run: what came along with it hides what is in the store."""
        return index([*self._store.objects(row.namespace), *(self._options.get("along") or [])])

    def _now(self) -> float:
        """Return the time; it never goes back while the engine lives."""
        return self._clock + time.monotonic()

    def _listen(self) -> None:
        """Be woken by children that end, and by people who ask for something."""
        read_end, write_end = os.pipe()
        for end in (read_end, write_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._ask("Terminate"))
        self._selector.register(read_end, selectors.EVENT_READ, lambda: _drain(read_end))
        with contextlib.suppress(FileExistsError):
            os.mkfifo(self._folder.bell, 0o600)
        bell = os.open(self._folder.bell, os.O_RDWR | os.O_NONBLOCK)
        self._selector.register(bell, selectors.EVENT_READ, lambda: self._bell(bell))
        self._ask(self._store.request_of(self._uid))

    def _ask(self, request: str) -> None:
        if request and request != self._state.shutdown:
            self._request = request

    def _bell(self, bell: int) -> None:
        _drain(bell)
        self._beside.try_again()
        self._asked()
        self._ask(self._store.request_of(self._uid))

    def _asked(self) -> None:
        """Take what people have asked for since the last time."""
        for number, kind, data in self._store.asked(self._uid):
            if number > self._answered:
                self._answered = number
                self._beside.answers.append(_REQUESTS[kind](data))

    def run(self) -> int:
        """Run until the workflow has ended and none of its programs is left."""
        try:
            self._store.begin(self._uid)
            if self._notices and self._fresh:
                self._store.note(self._uid, self._now(), "notice", self._notices)
            if self._fresh:
                self._step([])
            else:
                self._take(resume_stored(self._state, self._now()), [])
            self._asked()
            while not self._state.final or self._runner.busy:
                self._wait()
                self._work()
            self._remove_claims()
            return 0
        except StoreError as error:
            if not error.full:
                raise
            return self._give_up(str(error))
        except Exception as error:
            import traceback

            traceback.print_exc()
            return self._give_up(f"the engine failed: {type(error).__name__}: {error}; see {self._folder.log}")
        finally:
            self._runner.close()
            self._tidy()

    def _remove_claims(self) -> None:
        """Remove the claims that the run made for itself, where nobody wants to look at them."""
        state = self._state
        strategy = (state.spec.get("volumeClaimGC") or {}).get("strategy") or "OnWorkflowSuccess"
        if state.phase == SUCCEEDED or strategy == "OnWorkflowCompletion":
            for claim in state.own_claims():
                remove_folder(os.path.join(self._claims, claim))

    def _wait(self) -> None:
        times = [_LONGEST_WAIT]
        timer = self._state.next_timer()
        if timer is not None:
            times.append(timer - self._now())
        limit = self._runner.next_time()
        if limit is not None:
            times.append(limit - time.monotonic())
        if self._pending:
            times.append(self._pending_since + _GATHER - time.monotonic())
        if self._request or self._runner.has_news or self._beside.answers:
            times.append(0.0)
        else:
            self._runner.tidy()
        for key, _ in self._selector.select(max(0.0, min(times))):
            key.data()

    def _work(self) -> None:
        """Hand what has happened to the core."""
        reports = self._runner.reports()
        if reports and not self._pending:
            self._pending_since = time.monotonic()
        self._pending += reports
        timer = self._state.next_timer()
        due = timer is not None and timer <= self._now()
        if not self._request and not due and not self._beside.answers and not self._ripe():
            return
        reports, self._pending = self._pending, []
        self._step(reports)

    def _ripe(self) -> bool:
        """Whether what has been reported must be handled now."""
        if not self._pending:
            return False
        if any(not isinstance(report.event, Started) for report in self._pending):
            return True
        return time.monotonic() >= self._pending_since + _GATHER

    def _step(self, reports: list[Report]) -> None:
        events: list[Event] = [self._without_secrets(report.event) for report in reports]
        events += self._beside.answers
        self._beside.answers = []
        if self._request:
            events.append(Shutdown(self._request))
            self._request = ""
        self._take(reconcile(self._state, events, self._now()), reports)

    def _without_secrets(self, event: Started | Ready | Ended) -> Started | Ready | Ended:
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
        state = self._state
        read = [item for report in reports for item in report.read]
        written = [item for report in reports for item in report.written]
        self._known.update({item.key: item.stored for item in written})
        workflow = (state.phase, state.status, state.shutdown) if changes.workflow else None
        if changes.nodes or workflow or read or written:
            try:
                self._store.apply(self._uid, changes.nodes, workflow, read, written, self._answered)
            except StoreError as error:
                if not error.full:
                    raise
                self._runner.tidy()  # what finished tasks have left may be what fills the disk
                self._store.apply(self._uid, changes.nodes, workflow, read, written, self._answered)
        for action in actions:
            if isinstance(action, Start):
                self._start(action.node)
            elif isinstance(action, Kill):
                self._runner.kill(action.node)
            else:
                self._beside.do(action)

    def _start(self, node_id: str) -> None:
        node = self._state.nodes[node_id]
        try:
            if node.kind == HTTP:
                self._runner.ask(request_of(self._state, node, self._now(), self._secrets))
            else:
                self._runner.start(task_of(self._state, node, self._now(), self._secrets))
        except SubstitutionError as error:
            self._runner.refuse(node_id, str(error))

    def _give_up(self, message: str) -> int:
        """End the run because the engine cannot go on."""
        message = self._masker.text(message) if self._masker else message
        self._runner.close()
        self._tidy()
        with contextlib.suppress(OSError):
            print(message, file=sys.stderr)
        end_at_once(self._state, ERROR, message, self._now())
        state = self._state
        with contextlib.suppress(StoreError):
            self._store.apply(self._uid, state.nodes.values(), (state.phase, state.status, state.shutdown))
        return 1

    def _tidy(self) -> None:
        """Remove what only a running engine needs."""
        for path in (self._folder.bell, self._folder.reserve):
            with contextlib.suppress(OSError):
                os.unlink(path)
        remove_folder(self._folder.work)


def _read_state(store: Store, row: Row, objects: Objects) -> State:
    import json

    manifest = json.loads(row.manifest)
    if row.shutdown:
        manifest["spec"]["shutdown"] = row.shutdown
    status = json.loads(row.status)
    if "suspend" in status:
        manifest["spec"]["suspend"] = status["suspend"]
    state = State(manifest, status, objects)
    for node in store.nodes(row.uid):
        state.add(node)
    return state


def _masker(secrets: Secrets) -> "Masker":
    from yamlflow.engine.masking import Masker

    return Masker(value for values in secrets.values() for value in values.values())


def _drain(fd: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(fd, 4096):
            pass


def _notices(spec: dict[str, Any], options: dict[str, Any], *, sandboxed: bool) -> list[str]:
    """Return what the user should know about how the run is done here."""
    notices = []
    if options.get("sandbox", True) and not sandboxed:
        notices.append(
            "no sandbox: bubblewrap does not work here, so tasks see your files, and their paths are moved to others"
        )
    templates = spec.get("templates") or []
    used = {
        item[kind]["image"]
        for item in templates
        for kind in ("container", "script")
        if "image" in (item.get(kind) or {})
    }
    if used:
        notices.append(f"images are not used; the programs of this machine run instead of {', '.join(sorted(used))}")
    if options.get("leftOut"):
        notices.append(f"not in force on this machine: {', '.join(options['leftOut'])}")
    return notices
