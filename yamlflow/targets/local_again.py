"""Starting a run anew from what is left of an older one."""

import copy
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from yamlflow.argo.durations import format_rfc3339
from yamlflow.argo.ids import random_suffix
from yamlflow.argo.nodeselector import parse_node_selector
from yamlflow.argo.phases import RUNNING, SUCCEEDED, UNSUCCESSFUL
from yamlflow.engine.again import go_back, move
from yamlflow.engine.store.store import Row, Store
from yamlflow.targets.local_runner import CONTAINER, PROCESS
from yamlflow.targets.protocol import Along, TargetError, Workflow

_PREFIX = "workflows.argoproj.io/"
_NOT_CARRIED = frozenset((f"{_PREFIX}phase", f"{_PREFIX}completed", f"{_PREFIX}workflow-archiving-status"))


def override(manifest: Workflow, parameters: Sequence[str]) -> None:
    """Put changed parameters (NAME=VALUE) into the arguments of a run."""
    listed = manifest["spec"].setdefault("arguments", {}).setdefault("parameters", [])
    for text in parameters:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise TargetError(f"`{text}` is no NAME=VALUE", exit_code=2)
        found = next((item for item in listed if item["name"] == name), None)
        if found is None:
            listed.append(found := {"name": name})
        found.pop("valueFrom", None)
        found["value"] = value


def must_be_over(row: Row, chosen: str) -> None:
    """Refuse to go on with a run that is not over, or that has succeeded and of which no nodes are chosen."""
    if row.phase == SUCCEEDED and not chosen:
        raise TargetError("to retry a succeeded workflow, give --restart-successful and --node-field-selector")
    if row.phase not in (*UNSUCCESSFUL, SUCCEEDED):
        raise TargetError(f"cannot retry a workflow in phase {row.phase or 'Pending'}")


def retry(
    store: Store, row: Row, now: float, parameters: Sequence[str], selector: str, *, restart_successful: bool
) -> None:
    """Take back what failed in a run, so that its engine goes on with it."""
    nodes = store.nodes(row.uid)
    chosen = _chosen(selector if restart_successful else "")
    if restart_successful and selector and not any(chosen(node.status()) for node in nodes):
        raise TargetError(f"no node matches `{selector}`")
    manifest = json.loads(row.manifest)
    override(manifest, parameters)
    changed = go_back(nodes, row.name, chosen, expand=bool(parameters))
    status = _fresh(json.loads(row.status), now)
    phase = RUNNING if changed.kept else ""
    if not changed.kept:
        status = {}
    store.go_back(row.uid, manifest, (phase, status), changed.kept, changed.forgotten)


def _fresh(status: dict[str, Any], now: float) -> dict[str, Any]:
    status |= {"phase": RUNNING, "startedAt": format_rfc3339(now, fraction=True), "finishedAt": None}
    status.pop("message", None)
    return status


def _chosen(selector: str) -> Callable[[dict[str, Any]], bool]:
    if not selector:
        return lambda _: False
    try:
        return parse_node_selector(selector)
    except ValueError as error:
        raise TargetError(str(error), exit_code=2) from error


def resubmitted(row: Row, parameters: Sequence[str], *, memoized: bool) -> Workflow:
    """Return the manifest of a run as that of a new one."""
    if memoized and row.phase not in UNSUCCESSFUL:
        raise TargetError("workflow must be Failed/Error to resubmit in memoized mode")
    manifest: Workflow = copy.deepcopy(json.loads(row.manifest))
    old = manifest["metadata"]
    labels = {key: value for key, value in (old.get("labels") or {}).items() if key not in _NOT_CARRIED}
    metadata: dict[str, Any] = {"generateName": old.get("generateName") or f"{row.name}-"}
    metadata["labels"] = labels | {f"{_PREFIX}resubmitted-from-workflow": row.name}
    if old.get("annotations"):
        metadata["annotations"] = old["annotations"]
    if memoized:
        metadata["name"] = metadata["generateName"] + random_suffix()
    manifest["metadata"] = metadata
    manifest["spec"].pop("shutdown", None)
    suspended = manifest["spec"].pop("suspend", False)
    if json.loads(row.status).get("suspend", suspended):
        manifest["spec"]["suspend"] = True
    override(manifest, parameters)
    return manifest


def take_over_nodes(store: Store, row: Row, uid: str, name: str) -> None:
    """Give a new run what the old one has done."""
    kept = move(go_back(store.nodes(row.uid), row.name, _chosen(""), expand=False), row.name, name)
    if kept:
        store.copy_artifacts(row.uid, uid)
        store.apply(uid, kept, (RUNNING, _fresh(json.loads(row.status), time.time()), ""))


def with_own_objects(row: Row, along: Along) -> Along:
    """Return what comes along with a new run: what is given now, then what came along with the old one.

    What ran the old one runs the new one too, unless something else is said.
    """
    given = {(item["kind"], item["metadata"]["name"]) for item in along.objects}
    options = json.loads(row.options)
    old = options.get("along") or []
    if not along.runner:
        runner = CONTAINER if options.get("containers") else PROCESS
        along = along._replace(runner=runner, sandbox=along.sandbox and options.get("sandbox", True))
    return along._replace(
        objects=(*along.objects, *(item for item in old if (item["kind"], item["metadata"]["name"]) not in given))
    )
