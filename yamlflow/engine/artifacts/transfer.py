"""Bringing artifacts into the files of a task, and taking them out again."""

import errno
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from yamlflow.engine.artifacts.driver import AbsentError, DriverError
from yamlflow.engine.artifacts.repository import FOLDER, TREE, Repository, Stored
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.objects import Secrets
from yamlflow.engine.place import file_name

Place = Callable[[str], str]


class Transfer(NamedTuple):
    """One artifact that a task read or wrote."""

    node: str
    name: str
    key: str
    stored: Stored


class TransferError(Exception):
    """An artifact could not be brought in or taken out; the message is Argo's."""


class Finder(Protocol):
    """Knows what is kept under a key; `bucket` is where to look for what is not."""

    bucket: dict[str, Any] | None

    def find(self, key: str) -> Stored:
        """Return what is kept under a key, or below it. LookupError: nothing is."""
        ...


def load(
    repository: Repository,
    known: Finder,
    node: str,
    artifact: dict[str, Any],
    place: Place,
    secrets: Secrets,
) -> Transfer | None:
    """Write an input artifact to its path. None when it is optional and not there."""
    name = artifact["name"]
    try:
        key, stored = _find(repository, known, artifact, secrets)
        if artifact.get("path"):
            _write(repository, stored, artifact, place(artifact["path"]))
        return Transfer(node, name, key, stored)
    except (LookupError, AbsentError) as error:
        if artifact.get("optional"):
            return None
        if isinstance(error, AbsentError):
            raise TransferError(f"artifact {name} failed to load: {error}") from error
        raise TransferError(f"required artifact '{name}' not supplied") from error
    except DriverError as error:
        raise TransferError(f"artifact {name} failed to load: {error}") from error
    except OSError as error:
        raise TransferError(f"artifact {name} failed to load: {reason(error)}") from error


def is_remote(artifact: Mapping[str, Any]) -> bool:
    """Whether an artifact is outside of this machine; in S3 it is when it says at which server and in which bucket."""
    s3 = artifact.get("s3") or {}
    addressed = (artifact.get("http") or {}).get("url") or (artifact.get("git") or {}).get("repo")
    return bool(addressed or (s3.get("bucket") and s3.get("endpoint")))


def _fetch(repository: Repository, artifact: dict[str, Any], secrets: Secrets) -> tuple[str, Stored]:
    from yamlflow.engine.artifacts.remote import Remote

    return Remote(repository, secrets).fetch(artifact)


def _find(repository: Repository, known: Finder, artifact: dict[str, Any], secrets: Secrets) -> tuple[str, Stored]:
    if is_remote(artifact):
        return _fetch(repository, artifact, secrets)
    if "raw" in artifact:
        return "", repository.put_bytes(plain_text(artifact["raw"].get("data", "")).encode())
    key = (artifact.get("s3") or {}).get("key", "")
    try:
        return key, known.find(key)
    except LookupError:
        if not (known.bucket and key):
            raise
    return _fetch(repository, {**artifact, "s3": {**known.bucket, "key": key}}, secrets)


def _write(repository: Repository, stored: Stored, artifact: dict[str, Any], target: str) -> None:
    if os.path.isdir(target) and not os.path.islink(target):
        import shutil

        shutil.rmtree(target)
    elif os.path.lexists(target):
        os.unlink(target)
    repository.get(stored, target, artifact.get("subPath", ""))
    if artifact.get("mode") is not None:
        _set_mode(target, int(artifact["mode"]), recurse=bool(artifact.get("recurseMode")))


def _set_mode(path: str, mode: int, *, recurse: bool) -> None:
    """Give a file or folder its mode; what links lead to is left alone, for it may be anything of this machine."""
    below = (
        [os.path.join(at, name) for at, folders, files in os.walk(path) for name in folders + files] if recurse else []
    )
    for item in [*reversed(below), path]:
        if not os.path.islink(item):
            os.chmod(item, mode)


def save(
    repository: Repository, task: str, prefix: str, artifact: dict[str, Any], find: Place, secrets: Secrets
) -> tuple[dict[str, Any], Transfer] | None:
    """Keep an output artifact; return it with its location. None when it is optional and was not written."""
    name, path = artifact["name"], artifact["path"]
    try:
        source = find(path)
    except OSError as error:
        raise TransferError(f"failed to save outputs: artifact {name}: {reason(error)}") from error
    if not os.path.lexists(source):
        if artifact.get("optional"):
            return None
        absent = f"stat {path}: {os.strerror(errno.ENOENT).lower()}"
        raise TransferError(f"failed to save outputs: artifact {name}: {absent}")
    key = (artifact.get("s3") or {}).get("key") or f"{prefix}/{file_name(artifact)}"
    try:
        stored = repository.put(source)
    except OSError as error:
        raise TransferError(f"failed to save outputs: artifact {name}: {reason(error)}") from error
    if is_remote(artifact):
        _send(repository, artifact, source, secrets)
        return artifact, Transfer(task, name, _location(artifact), stored)
    if stored.kind == FOLDER and "none" in (artifact.get("archive") or {}):
        stored = stored._replace(kind=TREE)
    return {**artifact, "s3": {"key": key}}, Transfer(task, name, key, stored)


def _location(artifact: dict[str, Any]) -> str:
    from importlib import import_module

    from yamlflow.engine.artifacts.remote import driver_of

    return str(import_module(f"yamlflow.engine.artifacts.drivers.{driver_of(artifact)}").location(artifact))


def _send(repository: Repository, artifact: dict[str, Any], source: str, secrets: Secrets) -> None:
    from yamlflow.engine.artifacts.remote import Remote

    try:
        Remote(repository, secrets).send(artifact, source)
    except DriverError as error:
        raise TransferError(f"failed to save outputs: artifact {artifact['name']}: {error}") from error
    except OSError as error:
        raise TransferError(f"failed to save outputs: artifact {artifact['name']}: {reason(error)}") from error


def reason(error: OSError) -> str:
    """Return what the system says of an error, and of which file."""
    return str(error.strerror or error) + (f": {error.filename}" if error.filename else "")
