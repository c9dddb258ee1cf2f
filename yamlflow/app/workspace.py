"""What the files of one request share: projects, and the values of templates. Each file of theirs is read once.

A draft is a text that is taken in place of what a file holds.
"""

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from yamlflow.app.errors import UsageError
from yamlflow.app.layer import Layer
from yamlflow.argo.versions import NEWEST
from yamlflow.diagnostics import Sink, SourceText, did_you_mean
from yamlflow.project.load import load
from yamlflow.project.model import Project
from yamlflow.project.places import find
from yamlflow.source.files import load_text
from yamlflow.templating import is_template

if TYPE_CHECKING:
    from yamlflow.components.store import Policy, Store
    from yamlflow.pipeline.options import Shared
    from yamlflow.templating.placed import PlacedMap
    from yamlflow.templating.render import Context
    from yamlflow.templating.rendered import RenderedText


class _Known(NamedTuple):
    """Something that was read, and what was wrong with it."""

    data: Any
    sink: Sink


def policy_of(project: Project) -> "Policy":
    """Return where components of a project may come from."""
    from yamlflow.components.store import LOCK, Policy

    search = (item if "://" in item else os.path.join(project.folder, item) for item in project.component_path)
    return Policy(os.path.join(project.folder, LOCK), tuple(search), frozenset(project.http_hosts))


class Workspace:
    """Loads files: what is wrong with a project or its values is told anew for each file that needs them."""

    def __init__(self, layer: Layer, drafts: Mapping[str, str] = MappingProxyType({})) -> None:
        self._layer = layer
        self._drafts = drafts
        self._shellcheck: str | None = None
        self._paths: dict[str, str | None] = {}
        self._projects: dict[str, _Known] = {}
        self._values: dict[str, _Known] = {}
        self.stores: dict[str, Store] = {}
        if layer.pairs or layer.file_pairs:
            _check_pairs(layer)

    @property
    def argo(self) -> str:
        """The version of Argo that manifests are for."""
        return self._layer.argo or NEWEST

    def project(self, path: str, sink: Sink) -> Project | None:
        """Return the project of a file."""
        folder = os.path.dirname(path)
        if folder not in self._paths:
            self._paths[folder] = find(folder)
        found = self._paths[folder]
        if found is None:
            return None
        known = self._projects.get(found)
        if known is None:
            project_sink = Sink()
            known = self._projects[found] = _Known(load(found, project_sink), project_sink)
        sink.take(known.sink)
        project: Project = known.data
        if self._layer.profile and self._layer.profile not in project.profiles:
            self._refuse_profile(project, sink)
        return project

    def shared(self, path: str, sink: Sink) -> "Shared":
        """Return what the project of a pipeline gives to it."""
        from yamlflow.components.store import LOCK, Policy
        from yamlflow.pipeline.options import Shared

        project = self.project(path, sink)
        if project is None:
            folder = os.path.dirname(path)
            return Shared({}, folder, None, self._store(Policy(os.path.join(folder, LOCK))))
        store = self._store(policy_of(project))
        return Shared(dict(project.components), project.folder, project.defaults, store)

    def _store(self, policy: "Policy") -> "Store":
        """Return the store of a lock; what it fetched is there for all files."""
        if policy.lock not in self.stores:
            from yamlflow.components.store import Store

            layer = self._layer
            self.stores[policy.lock] = Store(
                policy._replace(offline=layer.offline, frozen=layer.frozen, update=layer.update, env=layer.env)
            )
        return self.stores[policy.lock]

    def shellcheck(self, path: str) -> str:
        """Return the program that checks the scripts of a file; "" when there is none, or it is not wanted."""
        project = self.project(path, Sink())
        if project is not None and project.checks.get("shellcheck") == "off":
            return ""
        if self._shellcheck is None:
            from yamlflow.app.programs import find_shellcheck

            self._shellcheck = find_shellcheck(self._layer.env)
        return self._shellcheck

    def draft(self, path: str) -> SourceText | None:
        """Return the draft of a file, if it has one."""
        text = self._drafts.get(path)
        return SourceText(path, text) if text is not None else None

    def source(self, path: str, sink: Sink) -> SourceText | None:
        """Return the text of a file; of a template, what it yields."""
        source = self.draft(path) or load_text(path, sink)
        if source is None or not is_template(path):
            return source
        given = self._given(path, sink)
        if given is None:
            return None
        from yamlflow.templating.render import render

        return render(source, *given, sink)

    def rendered(self, path: str) -> "tuple[RenderedText, bool] | None":
        """Return what a template yields as far as it does, and whether that is all; None when it cannot be read."""
        from yamlflow.templating.render import render_anyway

        sink = Sink()  # what is wrong is told by those who check the file
        source, given = load_text(path, sink), self._given(path, sink)
        return render_anyway(source, *given, sink) if source is not None and given is not None else None

    def values(self, path: str, sink: Sink) -> "PlacedMap":
        """Return the values that a template would see."""
        return self._values_of(self.project(path, Sink()), sink)

    def _given(self, path: str, sink: Sink) -> "tuple[Context, str] | None":
        """Return what a template sees, and the folder whose files it can use."""
        project = self.project(path, sink)
        if project is None and self._layer.profile:
            self._refuse_profile(None, sink)
        values = self._values_of(project, sink)
        if sink.failed:
            return None
        from yamlflow.templating.render import Context

        root = project.folder if project is not None else os.path.dirname(path)
        return Context(values, self._layer.profile, self._layer.env), root

    def _values_of(self, project: Project | None, sink: Sink) -> "PlacedMap":
        key = project.path if project is not None else ""
        known = self._values.get(key)
        if known is None:
            from yamlflow.templating.values import gather

            layer, found = self._layer, Sink()
            values = gather(project, layer.profile, layer.files, layer.pairs, layer.file_pairs, found, layer.data)
            if project is not None and not found.failed:
                from yamlflow.templating.schema import check_values, schema_path

                check_values(values, schema_path(project.folder), project.path, found)
            known = self._values[key] = _Known(values, found)
        sink.take(known.sink)
        data: PlacedMap = known.data
        return data

    def _refuse_profile(self, project: Project | None, sink: Sink) -> None:
        name = self._layer.profile
        profiles = project.profiles if project is not None else {}
        note = f"the profiles of {project.path}: {', '.join(profiles) or 'none'}" if project is not None else ""
        sink.error(
            "unknown-profile",
            f"there is no profile `{name}`",
            None,
            did_you_mean(name, profiles),
            notes=(note or "there is no yamlflow.yaml beside the pipeline or above it",),
            path=f"--profile {name}",
        )


def _check_pairs(layer: Layer) -> None:
    from yamlflow.templating.values import parse_set, parse_set_file

    readers: tuple[tuple[str, tuple[str, ...], Callable[[str], object]], ...] = (
        ("--set", layer.pairs, parse_set),
        ("--set-file", layer.file_pairs, parse_set_file),
    )
    for option, pairs, read in readers:
        for pair in pairs:
            try:
                read(pair)
            except ValueError as error:
                raise UsageError(f"`{option} {pair}` {error}") from None
