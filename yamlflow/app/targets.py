"""Which target a command speaks to."""

import os
from collections.abc import Mapping

from yamlflow.app.errors import RequestError, UsageError
from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.project import settings
from yamlflow.project.load import load
from yamlflow.project.model import Project
from yamlflow.project.places import find
from yamlflow.targets import MODULES, Target


def choose_target(name: str | None, namespace: str | None, env: Mapping[str, str], beside: str = "") -> Target:
    """Return the target by flags, else by the environment, else by the project of the file `beside` or of this folder.

    Without any of them it is `argo` if ARGO_SERVER is set, else `local`, and the namespace `kubeflow`.
    """
    from importlib import import_module

    project = _project(os.path.dirname(beside))
    chosen, origin, _ = settings.target(name, env, project)
    if chosen not in MODULES:
        known = ", ".join(f"`{target}`" for target in MODULES)
        came = "" if name else f" (from {origin})"
        raise UsageError(f"unknown target `{chosen}`{came}", hint=did_you_mean(chosen, MODULES) or f"known: {known}")
    module = import_module(MODULES[chosen])
    target: Target = module.connect(settings.namespace(namespace, env, project).value, _with_settings(env, project))
    return target


def _with_settings(env: Mapping[str, str], project: Project | None) -> Mapping[str, str]:
    """Return the environment with what the project says of how tasks run; the environment stands above it."""
    if project is None:
        return env
    said = {
        settings.RUNNER: settings.runner(None, env, project),
        settings.CONTAINER_ENGINE: settings.container_engine(env, project),
        settings.CONTAINER_OPTIONS: settings.container_options(env, project),
    }
    return {**env, **{name: setting.value for name, setting in said.items() if setting.span is not None}}


def _project(folder: str) -> Project | None:
    """Return the project of a folder; one that is wrong may speak of another target than meant."""
    path = find(folder)
    if path is None:
        return None
    sink = Sink()
    project = load(path, sink)
    if sink.failed:
        raise RequestError(f"`{path}` has mistakes", hint=f"`yamlflow validate {path}` shows them")
    return project
