"""The target `argo`: runs on an Argo Server, by its REST API."""

from collections.abc import Iterator, Mapping, Sequence

from yamlflow.targets.argo_http import Api
from yamlflow.targets.argo_logs import LogReader
from yamlflow.targets.argo_patience import DELAYS
from yamlflow.targets.argo_settings import Settings, read_settings
from yamlflow.targets.argo_watch import watch
from yamlflow.targets.protocol import NO_OUTPUTS, Along, LogLine, Outputs, Ran, TargetError, Workflow

_SPEC = ("arguments", "suspend", "shutdown")
_STATUS = ("phase", "message", "startedAt", "finishedAt", "progress")
_BRIEF = ",".join(
    ("metadata", "items.metadata", *(f"items.spec.{key}" for key in _SPEC), *(f"items.status.{key}" for key in _STATUS))
)


class ArgoTarget:
    """Runs in one namespace of an Argo Server. `delays` are the seconds before each attempt to mend a stream."""

    name = "argo"

    def __init__(self, settings: Settings, namespace: str, delays: Sequence[float] = DELAYS) -> None:
        self.namespace = namespace
        self._delays = delays
        self._api = Api(settings, namespace)

    def bring(self, along: Along) -> None:
        """Refuse: templates, ConfigMaps and secrets are those of the cluster."""
        if along != Along() and not along.objects and not along.secrets:
            raise TargetError("how tasks run is not to be chosen on a cluster", exit_code=2)
        if along != Along():
            hint = "create them on the cluster"
            raise TargetError(
                "templates, ConfigMaps and secrets do not come along to a cluster", hint=hint, exit_code=2
            )

    def prepare(self) -> None:
        """Nothing can be done before a submission."""

    def submit(self, manifest: Workflow, *, dry_run: bool = False) -> Workflow:
        """Start a run of the manifest (`generateName` is completed) and return it as stored."""
        metadata = {**(manifest.get("metadata") or {}), "namespace": self.namespace}
        body = {"namespace": self.namespace, "workflow": {**manifest, "metadata": metadata}, "serverDryRun": dry_run}
        return self._api.create(body)

    def get(self, name: str) -> Workflow:
        """Return one run with its status."""
        return self._api.get(name)

    def list(self, selector: str = "", *, brief: bool = False) -> list[Workflow]:
        """Return runs, newest first, that match the label selector (Kubernetes' grammar)."""
        query = {"listOptions.labelSelector": selector} if selector else {}
        runs = self._api.runs(query | ({"fields": _BRIEF} if brief else {}))
        return sorted(runs, key=lambda run: run["metadata"].get("creationTimestamp") or "", reverse=True)

    def watch(self, name: str, *, brief: bool = False) -> Iterator[Workflow]:
        """Yield the run now and at each change, until its phase is final; `brief` may leave out what no view shows."""
        del brief
        workflow = self._api.get(name)
        yield workflow
        yield from watch(self._api, workflow, self._delays)

    def logs(self, name: str, task: str | None = None, *, follow: bool = False, tail: int = 0) -> Iterator[LogLine]:
        """Yield the output of all tasks, or of one (by its display name or id)."""
        reader = LogReader(self._api, self._api.get(name), task, self._delays)
        yield from reader.read(follow=follow, tail=tail)

    def ran(self, name: str, node: str) -> Ran | None:  # noqa: ARG002 - the cluster does not tell
        """Nothing is known of that."""
        return None

    def notices(self, name: str) -> Sequence[str]:  # noqa: ARG002 - what the cluster does needs no word
        """Return nothing: the run is done as Argo does it."""
        return ()

    def stop(self, name: str, *, terminate: bool = False) -> None:
        """End a run: exit handlers still run, unless `terminate`."""
        self._api.end(name, "terminate" if terminate else "stop")

    def suspend(self, name: str) -> None:
        """Have a run make no new nodes until it is resumed."""
        self._api.end(name, "suspend")

    def resume(self, name: str, selector: str = "") -> None:
        """Have a run go on, and end the waiting of its suspended nodes, or of those that a node selector means."""
        self._api.end(name, "resume", {"nodeFieldSelector": selector})

    def set_nodes(
        self, name: str, selector: str, *, phase: str = "", message: str = "", outputs: Outputs = NO_OUTPUTS
    ) -> None:
        """Say how suspended nodes end, with which message, and which outputs they have."""
        body = {"nodeFieldSelector": selector, "phase": phase, "message": message}
        if outputs:
            import json

            body["outputParameters"] = json.dumps(dict(outputs))
        self._api.end(name, "set", body)

    def retry(
        self, name: str, *, parameters: Sequence[str] = (), selector: str = "", restart_successful: bool = False
    ) -> Workflow:
        """Go on with a run that has failed: what failed runs again, with changed parameters (NAME=VALUE) if given."""
        body = {"restartSuccessful": restart_successful, "nodeFieldSelector": selector, "parameters": [*parameters]}
        return self._api.end(name, "retry", body)

    def resubmit(self, name: str, *, parameters: Sequence[str] = (), memoized: bool = False) -> Workflow:
        """Start a new run of the same manifest; `memoized` does not repeat what has succeeded."""
        return self._api.end(name, "resubmit", {"memoized": memoized, "parameters": [*parameters]})

    def delete(self, name: str, *, force: bool = False) -> None:
        """Remove a run, its logs and its artifacts; a running one is ended first.

        `force` does so also when what is to go with it cannot be removed from elsewhere.
        """
        self._api.delete(name, force=force)


def connect(namespace: str, environment: Mapping[str, str]) -> ArgoTarget:
    """Return the target that Argo's variables name."""
    return ArgoTarget(read_settings(environment), namespace)
