"""Volumes and mounts in the words of a pipeline, if these say all of them."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from yamlflow.app.importing.scope import has_tag
from yamlflow.argo.view import Data

_PROGRAMS = ("container", "script", "containerSet")
_SIMPLE = {"secret": ("secretName", "secret"), "configMap": ("name", "configMap")}
_CLAIM = ("persistentVolumeClaim", "claimName", "claim")
_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def say_volumes(pipeline: Data, kept: Iterable[Data]) -> None:
    """Write `volumes` of a pipeline and its tasks in the place of what stands in `argo`; all of them, or none.

    `kept` are templates that stay in Argo's words.
    """
    own = pipeline.get("argo") or {}
    named = {item["name"]: _word(item) for item in own.get("volumes") or []}
    named |= {item["metadata"]["name"]: _made(item) for item in own.get("volumeClaimTemplates") or []}
    every = [task for _, task in named_tasks(pipeline)]
    said = [task for task in every if not _is_kept(task)]
    tasks = [task for task in said if _mounts(task) or (task.get("argo") or {}).get("volumes")]
    mounted = [_mounted(task, named) for task in tasks]
    parts = [[task.get("sidecars"), task.get("init"), _is_kept(task) and task["argo"]] for task in every]
    others = json.dumps([*kept, *parts])
    if None in named.values() or None in mounted or not (tasks or named) or "volumeMounts" in others:
        return
    for task, volumes in zip(tasks, mounted, strict=True):
        task["argo"].pop("volumes", None)
        for kind in _PROGRAMS:
            task["argo"].get(kind, {}).pop("volumeMounts", None)
        task["argo"] = {key: value for key, value in task["argo"].items() if value != {}}
        if not task["argo"]:
            del task["argo"]
        task["volumes"] = volumes
    for key in ("volumes", "volumeClaimTemplates"):
        own.pop(key, None)
    if named:
        pipeline["volumes"] = named


def named_tasks(holder: Data) -> Iterator[tuple[str, Data]]:
    """Yield every task below a pipeline, a task or a hook, with its name."""
    bodies = [
        holder.get("tasks"),
        holder.get("onExit"),
        *(hook["tasks"] for hook in (holder.get("hooks") or {}).values()),
    ]
    for body in bodies:
        for name, task in (body or {}).items():
            yield name, task
            yield from named_tasks(task)


def _is_kept(task: Data) -> bool:
    """Whether a task holds a template in Argo's words."""
    own = task.get("argo") or {}
    return "container" in own and own["container"] is None


def _mounts(task: Data) -> list[Data]:
    return [item for kind in _PROGRAMS for item in ((task.get("argo") or {}).get(kind) or {}).get("volumeMounts") or []]


def _mounted(task: Data, named: Data) -> Data | None:
    """Return the `volumes` of a task, None when something has no word."""
    own = {item["name"]: _word(item) for item in task["argo"].get("volumes") or []}
    found: Data = {}
    used: set[str] = set()
    for item in _mounts(task):
        name, path = item["name"], str(item.get("mountPath"))
        how = {key: item[key] for key in ("readOnly", "subPath") if item.get(key)}
        if set(item) - {"name", "mountPath", "readOnly", "subPath"} or path in found or has_tag(item):
            return None
        word = own.get(name)
        if word is not None:
            found[path] = {**word, **how}
            used.add(name)
        elif name in named and name not in own:
            found[path] = {"volume": name, **how} if how else name
        else:
            return None
    return found if used == own.keys() else None


def _word(volume: Data) -> Data | None:
    """Return the word for a volume that is there already."""
    if volume.get("emptyDir") == {}:
        return {"empty": True}
    for key, (field, word) in {**_SIMPLE, _CLAIM[0]: _CLAIM[1:]}.items():
        source = volume.get(key)
        if isinstance(source, dict) and set(source) == {field} and not has_tag(source):
            return {word: source[field]}
    return None


def _made(claim: Data) -> Data | None:
    """Return the word for a volume that is made for the run."""
    spec: Any = claim.get("spec") or {}
    requests = (spec.get("resources") or {}).get("requests") or {}
    modes = [_MODES.get(mode, "") for mode in spec.get("accessModes") or []]
    plain = set(claim) <= {"metadata", "spec"} and set(claim["metadata"]) == {"name"} and not has_tag(claim)
    known = set(spec) <= {"accessModes", "resources", "storageClassName"} and set(requests) == {"storage"}
    if not plain or not known or "" in modes or set(spec["resources"]) != {"requests"}:
        return None
    storage = {"storageClass": spec["storageClassName"]} if spec.get("storageClassName") else {}
    return {"size": requests["storage"], "modes": modes, **storage}
