"""Artifacts of runs on this machine: which there are, what is in them, and who wrote and read them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from yamlflow.app.errors import RequestError
from yamlflow.app.targets import choose_target
from yamlflow.targets.local import LocalTarget

_CHUNK = 1 << 16


class Line(NamedTuple):
    """An artifact that a task wrote (`out`) or read (`in`)."""

    task: str
    name: str
    direction: str
    kind: str
    size: int
    digest: str
    key: str


def lineage(run: str, namespace: str | None, env: Mapping[str, str]) -> list[Line]:
    """Return what the tasks of a run wrote and read, in this order."""
    return [Line(*row) for row in _target(namespace, env).lineage(run)]


def written(run: str, namespace: str | None, env: Mapping[str, str]) -> list[Line]:
    """Return the artifacts that a run wrote."""
    return [line for line in lineage(run, namespace, env) if line.direction == "out"]


def _find(run: str, name: str, namespace: str | None, env: Mapping[str, str]) -> Line:
    """Return an artifact by `NAME` or `TASK/NAME`; the last one written wins."""
    task, slash, own = name.rpartition("/")
    for line in reversed(written(run, namespace, env)):
        if line.name == own and (not slash or line.task == task):
            return line
    raise RequestError(
        f"no task of `{run}` wrote an artifact `{name}`", hint=f"`yamlflow artifacts list {run}` lists them"
    )


def copy(run: str, name: str, path: str, namespace: str | None, env: Mapping[str, str]) -> str:
    """Write a copy of an artifact to a path (without one: its name, here); return the path."""
    import os

    line = _find(run, name, namespace, env)
    path = path or line.name
    if os.path.lexists(path):
        raise RequestError(f"`{path}` is there already", hint="`--out PATH` names another one")
    target = _target(namespace, env)
    _kept(line, target)
    target.copy_artifact(line.digest, line.size, line.kind, path)
    return path


def content(run: str, name: str, namespace: str | None, env: Mapping[str, str], *, text: bool) -> Iterator[bytes]:
    """Yield the content of an artifact that is a file; `text` refuses one that is nothing for a terminal."""
    line = _find(run, name, namespace, env)
    hint = f"`yamlflow artifacts get {run} {name}` copies it"
    if line.kind != "file":
        raise RequestError(f"artifact `{name}` is a folder", hint=hint)
    with open(_kept(line, _target(namespace, env)), "rb") as file:
        while chunk := file.read(_CHUNK):
            if text and b"\0" in chunk:
                raise RequestError(f"artifact `{name}` is no text", hint=hint)
            yield chunk


def _kept(line: Line, target: LocalTarget) -> str:
    """Return the file with the content of an artifact."""
    import os

    path = target.artifact_path(line.digest)
    if not os.path.exists(path):
        raise RequestError(f"artifact `{line.task}/{line.name}` was removed", hint="`artifactGC` of its run says when")
    return path


def _target(namespace: str | None, env: Mapping[str, str]) -> LocalTarget:
    target = choose_target("local", namespace, env)
    assert isinstance(target, LocalTarget)
    return target
