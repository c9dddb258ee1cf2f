"""Pinning the addresses of components that a project uses."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.app.errors import RequestError, reason
from yamlflow.app.layer import Layer
from yamlflow.diagnostics import Diagnostic, Sink

if TYPE_CHECKING:
    from yamlflow.components.lock import Pin
    from yamlflow.components.store import Store

_OF_FETCHING = frozenset({"fetch-failed", "component-changed", "component-not-found", "unsupported-reference"})


class Locked(NamedTuple):
    """What was pinned: how many addresses in each lock, and what changed at which address."""

    counts: dict[str, int]
    changed: dict[str, list[str]]
    diagnostics: list[Diagnostic]

    @property
    def failed(self) -> bool:
        """Whether an address could not be pinned."""
        return any(item.severity == "error" for item in self.diagnostics)


def lock_components(paths: list[str], env: Mapping[str, str], *, update: bool) -> Locked:
    """Read pipelines, and pin the addresses that they use; when no path is given, no others stay pinned."""
    from yamlflow.app.compile import validate_file
    from yamlflow.app.folders import yaml_files
    from yamlflow.app.validate import default_paths
    from yamlflow.app.workspace import Workspace

    workspace = Workspace(Layer(env=env, update=update))
    sink = Sink()
    for path in paths or default_paths(sink):
        folder = os.path.isdir(path)
        for file in yaml_files(path) if folder else [path]:
            validate_file(file, workspace, sink, given=not folder)
    found = Sink()
    for item in sink.items:
        if item.code in _OF_FETCHING or "://" in item.file:
            found.add(item)
    counts: dict[str, int] = {}
    changed: dict[str, list[str]] = {}
    for path, store in workspace.stores.items():
        if not store.used and not store.pins(found):
            continue
        if not found.failed:
            _write(store, store.pins(found) | store.used if paths else store.used)
        counts[path] = len(store.used)
        changed |= store.changed
    return Locked(counts, changed, found.sorted())


def _write(store: "Store", pins: "dict[str, Pin]") -> None:
    try:
        store.write(pins)
    except OSError as error:
        raise RequestError(f"{store.policy.lock} cannot be written: {reason(error)}") from None
