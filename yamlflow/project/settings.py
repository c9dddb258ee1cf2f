"""Which setting wins, and where it came from: a flag, the environment, the project, what is built in."""

from collections.abc import Mapping
from typing import NamedTuple

from yamlflow.project.load import FILE
from yamlflow.project.model import Project

_NAMESPACE = "kubeflow"
_TARGET = "local"


class Setting(NamedTuple):
    """A value and its origin, such as `--target` or `yamlflow.yaml`."""

    value: str
    origin: str


def namespace(flag: str | None, env: Mapping[str, str], project: Project | None) -> Setting:
    """Return the namespace of runs."""
    of_project = project.namespace if project is not None else ""
    return _first(
        Setting(flag or "", "--namespace"),
        Setting(env.get("ARGO_NAMESPACE", ""), "ARGO_NAMESPACE"),
        Setting(of_project, FILE),
        Setting(_NAMESPACE, "built in"),
    )


def target(flag: str | None, env: Mapping[str, str], project: Project | None) -> Setting:
    """Return the name of the target; ARGO_SERVER speaks for `argo` when nothing else is said."""
    of_project = project.target.value if project is not None and project.target is not None else ""
    return _first(
        Setting(flag or "", "--target"),
        Setting(env.get("YAMLFLOW_TARGET", ""), "YAMLFLOW_TARGET"),
        Setting(of_project, FILE),
        Setting("argo" if env.get("ARGO_SERVER") else "", "ARGO_SERVER"),
        Setting(_TARGET, "built in"),
    )


def _first(*settings: Setting) -> Setting:
    return next(setting for setting in settings if setting.value)
