"""What a component handed out in a run on this machine."""

import os
import tempfile
from collections.abc import Mapping
from typing import NamedTuple

from yamlflow.app.errors import RequestError, reason
from yamlflow.app.tree import Workflow
from yamlflow.components import Component, sanitize
from yamlflow.engine.artifacts.repository import Repository, Stored
from yamlflow.engine.home import artifacts_folder, default_home
from yamlflow.engine.store.store import Store
from yamlflow.types import type_text

_SHOWN = 72


class Value(NamedTuple):
    """An output: its name, its type, and its text, cut short where it is long."""

    name: str
    type: str
    text: str


def outputs_of(component: Component, run: Workflow, environment: Mapping[str, str], folder: str) -> list[Value]:
    """Return the outputs of a run of one component; with a `folder`, they are written there, a file each."""
    pods = [item for item in run["status"]["nodes"].values() if item["type"] == "Pod"]
    owner = run["status"] if component.container is None else pods[0]
    with tempfile.TemporaryDirectory() as scratch:
        files = _files(owner.get("outputs") or {}, run["metadata"]["uid"], environment, scratch)
        if folder:
            _copy(files, folder)
        return [
            Value(item.name, type_text(item.type) if item.type else "", _text(files.get(sanitize(item.name), "")))
            for item in component.outputs
        ]


def _files(outputs: Workflow, uid: str, environment: Mapping[str, str], scratch: str) -> dict[str, str]:
    """Write outputs to files, and return these by the names of the outputs in the manifest."""
    home = default_home(environment)
    kept: dict[str, Stored] = Store(home).artifacts(uid)
    repository = Repository(artifacts_folder(home))
    found: dict[str, str] = {}
    for item in outputs.get("artifacts") or []:
        stored = kept.get((item.get("s3") or {}).get("key", ""))
        if stored is not None:
            found[item["name"]] = os.path.join(scratch, item["name"])
            repository.get(stored, found[item["name"]])
    for item in outputs.get("parameters") or []:
        path = found.setdefault(item["name"], os.path.join(scratch, item["name"]))
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(item.get("value", ""))
    return found


def _copy(files: Mapping[str, str], folder: str) -> None:
    import shutil

    try:
        os.makedirs(folder, exist_ok=True)
        for name, path in files.items():
            target = os.path.join(folder, name)
            if os.path.lexists(target):
                raise RequestError(f"`{target}` is there already", hint="give an empty or a new folder")
            shutil.move(path, target)
            # The place is needed once more.
            os.symlink(os.path.abspath(target), path)
    except OSError as error:
        raise RequestError(f"cannot write to `{folder}`: {reason(error)}") from None


def _text(path: str) -> str:
    if not path:
        return "(nothing)"
    if os.path.isdir(path):
        return f"(a folder with {len(os.listdir(path))} entries)"
    with open(path, "rb") as file:
        content = file.read()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return f"({len(content)} bytes)"
    lines = text.splitlines()
    if len(lines) <= 1 and len(text) <= _SHOWN:
        return lines[0] if lines else "(empty)"
    first = lines[0][:_SHOWN].rstrip()
    return f"{first}…   ({len(lines)} {'line' if len(lines) == 1 else 'lines'}, {len(content)} bytes)"
