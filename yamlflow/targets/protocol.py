"""What every target can do: the same verbs and the same Argo data, whether runs are local or on a cluster."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from yamlflow.argo.finding import Finding, path_text

Workflow = dict[str, Any]
"""An Argo `Workflow` as plain data, with `status` as the controller writes it."""


class TargetError(Exception):
    """A target refused or cannot be used. `exit_code` is 1 (refused), 2 (wrong settings) or 3 (not reached)."""

    def __init__(self, message: str, *, exit_code: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.hint = hint


class RefusedError(TargetError):
    """A target cannot run a manifest; `findings` say why, each with its path in the manifest."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        listed = [f"{path_text(item.path)}: {item.message}" if item.path else item.message for item in findings]
        super().__init__("; ".join(listed))
        self.findings = findings


Outputs = Mapping[str, str]
"""Output parameters by name."""

NO_OUTPUTS: Outputs = MappingProxyType({})


class Along(NamedTuple):
    """What comes along with runs: templates, ConfigMaps and claims as plain data; values of secrets by name and key.

    `host_path` is whether tasks may see folders of this machine, `privileged` whether containers may do all on it;
    `left_out` are fields without which a run may go on with no warning.
    `runner` is what runs tasks on this machine ("" as the settings say), `sandbox` whether processes have one.
    """

    objects: tuple[dict[str, Any], ...] = ()
    secrets: Mapping[str, Mapping[str, str]] = {}
    host_path: bool = False
    privileged: bool = False
    left_out: tuple[str, ...] = ()
    runner: str = ""
    sandbox: bool = True

    def joined(self, other: "Along") -> "Along":
        """Return the other with these objects and secrets too; of two with the same name the other's counts."""
        objects = {(item["kind"], item["metadata"]["name"]): item for item in (*self.objects, *other.objects)}
        return other._replace(objects=tuple(objects.values()), secrets={**self.secrets, **other.secrets})


class Ran(NamedTuple):
    """How a program ran that failed: its exit code, its command, its working folder and its image, if that is known."""

    code: int
    command: str
    folder: str = ""
    image: str = ""


class RunNotFoundError(TargetError):
    """No run of that name."""


class LogLine(NamedTuple):
    """One line of output (without line break) of the pod of a node."""

    node: str
    pod: str
    text: str


class Target(Protocol):
    """Where pipelines run. A run's `name` may be `@latest`. Every method may raise TargetError."""

    name: str
    namespace: str

    def bring(self, along: Along) -> None:
        """Have this come along with what is submitted or gone on with from now on."""
        ...

    def prepare(self) -> None:
        """Do now what a submission that is about to come would have to wait for."""
        ...

    def submit(self, manifest: Workflow, *, dry_run: bool = False) -> Workflow:
        """Start a run of the manifest (`generateName` is completed) and return it as stored.

        With `dry_run` nothing is started: what the target would refuse is refused, and what it would store returned.
        """
        ...

    def get(self, name: str) -> Workflow:
        """Return one run with its status."""
        ...

    def list(self, selector: str = "", *, brief: bool = False) -> list[Workflow]:
        """Return runs, newest first, that match the label selector (Kubernetes' grammar).

        A `brief` list may leave out what is large: nodes, templates.
        """
        ...

    def watch(self, name: str, *, brief: bool = False) -> Iterator[Workflow]:
        """Yield the run now and at each change, until its phase is final; `brief` may leave out what no view shows."""
        ...

    def logs(self, name: str, task: str | None = None, *, follow: bool = False, tail: int = 0) -> Iterator[LogLine]:
        """Yield the output of all tasks, or of one (by its display name or id).

        `follow` goes on until the run ends. With `tail`, no pod needs to give more than its last so many lines.
        """
        ...

    def notices(self, name: str) -> Sequence[str]:
        """Return what the user should know about how a run is done there; complete once the run has nodes."""
        ...

    def ran(self, name: str, node: str) -> Ran | None:
        """Return how the program of a node (by its id) ran, if it failed and that is known."""
        ...

    def stop(self, name: str, *, terminate: bool = False) -> None:
        """End a run: exit handlers still run, unless `terminate`."""
        ...

    def suspend(self, name: str) -> None:
        """Have a run make no new nodes until it is resumed."""
        ...

    def resume(self, name: str, selector: str = "") -> None:
        """Have a run go on, and end the waiting of its suspended nodes, or of those that a node selector means."""
        ...

    def set_nodes(
        self, name: str, selector: str, *, phase: str = "", message: str = "", outputs: Outputs = NO_OUTPUTS
    ) -> None:
        """Say how suspended nodes end, with which message, and which outputs they have."""
        ...

    def retry(
        self, name: str, *, parameters: Sequence[str] = (), selector: str = "", restart_successful: bool = False
    ) -> Workflow:
        """Go on with a run that has failed: what failed runs again, with changed parameters (NAME=VALUE) if given."""
        ...

    def resubmit(self, name: str, *, parameters: Sequence[str] = (), memoized: bool = False) -> Workflow:
        """Start a new run of the same manifest; `memoized` does not repeat what has succeeded."""
        ...

    def delete(self, name: str, *, force: bool = False) -> None:
        """Remove a run, its logs and its artifacts; a running one is ended first.

        `force` does so also when what is to go with it cannot be removed from elsewhere.
        """
        ...
