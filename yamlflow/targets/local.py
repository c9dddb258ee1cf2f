"""The local target: runs on this machine, by the engine, with no cluster."""

import contextlib
import copy
import os
import time
from collections.abc import Iterator, Mapping, Sequence

from yamlflow.argo.durations import format_rfc3339
from yamlflow.argo.ids import is_dns_label, random_suffix
from yamlflow.argo.phases import FINAL
from yamlflow.argo.selectors import parse_selector
from yamlflow.engine.home import RunFolder, artifacts_folder, default_home, remove_folder
from yamlflow.engine.lock import is_held, ring, take_lock
from yamlflow.engine.main import spawn
from yamlflow.engine.node import POD
from yamlflow.engine.objects import Object, Secrets, index
from yamlflow.engine.present import present
from yamlflow.engine.references import SecretKey, add_variables, missing, secret_keys
from yamlflow.engine.store.store import Row, Store, StoreError
from yamlflow.targets.locallogs import LogReader
from yamlflow.targets.protocol import Along, LogLine, RunNotFoundError, TargetError, Workflow

_MOST_STARTS = 20
_QUICK, _QUICK_FOR, _SLOW = 0.004, 1.0, 0.025
_PATIENCE = 10.0
_LONGEST_START = 58  # of a generated name, as Kubernetes cuts it


