"""A project as written."""

import os
from collections.abc import Mapping as AnyMapping
from types import MappingProxyType
from typing import Any, NamedTuple

from yamlflow.diagnostics import Span
from yamlflow.diagnostics.severity import Level
from yamlflow.source import Mapping, Node, Scalar

_NONE: AnyMapping[str, Any] = MappingProxyType({})


class Profile(NamedTuple):
    """Values for one purpose."""

    name: str
    span: Span
    extends: Scalar | None
    values: Mapping | None


class Project(NamedTuple):
    """The settings of a `yamlflow.yaml`; what it does not say is empty."""

    path: str
    namespace: Scalar | None = None
    target: Scalar | None = None
    pipelines: tuple[Scalar, ...] = ()
    values: Mapping | None = None
    profiles: AnyMapping[str, Profile] = _NONE
    components: AnyMapping[str, Node] = _NONE
    checks: AnyMapping[str, Level] = _NONE
    defaults: Mapping | None = None
    check_spans: AnyMapping[str, Span] = _NONE
    component_path: tuple[str, ...] = ()
    http_hosts: tuple[str, ...] = ()
    runner: Scalar | None = None
    container_engine: Scalar | None = None
    container_options: tuple[Scalar, ...] = ()

    @property
    def folder(self) -> str:
        """The folder to which all paths in the file are relative."""
        return os.path.dirname(self.path)

    def lineage(self, name: str) -> list[Profile]:
        """Return a profile and those that it extends, the last one first; [] if there is none of this name."""
        found: list[Profile] = []
        profile = self.profiles.get(name)
        while profile is not None and profile not in found:
            found.insert(0, profile)
            profile = self.profiles.get(profile.extends.value) if profile.extends is not None else None
        return found
