"""A run of the store as the Argo `Workflow` that the real controller would show."""

import json
from typing import Any

from yamlflow.argo.phases import FINAL, PENDING, RUNNING, SUCCEEDED
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
    """Give every node its progress: pods done of pods known after it. Return that of the workflow.

    `nodes` are in the order in which they were made; a child is always made after its parents. Sets of pods are the
    bits of a number, which keeps this linear for long chains and wide loops.
    """
    pods = [node for node in nodes if node["type"] in EXECUTED]
    places = {node["id"]: index for index, node in enumerate(pods)}
    done = sum(1 << index for index, node in enumerate(pods) if node["phase"] == SUCCEEDED)
    below: dict[str, int] = {}
    for node in reversed(nodes):
        found = 0
        for child in node.get("children", ()):
            found |= below.get(child, 0)
            if child in places:
                found |= 1 << places[child]
        if found:
            below[node["id"]] = found
        if node["type"] in EXECUTED:
            node["progress"] = "1/1" if node["phase"] == SUCCEEDED else "0/1"
        else:
            node["progress"] = f"{(found & done).bit_count()}/{found.bit_count()}"
    return f"{done.bit_count()}/{len(pods)}"
