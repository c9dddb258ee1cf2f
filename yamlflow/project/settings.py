"""Which setting wins, and where it came from: a flag, the environment, the project, what is built in."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from yamlflow.diagnostics import Span
from yamlflow.project.load import FILE
from yamlflow.project.model import Project
from yamlflow.source import Scalar

BUILT_IN = "built in"
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


def cache(env: Mapping[str, str], project: str | None) -> Setting:
    """Return the folder of kept verdicts, for the path of a project if there is one; "off" when none are kept."""
    if env.get("YAMLFLOW_CACHE") == "off":
        return Setting("off", "YAMLFLOW_CACHE")
    if project is not None:
        return Setting(os.path.join(os.path.dirname(project), ".yamlflow", "cache"), FILE)
    base = env.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return Setting(os.path.join(base, "yamlflow"), "XDG_CACHE_HOME")
    return Setting(os.path.expanduser("~/.cache/yamlflow"), BUILT_IN)


def _of_project(node: Scalar | None) -> Setting:
    return Setting(node.value, FILE, node.span) if node is not None else Setting("", FILE)


def _first(*settings: Setting) -> Setting:
    return next(setting for setting in settings if setting.value)
