"""Checking a project on its own, and what it says about its pipelines."""

import os
from collections.abc import Iterator

from yamlflow.components import Loader
from yamlflow.components.store import Store
from yamlflow.diagnostics import Sink, SourceText, did_you_mean
from yamlflow.pipeline.defaults import parse_defaults
from yamlflow.project.load import load
from yamlflow.project.model import Project
from yamlflow.project.places import find
from yamlflow.source import Scalar
from yamlflow.source.fields import place
from yamlflow.targets import MODULES
from yamlflow.templating.schema import check_schema, schema_path


def check_project(path: str, sink: Sink, store: Store | None, draft: SourceText | None = None) -> None:
    """Report what is wrong in a `yamlflow.yaml`, its defaults and components included."""
    project = load(path, sink, draft)
    parse_defaults(project.defaults, sink)
    loader = Loader(sink, store)
    for node in project.components.values():
        loader.load(node, project.folder)
    check_schema(schema_path(project.folder), sink)
    target = project.target
    if target is not None and target.value not in MODULES:
        hint = did_you_mean(target.value, MODULES) or f"known: {', '.join(MODULES)}"
        sink.error("invalid-value", f"there is no target `{target.value}`", place(target), hint)


def project_paths(sink: Sink) -> list[str]:
    """Return what the project of this folder says is to be checked; [] if it says nothing."""
    path = find("")
    project = load(path, Sink()) if path is not None else None
    if project is None or not project.pipelines:
        return []
    paths = [project.path]
    for pattern in project.pipelines:
        found = sorted(_matches(project, pattern))
        if not found:
            sink.warning("nothing-found", "no file matches this pattern", place(pattern))
        paths += found
    return list(dict.fromkeys(paths))


def _matches(project: Project, pattern: Scalar) -> Iterator[str]:
    from glob import iglob

    for name in iglob(pattern.value, root_dir=project.folder or ".", recursive=True):
        path = os.path.join(project.folder, name)
        if os.path.isfile(path):
            yield os.path.normpath(path)
