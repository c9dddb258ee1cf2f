"""Volumes of a pod, and where its containers see them."""

import os
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from yamlflow.engine.environment import PodFacts, expand, field_value
from yamlflow.engine.objects import CLAIM, Objects, Secrets, config_files
from yamlflow.engine.scope import SubstitutionError

SCRATCH = "scratch"
KEPT = "claim"
FILES = "files"
HOST = "host"

_MODE = 0o644
_OF_FILES = ("configMap", "secret", "projected", "downwardAPI")


class File(NamedTuple):
    """A file of a volume that is made of a ConfigMap, a Secret or of what is known of the pod."""

    path: str
    content: bytes
    mode: int


class Volume(NamedTuple):
    """A volume: an empty folder, a claim's folder (`target` is its name), files, or a path of the machine."""

    name: str
    kind: str
    target: str = ""
    files: tuple[File, ...] = ()
    secret: bool = False


class Mount(NamedTuple):
    """Where a container sees a volume, or a part of it."""

    volume: str
    path: str
    part: str
    read_only: bool


class Sources(NamedTuple):
    """What volumes are made of."""

    pod: PodFacts
    objects: Objects
    secrets: Secrets


def read_only_among(declared: Iterable[dict[str, Any]]) -> frozenset[str]:
    """Return the names of the volumes that nothing may be written to, however they are mounted."""
    return frozenset(
        item["name"]
        for item in declared
        if (item.get("persistentVolumeClaim") or {}).get("readOnly") or any(key in item for key in _OF_FILES)
    )


def mounts_of(container: dict[str, Any], variables: dict[str, str], read_only: Container[str]) -> Iterator[Mount]:
    """Return the mounts of a container; `read_only` are the names of volumes that are so in any case."""
    for item in container.get("volumeMounts") or []:
        part = str(item.get("subPath") or "") or expand(str(item.get("subPathExpr") or ""), variables)
        if part.startswith("/") or ".." in part.split("/"):
            raise SubstitutionError(f"`subPath: {part}` leads out of the volume")
        kept = bool(item.get("readOnly")) or item["name"] in read_only
        yield Mount(item["name"], os.path.normpath(item["mountPath"]), part, kept)


def volumes_of(declared: Iterable[dict[str, Any]], used: set[str], sources: Sources) -> Iterator[Volume]:
    """Return the volumes that containers mount; SubstitutionError when one cannot be had."""
    left = set(used)
    for item in declared:
        if item["name"] in left:
            left.discard(item["name"])
            yield _volume(item, sources)
    if left:
        raise SubstitutionError(f"volume '{min(left)}' not found in workflow spec")


def _volume(item: dict[str, Any], sources: Sources) -> Volume:
    name = item["name"]
    if claim := item.get("persistentVolumeClaim"):
        wanted = str(claim.get("claimName") or "")
        if (CLAIM, wanted) not in sources.objects:
            raise SubstitutionError(f'persistentvolumeclaim "{wanted}" not found')
        return Volume(name, KEPT, wanted)
    if host := item.get("hostPath"):
        return Volume(name, HOST, str(host.get("path") or ""))
    if projected := item.get("projected"):
        mode = int(projected.get("defaultMode") or _MODE)
        parts = [_source_files(source, sources, mode) for source in projected.get("sources") or []]
        found = tuple(file for part in parts for file in part)
        return Volume(name, FILES, files=found, secret=any("secret" in part for part in projected.get("sources") or []))
    if any(key in item for key in _OF_FILES):
        return Volume(name, FILES, files=tuple(_source_files(item, sources, _MODE)), secret="secret" in item)
    return Volume(name, SCRATCH)


def _source_files(source: dict[str, Any], sources: Sources, mode: int) -> list[File]:
    if (wanted := source.get("configMap")) is not None:
        name = str(wanted.get("name") or "")
        try:
            found = config_files(sources.objects, name)
        except ValueError as error:
            raise SubstitutionError(f'`binaryData` of configmap "{name}" is no base64: {error}') from error
        return _keys(wanted, found, "configmap", name, mode)
    if (wanted := source.get("secret")) is not None:
        name = str(wanted.get("secretName") or wanted.get("name") or "")
        values = sources.secrets.get(name)
        found = None if values is None else {key: value.encode() for key, value in values.items()}
        return _keys(wanted, found, "secret", name, mode)
    if (wanted := source.get("downwardAPI")) is not None:
        mode = int(wanted.get("defaultMode") or mode)
        return [_of_pod(item, sources.pod, mode) for item in wanted.get("items") or []]
    raise SubstitutionError(f"a volume of {', '.join(f'`{key}`' for key in source)} needs a cluster")


def _of_pod(item: dict[str, Any], pod: PodFacts, mode: int) -> File:
    path = str((item.get("fieldRef") or {}).get("fieldPath"))
    listed = {"metadata.labels": pod.labels, "metadata.annotations": pod.annotations}.get(path)
    text = field_value(path, pod) if listed is None else _listed(listed)
    return File(_inside(item["path"]), text.encode(), int(item.get("mode") or mode))


def _listed(values: Mapping[str, str]) -> str:
    """Return all labels or annotations, a line each, as Kubernetes writes them."""
    from json import dumps

    return "\n".join(f"{key}={dumps(values[key], ensure_ascii=False)}" for key in sorted(values))


def _keys(wanted: dict[str, Any], found: dict[str, bytes] | None, kind: str, name: str, mode: int) -> list[File]:
    if found is None:
        if wanted.get("optional"):
            return []
        raise SubstitutionError(f'{kind} "{name}" not found')
    mode = int(wanted.get("defaultMode") or mode)
    if not wanted.get("items"):
        return [File(_inside(key), value, mode) for key, value in found.items()]
    files = []
    for item in wanted["items"]:
        if item["key"] in found:
            files.append(File(_inside(item["path"]), found[item["key"]], int(item.get("mode") or mode)))
        elif not wanted.get("optional"):
            raise SubstitutionError(f"references non-existent {kind} key: {item['key']}")
    return files


def _inside(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/"):
        raise SubstitutionError(f"`path: {path}` leads out of the volume")
    return path
