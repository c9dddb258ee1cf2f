"""The actions of kubectl that `resource` templates ask for, with its messages."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from yamlflow.argo.goyaml import go_data
from yamlflow.argo.resources import KINDS, Kind, kind_of_word
from yamlflow.argo.selectors import parse_selector
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.engine.objects import Object
from yamlflow.engine.resources.cluster import WORKFLOW, Cluster
from yamlflow.engine.resources.patches import PatchError, patched
from yamlflow.engine.resources.request import ResourceRequest
from yamlflow.source import read_source

_FILE = "/tmp/manifest.yaml"
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_OWN = ("uid", "creationTimestamp", "resourceVersion")
_MARK = "yamlflow/made-by"
_WITH_VALUE = frozenset(("--selector", "-l", "--namespace", "-n", "--field-manager", "--timeout", "--grace-period"))
_IGNORED = (
    "--force",
    "--server-side",
    "--wait",
    "--cascade",
    "--validate",
    "--overwrite",
    "--save-config",
    "--record",
    "--now",
)


class KubectlError(Exception):
    """What kubectl would say."""


class Asked:
    """What flags and manifest mean: a kind, names or a selector, and what is given as the object or the patch."""

    def __init__(self, request: ResourceRequest, manifest: str) -> None:
        if not manifest.strip() and not request.flags:
            raise KubectlError("Must provide at least one of flags or manifest.")
        self.given = _read(manifest) if manifest.strip() else None
        words, self.selector = _flags(request.flags)
        if words and "/" in words[0]:
            words = words[0].split("/", 1) + words[1:]
        item = self.given if isinstance(self.given, dict) else {}
        by_words = bool(words) and (request.merge == "json" or not item.get("kind"))
        self.kind = _kind(words[0] if by_words else str(item.get("kind") or ""))
        metadata = item.get("metadata") or {}
        self.names = words[1:] if by_words else [str(metadata["name"])] if metadata.get("name") else []


def run(request: ResourceRequest, manifest: str, cluster: Cluster) -> Object | None:
    """Do what a request says and return the object that it is about; KubectlError when it cannot be done."""
    asked = Asked(request, manifest)
    actions = {"create": _create, "apply": _apply, "replace": _replace, "patch": _patch, "get": _get}
    if request.action == "delete":
        for name in _chosen(asked, cluster):
            cluster.remove(asked.kind.name, name)
        return None
    try:
        return actions[request.action](request, asked, cluster)
    except PatchError as error:
        raise KubectlError(f"error: {error}") from error


def _read(text: str) -> object:
    sink = Sink()
    node = read_source(SourceText(_FILE, text), sink)
    if node is None:
        reason = sink.items[0].message if sink.items else "it is empty"
        raise KubectlError(f"error: error parsing {_FILE}: {reason}")
    return go_data(node)


def _flags(flags: tuple[str, ...]) -> tuple[list[str], str]:
    words, selector, waiting = [], "", ""
    for flag in flags:
        name, equals, value = flag.partition("=")
        if waiting:
            selector = flag if waiting in ("--selector", "-l") else selector
            waiting = ""
        elif name in _WITH_VALUE:
            selector = value if equals and name in ("--selector", "-l") else selector
            waiting = "" if equals else name
        elif not flag.startswith("-"):
            words.append(flag)
        elif not name.startswith(_IGNORED) and name != "--ignore-not-found":
            raise KubectlError(f"unknown flag: {name}")
    return words, selector


def _kind(word: str) -> Kind:
    found = kind_of_word(word)
    if found is None:
        listed = ", ".join(kind.name for kind in KINDS)
        raise KubectlError(f'the local engine keeps no resources of the kind "{word}"; it keeps {listed}')
    return found


def _chosen(asked: Asked, cluster: Cluster) -> Iterator[str]:
    """Return the names of the objects that are there and meant."""
    if asked.names:
        yield from [name for name in asked.names if cluster.get(asked.kind.name, name) is not None]
    elif asked.selector:
        matches = parse_selector(asked.selector)
        for item in cluster.list(asked.kind.name):
            if matches(item["metadata"].get("labels") or {}):
                yield item["metadata"]["name"]
    else:
        raise KubectlError("error: resource(s) were provided, but no name was specified")


def _not_found(asked: Asked, name: str, doing: str = "") -> KubectlError:
    return KubectlError(f'Error from server (NotFound): {doing}{asked.kind.resource} "{name}" not found')


def _existing(asked: Asked, cluster: Cluster, doing: str = "") -> Object:
    if not asked.names:
        raise KubectlError("error: resource name may not be empty")
    found = cluster.get(asked.kind.name, asked.names[0])
    if found is None:
        raise _not_found(asked, asked.names[0], doing)
    return copy.deepcopy(found)


def _get(request: ResourceRequest, asked: Asked, cluster: Cluster) -> Object | None:
    if asked.names or not asked.selector:
        if "--ignore-not-found" in request.flags and cluster.get(asked.kind.name, asked.names[0]) is None:
            return None
        return _existing(asked, cluster)
    raise KubectlError("Kind and name are both required but at least one of them is missing from the manifest")


def _manifest(request: ResourceRequest, asked: Asked) -> Object:
    if not isinstance(asked.given, dict):
        raise KubectlError(f"error: unable to decode {_FILE!r}")
    item: dict[str, Any] = copy.deepcopy(asked.given)
    metadata = item["metadata"] = dict(item.get("metadata") or {})
    if request.owner:
        metadata["ownerReferences"] = [*(metadata.get("ownerReferences") or []), request.owner]
    return item


def _create(request: ResourceRequest, asked: Asked, cluster: Cluster) -> Object:
    item = _manifest(request, asked)
    metadata = item["metadata"]
    metadata["annotations"] = {**(metadata.get("annotations") or {}), _MARK: request.mark}
    if not metadata.get("name"):
        if not metadata.get("generateName"):
            raise KubectlError(f'error: error when creating "{_FILE}": resource name may not be empty')
        metadata["name"] = f"{metadata['generateName']}{_suffix(request.mark)}"
    there = cluster.get(asked.kind.name, metadata["name"])
    if there is None:
        return _made(cluster, item)
    if (there["metadata"].get("annotations") or {}).get(_MARK) == request.mark:
        return there  # made before the engine was killed
    what = f'{asked.kind.resource} "{metadata["name"]}" already exists'
    raise KubectlError(f'Error from server (AlreadyExists): error when creating "{_FILE}": {what}')


def _made(cluster: Cluster, item: Object) -> Object:
    try:
        return cluster.create(item)
    except ValueError as error:
        raise KubectlError(f'Error from server (BadRequest): error when creating "{_FILE}": {error}') from error


def _suffix(mark: str) -> str:
    """Return what is appended to a `generateName`: for the same attempt always the same."""
    from yamlflow.argo.ids import suffix_of

    return suffix_of(mark)


def _apply(request: ResourceRequest, asked: Asked, cluster: Cluster) -> Object:
    item = _manifest(request, asked)
    metadata = item["metadata"]
    if not metadata.get("name"):
        raise KubectlError(
            "error: from " + str(metadata.get("generateName", "")) + ": cannot use generate name with apply"
        )
    wanted = json.dumps(item, separators=(",", ":"), sort_keys=True)
    metadata["annotations"] = {**(metadata.get("annotations") or {}), _APPLIED: wanted}
    there = cluster.get(asked.kind.name, metadata["name"])
    if there is None:
        return _made(cluster, item)
    before = json.loads((there["metadata"].get("annotations") or {}).get(_APPLIED) or "{}")
    return cluster.change(patched(_without_removed(there, before, item), item, "strategic"))


def _without_removed(there: object, before: object, now: object) -> Any:  # noqa: ANN401 - JSON of any form
    """Return an object without the fields that were applied the last time and are not now."""
    if not (isinstance(there, dict) and isinstance(before, dict) and isinstance(now, dict)):
        return there
    return {
        key: _without_removed(value, before.get(key), now.get(key))
        for key, value in there.items()
        if key in now or key not in before
    }


def _replace(request: ResourceRequest, asked: Asked, cluster: Cluster) -> Object:
    item = _manifest(request, asked)
    there = _existing(asked, cluster, f'error when replacing "{_FILE}": ')
    if asked.kind.name == WORKFLOW:
        return cluster.change(item)
    kept = {
        key: value for key, value in there["metadata"].items() if key in ("uid", "creationTimestamp", "resourceVersion")
    }
    return cluster.change({**item, "metadata": {**kept, **item["metadata"]}})


def _patch(request: ResourceRequest, asked: Asked, cluster: Cluster) -> Object:
    there = _existing(asked, cluster)
    return cluster.change(patched(there, asked.given, request.merge))
