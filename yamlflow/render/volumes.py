"""Volumes of the run, and what tasks mount."""

from typing import Any

from yamlflow.pipeline.held import Mount, Volume
from yamlflow.pipeline.model import Pipeline, Task
from yamlflow.render.level import Template
from yamlflow.render.passing import Passing
from yamlflow.render.text import constant

_SOURCES = {
    "claim": ("persistentVolumeClaim", "claimName"),
    "secret": ("secret", "secretName"),
    "configMap": ("configMap", "name"),
}


def run_volumes(pipeline: Pipeline) -> Template:
    """Return the volumes of the run as fields of the spec: those that it makes, and all others."""
    made = [_made(name, volume) for name, volume in pipeline.volumes.items() if volume.kind == "size"]
    others = [
        {"name": name, **_source(volume.kind, volume.name)}
        for name, volume in pipeline.volumes.items()
        if volume.kind != "size"
    ]
    found: Template = {}
    if made:
        found["volumeClaimTemplates"] = made
        found["volumeClaimGC"] = {"strategy": "OnWorkflowCompletion"}
    return found | ({"volumes": others} if others else {})


def _made(name: str, volume: Volume) -> dict[str, Any]:
    assert volume.size is not None
    spec: dict[str, Any] = {
        "accessModes": list(volume.modes),
        "resources": {"requests": {"storage": constant(volume.size)}},
    }
    if volume.storage_class:
        spec["storageClassName"] = volume.storage_class
    return {"metadata": {"name": name}, "spec": spec}


def _source(kind: str, name: str) -> dict[str, Any]:
    if kind == "empty":
        return {"emptyDir": {}}
    field, key = _SOURCES[kind]
    return {field: {key: name}}


def add_mounts(task: Task, body: Template, passing: Passing) -> None:
    """Add what a task mounts to its template."""
    container = body.get("container") or body.get("containerSet") or body["script"]
    mounts: list[dict[str, Any]] = []
    volumes: list[dict[str, Any]] = []
    for mount in task.volumes:
        name = _name(mount, len(volumes), passing)
        if mount.kind != "volume":
            source = passing.text("volume", mount.name) if mount.name is not None else ""
            volumes.append({"name": name, **_source(mount.kind, source)})
        entry: dict[str, Any] = {"name": name, "mountPath": mount.path}
        entry |= {"readOnly": True} if mount.read_only else {}
        mounts.append(entry | ({"subPath": mount.sub_path} if mount.sub_path else {}))
    container["volumeMounts"] = mounts
    if volumes:
        body["volumes"] = volumes


def _name(mount: Mount, number: int, passing: Passing) -> str:
    if mount.kind == "volume" and mount.name is not None:
        return passing.text("volume", mount.name)
    return f"volume-{number + 1}"
