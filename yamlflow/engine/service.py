"""The engine's loop: it waits until something happens, and has the run brought forward."""

import contextlib
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from yamlflow.argo.phases import ERROR, SUCCEEDED
from yamlflow.engine.artifacts.keys import Keys
from yamlflow.engine.artifacts.repository import Repository
from yamlflow.engine.beside import Beside
from yamlflow.engine.clock import Clock
from yamlflow.engine.events import Started
from yamlflow.engine.garbage import MENTION
from yamlflow.engine.home import RunFolder, artifacts_folder, claims_folder, remove_folder
from yamlflow.engine.notices import has_limits, notices
from yamlflow.engine.objects import Objects, Secrets, index
from yamlflow.engine.reconcile import end_at_once
from yamlflow.engine.runners import sandbox as sandboxes
from yamlflow.engine.runners.cgroups import Cgroups
from yamlflow.engine.runners.guard import Guard
from yamlflow.engine.runners.host import Host, describe_host
from yamlflow.engine.runners.jobs import Jobs
from yamlflow.engine.runners.launch import Launcher
from yamlflow.engine.runners.launching import Launching
from yamlflow.engine.runners.process import PodRunner
from yamlflow.engine.runners.protocol import Report
from yamlflow.engine.runners.settings import Settings
from yamlflow.engine.runners.volumes import Volumes
from yamlflow.engine.state import State
from yamlflow.engine.stepper import Confidence, Stepper
from yamlflow.engine.store.errors import StoreError
from yamlflow.engine.store.shared import kept_in
from yamlflow.engine.store.store import Row, Store

if TYPE_CHECKING:
    from yamlflow.engine.masking import Masker
    from yamlflow.engine.resources.cluster import Cluster, Runs

_GATHER = 0.01  # how long the news that a program has started may wait for the news that it has ended
_LONGEST_WAIT = 60.0
_AT_LEAST_AT_ONCE = 32


class Surroundings(NamedTuple):
    """Where a run is and what came along with it, for the runs that it starts itself."""

    home: str
    namespace: str
    options: dict[str, Any]
    environment: dict[str, str]
    secrets: Secrets


