"""The runs of this machine: where they are, their engines, and what they need to go on."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from yamlflow.argo.phases import FINAL
from yamlflow.engine.home import RunFolder, default_home
from yamlflow.engine.lock import is_held, is_let_go, take_lock
from yamlflow.engine.main import Engine, spawn
from yamlflow.engine.objects import Secrets
from yamlflow.engine.present import present
from yamlflow.engine.references import SecretKey, add_variables, missing
from yamlflow.engine.store.errors import StoreError
from yamlflow.engine.store.store import Row, Store
from yamlflow.targets.protocol import Along, RunNotFoundError, TargetError, Workflow

_MOST_STARTS = 20
_POLL = 0.004
_PATIENCE = 10.0
_ENDING = 1.0
_ENGINE = "yamlflow.targets.local_engine"


class LocalRuns:
    """Runs in the store of a home folder, in one namespace.

    `sandbox=False` runs tasks without bubblewrap. `hide` are folders that tasks must not see, such as the project's.
    `engines` are the processes of the engines that were started, where several targets are to know them.
    """

    def __init__(
        self,
        home: str = "",
        namespace: str = "kubeflow",
        *,
        environment: Mapping[str, str] | None = None,
        sandbox: bool = True,
        hide: Sequence[str] = (),
        engines: set[int] | None = None,
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._home = os.path.abspath(home) if home else default_home(self._environment)
        self.namespace = namespace
        self._options = {"sandbox": sandbox, "hide": [os.path.abspath(item) for item in hide]}
        self._along = Along()
        self._open_store: Store | None = None
        self._engines = set[int]() if engines is None else engines
        self._waiting: dict[str, Engine] = {}

    @property
    def _store(self) -> Store:
        if self._open_store is None:
            with refusals():
                self._open_store = Store(self._home)
        return self._open_store

    def bring(self, along: Along) -> None:
        """Have this come along with what is submitted or gone on with from now on."""
        self._along = along

    def prepare(self) -> None:
        """Have the engine of the next run start now; it waits until the run is submitted."""
        if not self._waiting:
            uid = _new_uid()
            with contextlib.suppress(OSError):  # submitting says what is wrong
                RunFolder(self._home, uid).make()
                self._launch(uid)

    def _next_uid(self) -> str:
        """Return the uid of the next run: that of the engine that waits for one."""
        return next(iter(self._waiting), "") or _new_uid()

    def _launch(self, uid: str) -> bool:
        """Have the engine of a run start; False when there is one already."""
        lock = take_lock(RunFolder(self._home, uid).lock)
        if lock is None:
            return False
        try:
            engine = self._waiting[uid] = spawn(self._home, uid, lock, self._environment, _ENGINE)
            self._engines.add(engine.process)
        finally:
            os.close(lock)
        return True

    def _start_engine(self, uid: str, secrets: Secrets) -> bool:
        """Have the engine of a run work; False when there is one already."""
        self._reap()
        if uid not in self._waiting and not self._launch(uid):
            return False
        self._waiting.pop(uid).let_go(secrets)
        return True

    def _give_up(self, uid: str) -> None:
        """Let the engine end that waits for a run which is not to be."""
        engine = self._waiting.pop(uid, None)
        if engine is not None:
            os.close(engine.gate)

    def _reap(self) -> None:
        """Let go of the engines that this process started and that have ended."""
        for process in list(self._engines):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(process, os.WNOHANG)[0] == 0:
                    continue
            self._engines.discard(process)

    def _row(self, name: str, *, brief: bool = False) -> Row:
        with refusals():
            row = self._store.row(self.namespace, name, brief=brief)
        if row is None:
            what = "there is no run yet" if name == "@latest" else f"workflow `{name}` not found"
            raise RunNotFoundError(f"{what} in namespace {self.namespace} of the local target")
        return row

    def _look_after(self, row: Row) -> Row:
        """Have a run go on whose engine is gone, or have it tidied up after its end."""
        folder = RunFolder(self._home, row.uid)
        if (row.phase in FINAL and folder.is_tidy) or not self._is_gone(row):
            return row
        with refusals():
            row = self._store.by_uid(row.uid) or row
            if row.phase in FINAL and (folder.is_tidy or row.starts >= _MOST_STARTS):
                return row
            if row.starts >= _MOST_STARTS:
                raise TargetError(
                    f"the engine of `{row.name}` ends whenever it is started: {self._last_words(row.uid)}"
                )
            secrets = self._secrets_of(row)
            if secrets is not None:
                self._start_engine(row.uid, secrets)
        return row

    def _must_go_on(self, row: Row) -> None:
        """Have a run go on whose engine is gone; TargetError when it needs secrets that nobody gives."""
        row = self._store.by_uid(row.uid) or row
        if unknown := self._lacks(row):
            refusal = secrets_missing(unknown)
            hint = f"`yamlflow recover {row.name}` goes on; {refusal.hint}"
            raise TargetError(f"the engine of `{row.name}` is gone: {refusal}", hint=hint)
        self._look_after(row)

    def _lacks(self, row: Row) -> list[SecretKey]:
        """Return the secrets for which a run stands still, whose engine is gone."""
        unknown = missing(self._given(row), wanted_by(row)) if row.phase not in FINAL else []
        return unknown if unknown and self._is_gone(row) else []

    def _seen(self, row: Row, *, brief: bool = False) -> Workflow:
        """Return a run, which goes on if its engine is gone; its message says why it cannot."""
        try:
            row, why = self._look_after(row), ""
            if unknown := self._lacks(row):
                goes_on = f"`yamlflow recover {row.name} --secrets-file FILE` goes on"
                why = f"its engine is gone: {secrets_missing(unknown)}; {goes_on}"
        except TargetError as error:
            why = str(error)
        run = self._present_briefly(row) if brief else self._present(row)
        if why:
            run["status"]["message"] = why
        return run

    def _secrets_of(self, row: Row) -> Secrets | None:
        """Return the secrets that a run needs to go on, or None when not all of them are given now."""
        secrets = self._given(row)
        return None if missing(secrets, wanted_by(row)) else secrets

    def _given(self, row: Row) -> Secrets:
        return add_variables(self._along.secrets, wanted_by(row, of_bucket=True), self._environment.items())

    def _last_words(self, uid: str) -> str:
        path = RunFolder(self._home, uid).log
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
            return next((line for line in reversed(lines) if line.strip()), f"see {path}")
        return f"see {path}"

    def _present(self, row: Row) -> Workflow:
        with refusals():
            return present(row, self._store.node_statuses(row.uid))

    def _present_briefly(self, row: Row) -> Workflow:
        """Return a run of whose nodes there are only those that wait for a person or a time."""
        with refusals():
            waiting = self._store.suspended(row.uid) if row.phase not in FINAL else []
            done, known = self._store.count_work(row.uid)
        workflow = present(row, waiting)
        workflow["status"]["progress"] = f"{done}/{known}"
        return workflow

    def _is_gone(self, row: Row) -> bool:
        """Whether the engine of a run does not live any more; what it left behind is waited for."""
        lock, end = RunFolder(self._home, row.uid).lock, time.monotonic() + _ENDING
        while is_let_go(lock) and time.monotonic() < end:
            time.sleep(_POLL)
        return not is_held(lock)

    def _wait_for_lock(self, folder: RunFolder, look: Callable[[], None] = lambda: None) -> int | None:
        """Wait until no engine works on a run, and keep others from starting; `look` may refuse to wait."""
        if not os.path.isdir(folder.path):
            return None
        end = time.monotonic() + _PATIENCE
        while True:
            lock = take_lock(folder.lock)
            if lock is not None:
                return lock
            look()
            if time.monotonic() > end:
                raise TargetError("the engine of the run does not end", hint=f"see {folder.log}")
            time.sleep(_POLL)


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Say what the store or the disk refuses as an error of the target."""
    try:
        yield
    except StoreError as error:
        raise TargetError(str(error)) from error
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise TargetError(f"{error.strerror or error}{where}") from error


def secrets_missing(unknown: Sequence[SecretKey]) -> TargetError:
    """Return the refusal to go on without secrets."""
    listed = [
        f"secret `{item.name}` has no `{item.key}`" if item.key else f"there is no secret `{item.name}`"
        for item in unknown
    ]
    ways = ["--secrets-file FILE", "--with FILE", *[f"{item.variable}=..." for item in unknown if item.key][:1]]
    return TargetError("; ".join(listed), hint=f"give {' or '.join(ways)}")


def wanted_by(row: Row, *, of_bucket: bool = False) -> list[SecretKey]:
    """Return the secrets that a run needs; also those of its bucket, which it may come to need."""
    import json

    options = json.loads(row.options)
    listed = [*(options.get("secrets") or ()), *((options.get("ofBucket") or ()) if of_bucket else ())]
    return [SecretKey(*item) for item in listed]


def _new_uid() -> str:
    """Return a random UUID (version 4)."""
    number = bytearray(os.urandom(16))
    number[6] = number[6] & 0x0F | 0x40
    number[8] = number[8] & 0x3F | 0x80
    text = number.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
