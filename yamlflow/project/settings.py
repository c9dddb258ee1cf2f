"""Which setting wins, and where it came from: a flag, the environment, the project, what is built in."""

from collections.abc import Mapping
from typing import NamedTuple

from yamlflow.diagnostics import Span
from yamlflow.project.model import Project
from yamlflow.project.places import BUILT_IN, FILE
from yamlflow.source import Scalar

_NAMESPACE = "kubeflow"
_TARGET = "local"


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


def _of_project(node: Scalar | None) -> Setting:
    return Setting(node.value, FILE, node.span) if node is not None else Setting("", FILE)


def _first(*settings: Setting) -> Setting:
    return next(setting for setting in settings if setting.value)
