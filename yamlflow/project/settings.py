"""Which setting wins, and where it came from: a flag, the environment, the project, what is built in."""

from collections.abc import Mapping
from typing import NamedTuple

from yamlflow.diagnostics import Span
from yamlflow.project.model import Project
from yamlflow.project.places import BUILT_IN, FILE
from yamlflow.source import Scalar

_NAMESPACE = "kubeflow"
_TARGET = "local"
_RUNNER = "process"
RUNNER = "YAMLFLOW_RUNNER"
CONTAINER_ENGINE = "YAMLFLOW_CONTAINER_ENGINE"
CONTAINER_OPTIONS = "YAMLFLOW_CONTAINER_OPTIONS"
"""Where the environment says what the project may say too."""


class Setting(NamedTuple):
    """A value and its origin, such as `--target` or `yamlflow.yaml`; `span` is its place if it stands in a file."""

    value: str
    origin: str
    span: Span | None = None


def namespace(flag: str | None, env: Mapping[str, str], project: Project | None) -> Setting:
    """Return the namespace of runs."""
    return _first(
        Setting(flag or "", "--namespace"),
        Setting(env.get("ARGO_NAMESPACE", ""), "ARGO_NAMESPACE"),
        _of_project(project.namespace if project is not None else None),
        Setting(_NAMESPACE, BUILT_IN),
    )


def target(flag: str | None, env: Mapping[str, str], project: Project | None) -> Setting:
    """Return the name of the target; ARGO_SERVER speaks for `argo` when nothing else is said."""
    return _first(
        Setting(flag or "", "--target"),
        Setting(env.get("YAMLFLOW_TARGET", ""), "YAMLFLOW_TARGET"),
        _of_project(project.target if project is not None else None),
        Setting("argo" if env.get("ARGO_SERVER") else "", "ARGO_SERVER"),
        Setting(_TARGET, BUILT_IN),
    )


def runner(flag: str | None, env: Mapping[str, str], project: Project | None) -> Setting:
    """Return what tasks on this machine are."""
    return _first(
        Setting(flag or "", "--runner"),
        Setting(env.get(RUNNER, ""), RUNNER),
        _of_project(project.runner if project is not None else None),
        Setting(_RUNNER, BUILT_IN),
    )


def container_engine(env: Mapping[str, str], project: Project | None) -> Setting:
    """Return the program that runs containers, "" if nothing says which."""
    given = Setting(env.get(CONTAINER_ENGINE, ""), CONTAINER_ENGINE)
    return given if given.value else _of_project(project.container_engine if project is not None else None)


def container_options(env: Mapping[str, str], project: Project | None) -> Setting:
    """Return the options of that program, in one line."""
    options = project.container_options if project is not None else ()
    given = Setting(env.get(CONTAINER_OPTIONS, ""), CONTAINER_OPTIONS)
    if given.value or not options:
        return given
    return Setting(" ".join(item.value for item in options), FILE, options[0].span)


def _of_project(node: Scalar | None) -> Setting:
    return Setting(node.value, FILE, node.span) if node is not None else Setting("", FILE)


def _first(*settings: Setting) -> Setting:
    return next(setting for setting in settings if setting.value)
