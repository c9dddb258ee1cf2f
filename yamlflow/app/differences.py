"""What differs between two manifests in meaning: order of keys, of named items, quotes and comments do not count."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Manifest = dict[str, Any]
_ABSENT: Any = object()
# What a server or a run adds; nobody wrote it.
_OWN = (
    *("uid", "creationTimestamp", "managedFields", "resourceVersion", "generation", "name", "generateName"),
    *("namespace", "selfLink"),
)
# Labels and annotations of Argo's own, and those that we derive from the rest.
_DERIVED = ("workflows.argoproj.io/", "pipelines.kubeflow.org/", "yamlflow.dev/conditions")
_WHEN = re.compile(r"templates\[([^\]]+)\]\.dag\.tasks\[([^\]]+)\]\.when\Z")
_HOLDERS = ("annotations", "labels", "metadata")


class Change(NamedTuple):
    """A field that is only in the first manifest (`new` is None), only in the second (`old` is None), or changed.

    `path` is written as Argo writes it, with names in the place of numbers: `spec.templates[train].container.image`.
    """

    path: str
    kind: str
    old: Any
    new: Any


def differences(old: Manifest, new: Manifest) -> list[Change]:
    """Return the changes from one manifest to the other, in the order of their fields."""
    sources = [_conditions(manifest) for manifest in (old, new)]
    return [_as_written(change, *sources) for change in _compare(_written(old), _written(new), "")]


def _conditions(manifest: Manifest) -> dict[str, str]:
    """Return the conditions of tasks as they stand in the pipeline, by TEMPLATE.TASK."""
    text = ((manifest.get("metadata") or {}).get("annotations") or {}).get("yamlflow.dev/conditions")
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _as_written(change: Change, old: dict[str, str], new: dict[str, str]) -> Change:
    """Return a changed condition as people wrote it, where that is what has changed."""
    place = _WHEN.search(change.path)
    name = ".".join(place.groups()) if place else ""
    if change.kind != "changed" or old.get(name, "") == new.get(name, "") or not {name} <= old.keys() & new.keys():
        return change
    return change._replace(old=old[name], new=new[name])


def _written(manifest: Manifest) -> Manifest:
    metadata = {key: value for key, value in (manifest.get("metadata") or {}).items() if key not in _OWN}
    spec = {key: value for key, value in (manifest.get("spec") or {}).items() if key != "shutdown"}
    found: Manifest = _without_derived({"kind": manifest.get("kind"), "metadata": metadata, "spec": spec})
    return found


def _without_derived(value: Any) -> Any:  # noqa: ANN401 - parts of manifests
    if isinstance(value, list):
        return [_without_derived(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _without_derived(item) for key, item in value.items() if not str(key).startswith(_DERIVED)}
    return {key: item for key, item in found.items() if item != {} or key not in _HOLDERS}


def _compare(old: Any, new: Any, path: str) -> Iterator[Change]:  # noqa: ANN401 - parts of manifests
    if old is _ABSENT:
        yield Change(path, "added", None, new)
    elif new is _ABSENT:
        yield Change(path, "removed", old, None)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _compare(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{path}.{key}" if path else str(key))
    elif isinstance(old, list) and isinstance(new, list):
        first, second = _by_name(old, new)
        for name in dict.fromkeys((*first, *second)):
            yield from _compare(first.get(name, _ABSENT), second.get(name, _ABSENT), f"{path}[{name}]")
    elif old != new:
        yield Change(path, "changed", old, new)


def _by_name(old: list[Any], new: list[Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return the items of two lists by their names, or by their numbers where not all have a name of their own."""
    found = []
    for items in (old, new):
        names = [item.get("name") if isinstance(item, dict) else None for item in items]
        if None in names or len(set(names)) < len(names):
            return dict(enumerate(old)), dict(enumerate(new))
        found.append(dict(zip(names, items, strict=True)))
    return found[0], found[1]
