"""The local target: runs on this machine, by the engine, with no cluster."""

import builtins
import contextlib
import copy
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yamlflow.argo.durations import format_rfc3339
from yamlflow.argo.ids import is_dns_label, random_suffix
from yamlflow.argo.phases import FINAL
from yamlflow.argo.selectors import parse_selector
from yamlflow.engine.home import RunFolder, artifacts_folder, remove_folder
from yamlflow.engine.lock import ring
from yamlflow.engine.objects import Object, index
from yamlflow.engine.present import present
from yamlflow.engine.references import SecretKey, add_variables, bucket_keys, missing, secret_keys
from yamlflow.engine.store.shared import owned_by
from yamlflow.engine.store.store import Row
from yamlflow.targets import local_again
from yamlflow.targets.local_runner import CONTAINER, runner_of, runner_options
from yamlflow.targets.local_runs import refusals, secrets_missing
from yamlflow.targets.local_things import LocalThings
from yamlflow.targets.protocol import NO_OUTPUTS, Along, Outputs, Ran, RefusedError, TargetError, Workflow

_LONGEST_START = 58  # of a generated name, as Kubernetes cuts it


if TYPE_CHECKING:
    pass


class LocalTarget(LocalThings):
    """Runs on this machine."""

    name = "local"

    def submit(
        self, manifest: Workflow, *, dry_run: bool = False, before: Callable[[str, str], None] | None = None
    ) -> Workflow:
        """Start a run of the manifest (`generateName` is completed) and return it as stored.

        `before` is called with its uid and name when it is in the store and has not begun.
        """
        from yamlflow.engine.place import repository_of

        with refusals():
            beside = [*self._store.objects(self.namespace), *self._along.objects]
        wanted = secret_keys(manifest, beside)
        bucket = bucket_keys(repository_of(manifest["spec"], self.namespace, index(beside)))
        secrets = add_variables(self._along.secrets, [*wanted, *bucket], self._environment.items())
        containers = runner_of(self._along, self._environment) == CONTAINER
        _refuse(manifest, beside, missing(secrets, wanted), self._along, containers=containers)
        runner = {**runner_options(self._along, self._environment), "secrets": wanted, "ofBucket": bucket}
        workflow = copy.deepcopy(manifest)
        metadata = workflow.setdefault("metadata", {})
        generated = metadata.get("generateName", "") if not metadata.get("name") else ""
        now = time.time()
        metadata |= {"namespace": self.namespace, "uid": self._next_uid(), "creationTimestamp": format_rfc3339(now)}
        workflow.pop("status", None)
        folder = RunFolder(self._home, metadata["uid"])
        if dry_run:
            self._create(workflow, generated, now, runner, dry_run=True)
            return workflow
        try:
            with refusals():
                folder.make()
                self._create(workflow, generated, now, runner, dry_run=False)
                if before is not None:
                    before(metadata["uid"], metadata["name"])
                self._start_engine(metadata["uid"], secrets)
        except TargetError:
            self._give_up(metadata["uid"])
            remove_folder(folder.path)
            raise
        return present(self._row(metadata["name"]), [])

    def _create(self, workflow: Workflow, generated: str, now: float, own: dict[str, Any], *, dry_run: bool) -> None:
        """Store a run under its name, or only look whether that would do."""
        from yamlflow.argo.leftout import left_out
        from yamlflow.engine.place import repository_of
        from yamlflow.engine.runners.sandbox import enterer

        metadata = workflow["metadata"]
        beside = index([*self._store.objects(self.namespace), *self._along.objects])
        known = repository_of(workflow["spec"], self.namespace, beside) is not None
        options = {**self._options, **own}
        containers = "containers" in own
        enters = containers or not self._along.sandbox or bool(enterer(self._environment.get("PATH") or os.defpath))
        gone = left_out(workflow, beside, containers=containers, repository=known, enters=enters)
        options["leftOut"] = [name for name in gone if name not in self._along.left_out]
        options["along"] = [*self._along.objects, *self._templates_of(workflow)]
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

    def get(self, name: str) -> Workflow:
        """Return one run with its status."""
        return self._seen(self._row(name))

    def list(self, selector: str = "", *, brief: bool = False) -> list[Workflow]:
        """Return runs, newest first, that match the label selector (Kubernetes' grammar)."""
        try:
            matches = parse_selector(selector)
        except ValueError as error:
            raise TargetError(str(error)) from error
        with refusals():
            rows = self._store.rows(self.namespace)
        for row in [row for row in rows if _is_expired(row)]:
            with contextlib.suppress(TargetError):  # what is to go with it cannot be removed now
                self.delete(row.name)
                rows.remove(row)
        runs = [self._seen(row, brief=brief) for row in rows]
        return [run for run in runs if matches(run["metadata"]["labels"])]

    def notices(self, name: str) -> Sequence[str]:
        """Return what the user should know about how a run is done on this machine."""
        row = self._row(name, brief=True)
        with refusals():
            return self._store.events(row.uid, "notice")

    def ran(self, name: str, node: str) -> Ran | None:
        """Return how the program of a node ran, if it failed."""
        import json

        try:
            with open(RunFolder(self._home, self._row(name).uid).task_account(node), encoding="utf-8") as file:
                return Ran(**json.load(file))
        except FileNotFoundError:
            return None

    def stop(self, name: str, *, terminate: bool = False) -> None:
        """End a run: exit handlers still run, unless `terminate`."""
        row = self._row(name)
        self._shut_down(row, terminate=terminate)
        self._must_go_on(row)

    def _shut_down(self, row: Row, *, terminate: bool) -> None:
        if row.phase in FINAL:
            raise TargetError(
                f'cannot shutdown a completed workflow: workflow: "{row.name}", namespace: "{self.namespace}"'
            )
        with refusals():
            self._store.request(row.uid, "Terminate" if terminate else "Stop")
        ring(RunFolder(self._home, row.uid).bell)

    def suspend(self, name: str) -> None:
        """Have a run make no new nodes until it is resumed."""
        row = self._row(name)
        if row.phase in FINAL:
            raise TargetError("cannot suspend completed workflows")
        self._ask(row, "suspend", {})

    def resume(self, name: str, selector: str = "") -> None:
        """Have a run go on, and end the waiting of its suspended nodes, or of those that a node selector means."""
        row = self._row(name)
        nodes = self._suspended(row, selector) if selector else []
        self._must_have_outputs(row, nodes)
        if selector and not nodes:
            raise TargetError(f"no suspended node matches `{selector}`")
        self._ask(row, "resume", {"nodes": nodes})

    def _must_have_outputs(self, row: Row, nodes: builtins.list[str]) -> None:
        """Refuse to go on while an output that somebody has to supply is not there."""
        asked = [data for _, kind, data in self._store.asked(row.uid) if kind == "set"]
        given = {(node, name) for data in asked for node in data["nodes"] for name in data["outputs"]}
        for item in self._store.node_statuses(row.uid):
            if item["type"] != "Suspend" or item["phase"] in FINAL or (nodes and item["id"] not in nodes):
                continue
            for parameter in (item.get("outputs") or {}).get("parameters") or []:
                known = "value" in parameter or "default" in (parameter.get("valueFrom") or {})
                if not known and (item["id"], parameter["name"]) not in given:
                    reason = "has not been set and does not have a default value"
                    raise TargetError(f"raw output parameter '{parameter['name']}' {reason}")

    def set_nodes(
        self, name: str, selector: str, *, phase: str = "", message: str = "", outputs: Outputs = NO_OUTPUTS
    ) -> None:
        """Say how suspended nodes end, with which message, and which outputs they have."""
        if not selector:
            raise TargetError("'set' currently only targets suspend nodes, use a node field selector to target them")
        row = self._row(name)
        nodes = self._suspended(row, selector, outputs)
        if not nodes:
            missing = f"no suspend nodes matching nodeFieldSelector: {selector}"
            raise TargetError(f"currently, set only targets suspend nodes: {missing}")
        self._ask(row, "set", {"nodes": nodes, "phase": phase, "message": message, "outputs": dict(outputs)})

    def _suspended(self, row: Row, selector: str, outputs: Outputs = NO_OUTPUTS) -> builtins.list[str]:
        """Return the ids of suspended nodes that a node selector means; each must expect the outputs."""
        from yamlflow.argo.nodeselector import parse_node_selector

        try:
            matches = parse_node_selector(selector)
        except ValueError as error:
            raise TargetError(str(error), exit_code=2) from error
        nodes = [item for item in self._store.node_statuses(row.uid) if item["type"] == "Suspend" and matches(item)]
        nodes = [item for item in nodes if item["phase"] not in FINAL]
        for item in nodes:
            expected = {each["name"] for each in (item.get("outputs") or {}).get("parameters") or []}
            for name in outputs:
                if not expected:
                    raise TargetError("cannot set output parameters because node is not expecting any raw parameters")
                if name not in expected:
                    raise TargetError(f"node is not expecting output parameter '{name}'")
        return [item["id"] for item in nodes]

    def _ask(self, row: Row, kind: str, data: dict[str, Any]) -> None:
        if row.phase not in FINAL:
            with refusals():
                self._store.ask(row.uid, kind, data)
            ring(RunFolder(self._home, row.uid).bell)
            self._must_go_on(row)

    def retry(
        self, name: str, *, parameters: Sequence[str] = (), selector: str = "", restart_successful: bool = False
    ) -> Workflow:
        """Go on with a run that has failed: what failed runs again, with changed parameters (NAME=VALUE) if given."""
        row = self._row(name)
        folder = RunFolder(self._home, row.uid)

        def may() -> None:
            local_again.must_be_over(self._row(row.name, brief=True), selector if restart_successful else "")

        with refusals():
            lock = self._wait_for_lock(folder, may)
            try:
                may()
                local_again.retry(
                    self._store,
                    self._row(row.name),
                    time.time(),
                    parameters,
                    selector,
                    restart_successful=restart_successful,
                )
                folder.make()
            finally:
                if lock is not None:
                    os.close(lock)
        return self.recover(name)

    def resubmit(self, name: str, *, parameters: Sequence[str] = (), memoized: bool = False) -> Workflow:
        """Start a new run of the same manifest; `memoized` does not repeat what has succeeded."""
        row = self._row(name)
        self._along = local_again.with_own_objects(row, self._along)
        manifest = local_again.resubmitted(row, parameters, memoized=memoized)
        if not memoized:
            return self.submit(manifest)
        return self.submit(manifest, before=lambda uid, new: local_again.take_over_nodes(self._store, row, uid, new))

    def recover(self, name: str) -> Workflow:
        """Go on with a run whose engine is gone."""
        row = self._row(name)
        if row.phase not in FINAL and self._is_gone(row):
            self._must_go_on(row)
        if row.starts:
            self._store.forgive(row.uid)
        return self._present(self._look_after(self._store.by_uid(row.uid) or row))

    def interrupted(self) -> builtins.list[str]:
        """Return the names of the runs whose engine is gone."""
        with refusals():
            rows = self._store.rows(self.namespace)
        return [row.name for row in rows if row.phase not in FINAL and self._is_gone(row)]

    def delete(self, name: str, *, force: bool = False) -> None:
        """Remove a run, its logs and its artifacts; a running one is ended first.

        `force` does so also when what is to go with it cannot be removed from elsewhere.
        """
        row = self._row(name)
        folder = RunFolder(self._home, row.uid)
        if row.phase not in FINAL:
            self._shut_down(row, terminate=True)
            with contextlib.suppress(TargetError):  # an engine that ends whenever it is started
                self._look_after(row)
        lock = self._wait_for_lock(folder)
        try:
            self._remove_outlived(row.uid, force=force)
            remove_folder(folder.logs)  # first, because a full disk has no room for the store to change
            with refusals():
                unused = self._store.delete(row.uid)
            from yamlflow.engine.artifacts.repository import Repository

            repository = Repository(artifacts_folder(self._home))
            for digest in unused:
                repository.discard(digest)
            remove_folder(folder.path)
        finally:
            if lock is not None:
                os.close(lock)
        self._delete_owned(row.uid)

    def _remove_outlived(self, uid: str, *, force: bool) -> None:
        from yamlflow.targets.local_delete import remove_outlived

        row = self._store.by_uid(uid)
        if row is not None:
            known, environment = self._along.secrets, self._environment
            remove_outlived(
                *(self._store, row, self.namespace),
                lambda wanted: add_variables(known, wanted, environment.items()),
                force=force,
            )

    def _delete_owned(self, uid: str) -> None:
        """Remove what a run has made and owns."""
        with refusals():
            with self._store.writing() as db:
                objects, runs = owned_by(db, self.namespace, uid)
            for kind, name in objects:
                self._store.remove_object(self.namespace, kind, name)
        for name in runs:
            self.delete(name)


def connect(namespace: str, environment: Mapping[str, str]) -> LocalTarget:
    """Return the local target of a user."""
    return LocalTarget("", namespace, environment=environment)


def _refuse(
    manifest: Workflow, beside: Sequence[Object], unknown: Sequence[SecretKey], along: Along, *, containers: bool
) -> None:
    """Refuse a manifest that is wrong, or that the engine cannot run."""
    from yamlflow.argo.limits import Allowed, find_unsupported
    from yamlflow.argo.problems import find_problems, find_unset
    from yamlflow.argo.templaterefs import merged_spec

    found = find_problems(manifest)
    if not found:
        whole = {**manifest, "spec": merged_spec(manifest["spec"], index(beside))}
        allowed = Allowed(along.host_path, along.privileged, containers)
        found = [*find_unset(whole), *find_unsupported(manifest, beside, allowed)]
    if found:
        raise RefusedError(found)
    if unknown:
        raise secrets_missing(unknown)


def _is_expired(row: Row) -> bool:
    """Whether the time is over for which `ttlStrategy` keeps a run."""
    import json

    return '"expires"' in row.status and json.loads(row.status).get("expires", time.time()) < time.time()