class LocalTarget:
    """Runs in the store of a home folder, in one namespace.

    `sandbox=False` runs tasks without bubblewrap. `hide` are folders that tasks must not see, such as the project's.
    """

    name = "local"

    def __init__(
        self,
        home: str = "",
        namespace: str = "kubeflow",
        *,
        environment: Mapping[str, str] | None = None,
        sandbox: bool = True,
        hide: Sequence[str] = (),
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._home = os.path.abspath(home) if home else default_home(self._environment)
        self.namespace = namespace
        self._options = {"sandbox": sandbox, "hide": [os.path.abspath(item) for item in hide]}
        self._along = Along()
        self._open_store: Store | None = None
        self._engines: set[int] = set()

    @property
    def _store(self) -> Store:
        if self._open_store is None:
            with _refusals():
                self._open_store = Store(self._home)
        return self._open_store

    def bring(self, along: Along) -> None:
        """Have this come along with what is submitted or gone on with from now on."""
        self._along = along

    def submit(self, manifest: Workflow, *, dry_run: bool = False) -> Workflow:
        """Start a run of the manifest (`generateName` is completed) and return it as stored."""
        with _refusals():
            beside = [*self._store.objects(self.namespace), *self._along.objects]
        wanted = secret_keys(manifest, beside)
        secrets = add_variables(self._along.secrets, wanted, self._environment.items())
        _refuse(manifest, beside, missing(secrets, wanted), host_path=self._along.host_path)
        workflow = copy.deepcopy(manifest)
        metadata = workflow.setdefault("metadata", {})
        generated = metadata.get("generateName", "") if not metadata.get("name") else ""
        now = time.time()
        metadata |= {"namespace": self.namespace, "uid": _new_uid(), "creationTimestamp": format_rfc3339(now)}
        workflow.pop("status", None)
        folder = RunFolder(self._home, metadata["uid"])
        if dry_run:
            self._create(workflow, generated, now, wanted, dry_run=True)
            return workflow
        try:
            with _refusals():
                folder.make()
                self._create(workflow, generated, now, wanted, dry_run=False)
                self._start_engine(metadata["uid"], secrets)
        except TargetError:
            remove_folder(folder.path)
            raise
        return present(self._row(metadata["name"]), [])

    def _create(
        self, workflow: Workflow, generated: str, now: float, wanted: list[SecretKey], *, dry_run: bool
    ) -> None:
        """Store a run under its name, or only look whether that would do."""
        from yamlflow.argo.limits import left_out

        metadata = workflow["metadata"]
        options = {**self._options, "leftOut": left_out(workflow)}
        options |= {"along": [*self._along.objects, *self._templates_of(workflow)], "secrets": wanted}
        for _ in range(8):
            if generated:
                metadata["name"] = generated[:_LONGEST_START] + random_suffix()
            if not is_dns_label(metadata.get("name") or ""):
                raise TargetError(f"`{metadata.get('name') or ''}` is no name for a workflow")
            taken = dry_run and self._store.row(self.namespace, metadata["name"])
            if not taken and (dry_run or self._store.create(workflow, now, options)):
                return
            if not generated:
                break
        raise TargetError(
            f"workflow `{metadata['name']}` exists already in namespace {self.namespace}",
            hint="delete it, or give `generateName` instead of `name`",
        )

    def _templates_of(self, workflow: Workflow) -> list[Object]:
        """Return the templates of the store that a run uses: later changes of them do not matter to it."""
        from yamlflow.argo.templaterefs import merged_spec, parent_of, reach, scope_of

        stored, brought = index(self._store.objects(self.namespace)), index(self._along.objects)
        objects = stored | brought
        reference = workflow["spec"].get("workflowTemplateRef")
        reached, _ = reach({**workflow, "spec": merged_spec(workflow["spec"], objects)}, objects)
        used = {item.parent for item in reached.values()} | ({parent_of(scope_of(reference))} if reference else set())
        return [stored[key] for key in sorted(used - brought.keys())]

    def _start_engine(self, uid: str, secrets: Secrets) -> bool:
        """Start the engine of a run; False when there is one already."""
        folder = RunFolder(self._home, uid)
        self._reap()
        lock = take_lock(folder.lock)
        if lock is None:
            return False
        try:
            self._engines.add(spawn(self._home, uid, lock, self._environment, secrets))
        finally:
            os.close(lock)
        return True

    def _reap(self) -> None:
        """Let go of the engines that this process started and that have ended."""
        for process in list(self._engines):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(process, os.WNOHANG)[0] == 0:
                    continue
            self._engines.discard(process)

    def _row(self, name: str) -> Row:
        with _refusals():
            row = self._store.row(self.namespace, name)
        if row is None:
            what = "there is no run yet" if name == "@latest" else f"workflow `{name}` not found"
            raise RunNotFoundError(f"{what} in namespace {self.namespace} of the local target")
        return row

    def _look_after(self, row: Row) -> Row:
        """Have a run go on whose engine is gone."""
        if row.phase in FINAL or is_held(RunFolder(self._home, row.uid).lock):
            return row
        with _refusals():
            row = self._store.by_uid(row.uid) or row
            if row.phase in FINAL:
                return row
            if row.starts >= _MOST_STARTS:
                raise TargetError(
                    f"the engine of `{row.name}` ends whenever it is started: {self._last_words(row.uid)}"
                )
            secrets = self._secrets_of(row)
            if secrets is not None:
                self._start_engine(row.uid, secrets)
        return row

    def _secrets_of(self, row: Row) -> Secrets | None:
        """Return the secrets that a run needs to go on, or None when not all of them are given now."""
        import json

        wanted = [SecretKey(*item) for item in json.loads(row.options).get("secrets") or []]
        secrets = add_variables(self._along.secrets, wanted, self._environment.items())
        return None if missing(secrets, wanted) else secrets

    def _last_words(self, uid: str) -> str:
        path = RunFolder(self._home, uid).log
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
            return next((line for line in reversed(lines) if line.strip()), f"see {path}")
        return f"see {path}"

    def _present(self, row: Row) -> Workflow:
        with _refusals():
            return present(row, self._store.node_statuses(row.uid))

    def get(self, name: str) -> Workflow:
        """Return one run with its status."""
        return self._present(self._look_after(self._row(name)))

    def list(self, selector: str = "", *, brief: bool = False) -> list[Workflow]:
        """Return runs, newest first, that match the label selector (Kubernetes' grammar)."""
        del brief
        try:
            matches = parse_selector(selector)
        except ValueError as error:
            raise TargetError(str(error)) from error
        with _refusals():
            rows = self._store.rows(self.namespace)
        runs = [self._present(self._look_after(row)) for row in rows]
        return [run for run in runs if matches(run["metadata"]["labels"])]

    def watch(self, name: str) -> Iterator[Workflow]:
        """Yield the run now and at each change, until its phase is final."""
        row = self._look_after(self._row(name))
        began = time.monotonic()
        seen = 0
        while True:
            with _refusals():
                version = self._store.version(row.uid)
                if version == 0:
                    raise RunNotFoundError(f"workflow `{row.name}` was deleted")
                if version != seen:
                    row, seen = self._store.by_uid(row.uid) or row, version
                    yield self._present(row)
                    if row.phase in FINAL:
                        return
                    continue
            if self._is_gone(row):
                self._look_after(row)
            time.sleep(_QUICK if time.monotonic() - began < _QUICK_FOR else _SLOW)

    def _is_gone(self, row: Row) -> bool:
        """Whether the engine of a run that has not ended does not live any more."""
        return not is_held(RunFolder(self._home, row.uid).lock)

    def logs(self, name: str, task: str | None = None, *, follow: bool = False, tail: int = 0) -> Iterator[LogLine]:
        """Yield the output of all tasks, or of one (by its display name or id); `tail` saves nothing here."""
        del tail
        row = self._look_after(self._row(name))
        reader = LogReader(RunFolder(self._home, row.uid), task)
        if not follow:
            yield from reader.read(self._for_logs(row, task))
        else:
            for run in self._watch_logs(name):
                yield from reader.read(run)
        if not reader.found:
            raise TargetError(f"run `{row.name}` has no task `{task}`")

    def _for_logs(self, row: Row, task: str | None) -> Workflow:
        """Return what logs are read by; a pod that is named by its id is found without reading the whole run."""
        if task is not None:
            with _refusals():
                node = self._store.node_status(row.uid, task)
            if node is not None and node["type"] == POD:
                return {"metadata": {"name": row.name}, "status": {"nodes": {task: node}}}
        return self._present(row)

    def _watch_logs(self, name: str) -> Iterator[Workflow]:
        """Yield the run again and again, at each change of it and in between, until its phase is final."""
        row = self._row(name)
        run = self._present(row)
        while True:
            version = self._store.version(row.uid)
            if version == 0:
                return
            if version != row.version:
                row = self._look_after(self._store.by_uid(row.uid) or row)
                run = self._present(row)
            yield run
            if row.phase in FINAL:
                return
            if self._is_gone(row):
                self._look_after(row)
            time.sleep(_SLOW)

    def notices(self, name: str) -> Sequence[str]:
        """Return what the user should know about how a run is done on this machine."""
        row = self._row(name)
        with _refusals():
            return self._store.events(row.uid, "notice")

    def stop(self, name: str, *, terminate: bool = False) -> None:
        """End a run: exit handlers still run, unless `terminate`."""
        row = self._row(name)
        if row.phase in FINAL:
            raise TargetError(
                f'cannot shutdown a completed workflow: workflow: "{row.name}", namespace: "{self.namespace}"'
            )
        with _refusals():
            self._store.request(row.uid, "Terminate" if terminate else "Stop")
        ring(RunFolder(self._home, row.uid).bell)
        self._look_after(row)

    def delete(self, name: str) -> None:
        """Remove a run, its logs and its artifacts; a running one is ended first."""
        row = self._row(name)
        folder = RunFolder(self._home, row.uid)
        if row.phase not in FINAL:
            self.stop(name, terminate=True)
        lock = self._wait_for_lock(folder)
        try:
            remove_folder(folder.logs)  # first, because a full disk has no room for the store to change
            with _refusals():
                unused = self._store.delete(row.uid)
            from yamlflow.engine.artifacts.repository import Repository

            repository = Repository(artifacts_folder(self._home))
            for digest in unused:
                repository.discard(digest)
            remove_folder(folder.path)
        finally:
            if lock is not None:
                os.close(lock)

    def _wait_for_lock(self, folder: RunFolder) -> int | None:
        """Wait until no engine works on a run, and keep others from starting."""
        if not os.path.isdir(folder.path):
            return None
        end = time.monotonic() + _PATIENCE
        while True:
            lock = take_lock(folder.lock)
            if lock is not None:
                return lock
            if time.monotonic() > end:
                raise TargetError("the engine of the run does not end", hint=f"see {folder.log}")
            time.sleep(_QUICK)


def connect(namespace: str, environment: Mapping[str, str]) -> LocalTarget:
    """Return the local target of a user."""
    return LocalTarget("", namespace, environment=environment)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Say what the store or the disk refuses as an error of the target."""
    try:
        yield
    except StoreError as error:
        raise TargetError(str(error)) from error
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise TargetError(f"{error.strerror or error}{where}") from error


def _refuse(manifest: Workflow, beside: Sequence[Object], unknown: Sequence[SecretKey], *, host_path: bool) -> None:
    """Refuse a manifest that is wrong, or that the engine cannot run."""
    from yamlflow.argo.finding import path_text
    from yamlflow.argo.limits import find_unsupported
    from yamlflow.argo.problems import find_problems, find_unset
    from yamlflow.argo.templaterefs import merged_spec

    found = find_problems(manifest)
    if not found:
        whole = {**manifest, "spec": merged_spec(manifest["spec"], index(beside))}
        found = [*find_unset(whole), *find_unsupported(manifest, beside, host_path=host_path)]
    if found:
        listed = [f"{path_text(item.path)}: {item.message}" if item.path else item.message for item in found]
        raise TargetError("; ".join(listed))
    if unknown:
        listed = [
            f"secret `{item.name}` has no `{item.key}`" if item.key else f"there is no secret `{item.name}`"
            for item in unknown
        ]
        ways = ["--secrets-file FILE", "--with FILE", *[f"{item.variable}=..." for item in unknown if item.key][:1]]
        raise TargetError("; ".join(listed), hint=f"give {' or '.join(ways)}")


def _new_uid() -> str:
    """Return a random UUID (version 4)."""
    number = bytearray(os.urandom(16))
    number[6] = number[6] & 0x0F | 0x40
    number[8] = number[8] & 0x3F | 0x80
    text = number.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