class Service:
    """One engine: one run, from its state in the store to its end."""

    def __init__(
        self,
        home: str,
        uid: str,
        probe: int | None,
        environment: dict[str, str],
        given: Secrets,
        connect: "Callable[[Surroundings], Runs]",
        guard: Guard,
    ) -> None:
        self._home = home
        self._uid = uid
        self._folder = RunFolder(home, uid)
        self._store = Store(home)
        row = self._store.by_uid(uid)
        if row is None:
            raise StoreError(f"there is no run {uid}")
        import json

        self._options: dict[str, Any] = json.loads(row.options)
        self._has_garbage = MENTION in row.manifest + row.options
        secrets = {name: dict(values) for name, values in given.items()}
        self._secrets = secrets
        self._masker = _masker(secrets) if secrets else None
        self._state = read_state(self._store, row, self._objects(row))
        self._fresh = not row.phase
        self._known = self._store.artifacts(uid)
        repository = Repository(artifacts_folder(home))
        bucket = self._state.repository.bucket if self._state.repository is not None else None
        keys = Keys(repository, self._known, lambda: kept_in(home, row.namespace), bucket)
        self._selector = selectors.DefaultSelector()
        self._guard = guard
        self._now = Clock(self._state.latest)
        self._beside = Beside(self._store, home, row.namespace, uid, self._now)
        self._pending: list[Report] = []
        self._pending_since = 0.0
        self._leaving = False
        self._claims = claims_folder(home, row.namespace)
        wanted = self._options.get("sandbox", True)
        found = sandboxes.finish_probe(probe)
        remove_folder(os.path.join(self._folder.path, "probe"))
        if not self._fresh:
            sandboxes.end_orphans(self._folder.work)
            repository.clear_left()
        self._sandbox = found if wanted else None
        host = describe_host(environment, home, tuple(self._options.get("hide") or ()))
        limit = max(_AT_LEAST_AT_ONCE, 8 * (os.cpu_count() or 1))
        self._cgroups = Cgroups(uid) if has_limits(self._state.spec, self._state.objects) else None
        volumes = Volumes(self._claims, uid)
        self._runner = PodRunner(
            self._folder,
            self._launcher(host, volumes),
            repository,
            keys,
            self._selector,
            volumes,
            Settings(host.name, limit, self._masker, secrets),
        )
        around = Surroundings(home, row.namespace, self._options, environment, secrets)
        objects = self._state.objects

        def cluster() -> "Cluster":
            from yamlflow.engine.resources.cluster import Cluster

            return Cluster(home, row.namespace, uid, objects, secrets, connect(around))

        self._stepper = Stepper(
            *(uid, self._state, self._store, self._beside, self._runner, self._known, self._now),
            Confidence(secrets, self._masker),
            Jobs(self._state, keys, secrets, repository, cluster),
        )
        self._listen()
        self._notices = notices(
            *(self._state.spec, self._state.objects, self._options, host.path),
            sandboxed=self._sandbox is not None,
            cgroups=self._cgroups,
        )

    def _launcher(self, host: Host, volumes: Volumes) -> Launching:
        """Return what starts the programs of tasks."""
        chosen = self._options.get("containers")
        if not chosen:
            self._guard.take_charge()
            return Launcher(host, self._sandbox, self._cgroups)
        self._guard.leave()
        from yamlflow.engine.runners.containers.launcher import ContainerLauncher
        from yamlflow.engine.runners.containers.program import containers

        program = containers(chosen["program"], chosen["options"], host.own_environment)
        daemons = any(template.get("daemon") for template in self._state.spec.get("templates") or ())
        return ContainerLauncher(
            program, self._uid, self._folder.work, volumes.secrets_of, fresh=self._fresh, daemons=daemons
        )

    def _objects(self, row: Row) -> Objects:
        """Return what stands beside the run: what came along with it hides what is in the store."""
        return index([*self._store.objects(row.namespace), *(self._options.get("along") or [])])

    def _listen(self) -> None:
        """Be woken by children that end, and by people who ask for something."""
        read_end, write_end = os.pipe()
        for end in (read_end, write_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._leave)
        self._selector.register(read_end, selectors.EVENT_READ, lambda: _drain(read_end))
        with contextlib.suppress(FileExistsError):
            os.mkfifo(self._folder.bell, 0o600)
        bell = os.open(self._folder.bell, os.O_RDWR | os.O_NONBLOCK)
        self._selector.register(bell, selectors.EVENT_READ, lambda: self._bell(bell))

    def _leave(self, *_: object) -> None:
        """The machine is shut down, or somebody ends the engine: another one will go on with the run."""
        self._leaving = True

    def _bell(self, bell: int) -> None:
        _drain(bell)
        self._beside.try_again()
        self._stepper.look_for_requests()

    def run(self) -> int:
        """Run until the workflow has ended and none of its programs is left."""
        try:
            self._store.begin(self._uid)
            if self._notices and self._fresh:
                self._store.note(self._uid, self._now(), "notice", self._notices)
            self._stepper.begin()
            while not self._leaving and (not self._state.final or self._runner.busy):
                self._wait()
                self._work()
            if not self._leaving:
                self._remove_claims()
            self._collect_garbage()
            return 0
        except StoreError as error:
            if not error.full:
                raise
            return self._give_up(str(error))
        except Exception as error:
            self._print_traceback()
            return self._give_up(f"the engine failed: {type(error).__name__}: {error}; see {self._folder.log}")
        finally:
            self._runner.close()
            self._tidy()

    def _print_traceback(self) -> None:
        import traceback

        text = traceback.format_exc()
        with contextlib.suppress(OSError):
            print(self._masker.text(text) if self._masker else text, file=sys.stderr)

    def _collect_garbage(self) -> None:
        """Remove the artifacts that were to be kept for the time of the run only."""
        if self._has_garbage:
            from yamlflow.engine.garbage import collect_garbage

            collect_garbage(self._state, self._store, Repository(artifacts_folder(self._home)), self._secrets)

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
        if (again := self._beside.next_try()) is not None:
            times.append(again - time.monotonic())
        if self._stepper.has_news or self._runner.has_news:
            times.append(0.0)
        else:
            self._runner.tidy()
        longest = max(0.0, min(times))
        ready = self._selector.select(longest)
        for key, _ in ready:
            key.data()
        if not ready and longest > 1.0:  # who asked for something may have ended before ringing the bell
            self._stepper.look_for_requests()

    def _work(self) -> None:
        """Hand what has happened to the core."""
        if self._leaving:  # programs may have ended because the whole machine does
            return
        if (again := self._beside.next_try()) is not None and again <= time.monotonic():
            self._beside.look_for_locks()
        reports = self._runner.reports()
        if reports and not self._pending:
            self._pending_since = time.monotonic()
        self._pending += reports
        timer = self._state.next_timer()
        due = timer is not None and timer <= self._now()
        if not self._stepper.has_news and not due and not self._ripe():
            return
        reports, self._pending = self._pending, []
        self._stepper.step(reports)
        self._runner.put_away()

    def _ripe(self) -> bool:
        """Whether what has been reported must be handled now."""
        if not self._pending:
            return False
        if any(not isinstance(report.event, Started) for report in self._pending):
            return True
        return time.monotonic() >= self._pending_since + _GATHER

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
        with contextlib.suppress(OSError):
            os.unlink(self._folder.bell)
        remove_folder(self._folder.work)
        with contextlib.suppress(OSError):
            os.unlink(self._folder.reserve)


def read_state(store: Store, row: Row, objects: Objects) -> State:
    """Return a run as the store has it."""
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
