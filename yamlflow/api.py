"""The public API: what the commands do, as functions that return values. `yamlflow` itself has these names."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yamlflow.app import runs
from yamlflow.app.compile import Compiled, compile_file, load_file
from yamlflow.app.errors import RequestError, UsageError
from yamlflow.app.layer import Layer
from yamlflow.app.parameters import Parameter, Parameters
from yamlflow.app.sizes import find_oversize
from yamlflow.app.submit import rename
from yamlflow.app.targets import choose_target
from yamlflow.app.validate import validate_paths
from yamlflow.diagnostics import Diagnostic, did_you_mean
from yamlflow.diagnostics.choice import Choice
from yamlflow.diagnostics.codes import codes
from yamlflow.pipeline import Pipeline
from yamlflow.targets import LogLine, RunNotFoundError, Target, TargetError
from yamlflow.types import constant_text

__all__ = [
    "Client",
    "Diagnostic",
    "InvalidPipelineError",
    "LogLine",
    "Pipeline",
    "RequestError",
    "RunNotFoundError",
    "TargetError",
    "load",
    "render",
    "validate",
]

Path = str | os.PathLike[str]
Workflow = dict[str, Any]
"""An Argo `Workflow` as plain data."""


class InvalidPipelineError(RequestError):
    """A file has mistakes; `diagnostics` says which."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [str(item) for item in diagnostics if item.severity == "error"]
        super().__init__("\n".join(errors))
        self.diagnostics = list(diagnostics)


def validate(
    path: Path,
    *,
    values: Mapping[str, Any] | None = None,
    profile: str = "",
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    strict: bool = False,
) -> list[Diagnostic]:
    """Return what is wrong with a file, or with all that is in a folder, as `yamlflow validate` finds it."""
    for code in (*select, *ignore):
        if code not in codes():
            raise UsageError(f"unknown code `{code}`", hint=did_you_mean(code, codes()))
    choice = Choice(tuple(select), tuple(ignore), strict)
    return list(validate_paths([os.fspath(path)], _layer(values, profile), choice).diagnostics)


def load(path: Path, *, values: Mapping[str, Any] | None = None, profile: str = "") -> Pipeline:
    """Return a pipeline, checked and linked; InvalidPipelineError says what is wrong with it."""
    pipeline, diagnostics = load_file(os.fspath(path), _layer(values, profile))
    if pipeline is None:
        raise InvalidPipelineError(diagnostics)
    return pipeline


def render(
    path: Path,
    parameters: Mapping[str, Any] | None = None,
    *,
    values: Mapping[str, Any] | None = None,
    profile: str = "",
    kind: str = "",
) -> Workflow:
    """Return the Argo manifest of a pipeline; InvalidPipelineError says what is wrong with it or its parameters.

    Without a `kind` such as `WorkflowTemplate` it is a Workflow, or with a schedule a CronWorkflow.
    """
    return _manifest(compile_file(os.fspath(path), _texts(parameters), _layer(values, profile), kind))


class Client:
    """Runs on a target. Without arguments it is the target and the namespace that the command line would take."""

    def __init__(
        self, target: str | None = None, *, namespace: str | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        self._target: Target = choose_target(target, namespace, os.environ if env is None else env)

    @property
    def target(self) -> str:
        """The name of the target."""
        return self._target.name

    @property
    def namespace(self) -> str:
        """The namespace of the runs."""
        return self._target.namespace

    def submit(
        self,
        pipeline: Path | Workflow,
        parameters: Mapping[str, Any] | None = None,
        *,
        values: Mapping[str, Any] | None = None,
        profile: str = "",
        name: str | None = None,
    ) -> Workflow:
        """Start a run of a pipeline's file, or of a manifest, and return it."""
        if isinstance(pipeline, dict):
            if parameters or values or profile:
                raise RequestError("a manifest takes no parameters, values or profile: `render` takes them")
            manifest = pipeline | {"metadata": dict(pipeline.get("metadata") or {})}
        else:
            manifest = render(pipeline, parameters, values=values, profile=profile, kind="Workflow")
        rename(manifest, name, None)
        for item in find_oversize([manifest], "", submitted=True) if self._target.name != "local" else ():
            if item.severity == "error":
                raise RequestError(item.message, hint=item.notes[0])
        return self._target.submit(manifest)

    def get(self, name: str = runs.LATEST) -> Workflow:
        """Return a run with its status."""
        return self._target.get(name)

    def watch(self, name: str = runs.LATEST) -> Iterator[Workflow]:
        """Yield a run now and at each change, until it has ended."""
        return self._target.watch(name)

    def wait(self, name: str = runs.LATEST) -> Workflow:
        """Wait until a run has ended, and return it."""
        return runs.at_its_end(self._target, name)

    def logs(self, name: str = runs.LATEST, task: str | None = None, *, follow: bool = False) -> Iterator[LogLine]:
        """Yield what the tasks of a run printed, or one of them; `follow` goes on until the run ends."""
        return self._target.logs(name, task, follow=follow)

    def stop(self, name: str = runs.LATEST, *, terminate: bool = False) -> None:
        """End a run: exit tasks still run, unless `terminate`."""
        self._target.stop(name, terminate=terminate)

    def delete(self, name: str, *, force: bool = False) -> None:
        """Remove a run, its logs and its artifacts; a running one is ended first.

        `force` does so also when what is to go with it cannot be removed from elsewhere.
        """
        self._target.delete(name, force=force)

    def list(self, selector: str = "", *, status: Sequence[str] = ()) -> Sequence[Workflow]:
        """Return the runs with these labels (`a=b,c!=d`) and in one of the phases (any, if none is given)."""
        return runs.find(self._target, selector, [*status], brief=False)


def _layer(values: Mapping[str, Any] | None, profile: str) -> Layer:
    from json import dumps

    return Layer(profile=profile, env=os.environ, data=dumps(values) if values else "")


def _texts(parameters: Mapping[str, Any] | None) -> Parameters:
    return {name: Parameter(constant_text(value)) for name, value in (parameters or {}).items()}


def _manifest(compiled: Compiled) -> Workflow:
    if compiled.manifest is None:
        raise InvalidPipelineError(compiled.diagnostics)
    return compiled.manifest
