"""The components that a project has: by name, as files, and by address."""

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from yamlflow.app.folders import yaml_files
from yamlflow.app.layer import Layer
from yamlflow.app.workspace import Workspace, policy_of
from yamlflow.components import Component, Loader
from yamlflow.components.store import LOCK, Policy, Store
from yamlflow.diagnostics import Sink, SourceText, Span
from yamlflow.project.load import load
from yamlflow.project.places import find
from yamlflow.source import Mapping as MappingNode
from yamlflow.source import Node, Scalar, read_source


class Listed(NamedTuple):
    """A component as it can be referred to."""

    reference: str
    name: str
    description: str


def list_components(env: Mapping[str, str], text: str = "") -> list[Listed]:
    """Return what this project, else this folder, has; only those in which a text occurs, if one is given."""
    path = find("")
    known = load(path, Sink()) if path is not None else None
    policy = policy_of(known) if known is not None else Policy(LOCK)
    store = Store(policy._replace(offline=True, env=env))
    folder = known.folder if known is not None else ""
    found = [_listed(name, node, folder, store) for name, node in (known.components if known else {}).items()]
    folders = [folder or ".", *(item for item in policy.search if "://" not in item and os.path.isdir(item))]
    for place in dict.fromkeys(os.path.normpath(item) for item in folders):
        found += _files(place, store)
    found += [_listed(url, _text(url), "", store) for url in store.pins(Sink())]
    unique = list({item.reference: item for item in found}.values())
    wanted = text.casefold()
    return [item for item in unique if wanted in " ".join(item).casefold()]


def _files(folder: str, store: Store) -> Iterator[Listed]:
    """Yield the component files of a folder and those below it."""
    workspace = Workspace(Layer())
    for path in yaml_files(folder):
        source = workspace.source(path, Sink()) if not path.endswith(".j2") else None
        node = read_source(source, Sink()) if source is not None and "implementation" in source.text else None
        if isinstance(node, MappingNode) and "implementation" in node:
            reference = path if path.startswith((".", "/")) else f"./{path}"
            yield _listed(reference, _text(path), "", store)


def _listed(reference: str, node: Node, folder: str, store: Store) -> Listed:
    component: Component | None = Loader(Sink(), store).load(node, folder)
    if component is None:
        return Listed(reference, "", "")
    name, description = component.name, component.description
    if component.pipeline is not None:
        name, description = (getattr(component.pipeline.get(key), "value", "") for key in ("name", "description"))
    lines = description.strip().splitlines()
    return Listed(reference, name, lines[0] if lines else "")


def _text(reference: str) -> Scalar:
    return Scalar(Span(SourceText("", reference), 0, len(reference)), reference)
