"""A run of the store as the Argo `Workflow` that the real controller would show."""

import json
from typing import Any

from yamlflow.argo.phases import FINAL, PENDING, RUNNING, SUCCEEDED
from yamlflow.argo.progress import read_progress
from yamlflow.engine.node import EXECUTED, POD, SKIPPED_TYPE, STEP_GROUP, TASK_GROUP
from yamlflow.engine.store.store import Row
from yamlflow.engine.usage import add_usage

_PREFIX = "workflows.argoproj.io/"
_MADE_FOR_OTHERS = (STEP_GROUP, TASK_GROUP, SKIPPED_TYPE)


def present(row: Row, nodes: list[dict[str, Any]], manifest: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a run with its status; `nodes` are those of the store, `manifest` is one that was read before."""
    read: dict[str, Any] = json.loads(row.manifest) if manifest is None else manifest
    metadata, spec = {**read["metadata"]}, {**read["spec"]}
    workflow = {**read, "metadata": metadata, "spec": spec}
    phase = row.phase or PENDING
    own = {f"{_PREFIX}completed": "true" if phase in FINAL else "false", f"{_PREFIX}phase": phase}
    metadata["labels"] = {**(metadata.get("labels") or {}), **own}
    metadata["annotations"] = {**(metadata.get("annotations") or {}), f"{_PREFIX}pod-name-format": "v2"}
    metadata["resourceVersion"] = str(row.version)
    if row.shutdown:
        spec["shutdown"] = row.shutdown
    stored = json.loads(row.status)
    if stored.get("suspend"):
        spec["suspend"] = True
    elif "suspend" in stored:
        spec.pop("suspend", None)
    status = workflow["status"] = _status(stored, phase, nodes)
    known = [*(spec.get("templates") or []), *(stored.get("storedTemplates") or {}).values()]
    if used := add_usage(nodes, known):
        status["resourcesDuration"] = used
    status["artifactRepositoryRef"] = stored.get("artifactRepositoryRef") or {"default": True, "artifactRepository": {}}
    status["artifactGCStatus"] = stored.get("artifactGCStatus") or {"notSpecified": True}
    metadata["generation"] = row.version
    return workflow


def _status(stored: dict[str, Any], phase: str, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    status: dict[str, Any] = {
        "phase": phase,
        "startedAt": stored.get("startedAt"),
        "finishedAt": stored.get("finishedAt"),
    }
    status["progress"] = _count_progress(nodes)
    if stored.get("message"):
        status["message"] = stored["message"]
    for node in nodes:
        _complete(node)
    status["nodes"] = {node["id"]: node for node in nodes}
    for key in ("persistentVolumeClaims", "storedTemplates", "storedWorkflowTemplateSpec"):
        if stored.get(key):
            status[key] = stored[key]
    if stored.get("outputs"):
        status["outputs"] = stored["outputs"]
    runs = any(node["type"] == POD and node["phase"] == RUNNING for node in nodes)
    pods = any(node["type"] == POD for node in nodes)
    conditions = [{"type": "PodRunning", "status": "True" if runs else "False"}] if pods else []
    if phase in FINAL:
        conditions.append({"type": "Completed", "status": "True"})
    conditions += stored.get("conditions") or []
    if nodes:
        status["conditions"] = conditions
    return status


def _complete(node: dict[str, Any]) -> None:
    """Add what Argo says of every node of a type."""
    kind = node["type"]
    if kind == POD and not (node.get("memoizationStatus") or {}).get("hit"):
        node["taskResultSynced"] = node["phase"] in FINAL
    elif kind in _MADE_FOR_OTHERS and "nodeFlag" not in node:
        node["nodeFlag"] = {}


def _count_progress(nodes: list[dict[str, Any]]) -> str:
    """Give every node its progress: what is done of what is known after it. Return that of the workflow.

    `nodes` are in the order in which they were made; a child is always made after its parents. Sets of pods are the
    bits of a number, which keeps this linear for long chains and wide loops.
    """
    pods = [node for node in nodes if node["type"] in EXECUTED]
    places = {node["id"]: index for index, node in enumerate(pods)}
    counts: dict[tuple[int, int], int] = {}
    for index, node in enumerate(pods):
        count = _progress_of(node)
        counts[count] = counts.get(count, 0) | 1 << index
    below: dict[str, int] = {}
    for node in reversed(nodes):
        found = 0
        for child in node.get("children", ()):
            found |= below.get(child, 0)
            if child in places:
                found |= 1 << places[child]
        if found:
            below[node["id"]] = found
        if node["type"] not in EXECUTED:
            node["progress"] = _sum(counts, found)
    for node in pods:
        node["progress"] = "{}/{}".format(*_progress_of(node))
    return _sum(counts, (1 << len(pods)) - 1)


def _progress_of(node: dict[str, Any]) -> tuple[int, int]:
    """Return what is done of the work of a node, and how much it is: one, unless it has said more itself."""
    done, known = read_progress(node.get("progress", "")) or (0, 1)
    return (known if node["phase"] == SUCCEEDED else done), known


def _sum(counts: dict[tuple[int, int], int], chosen: int) -> str:
    """Return what is done of all that is known of the chosen pods; `counts` has the pods of which each count is so."""
    numbers = [(count, (chosen & which).bit_count()) for count, which in counts.items()]
    done, known = (sum(count[part] * number for count, number in numbers) for part in (0, 1))
    return f"{done}/{known}"
