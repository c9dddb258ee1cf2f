"""Doing what a `resource` template asks for: the action, the waiting, the outputs."""

import os
import time
from collections.abc import Callable
from typing import Any

from yamlflow.engine.artifacts.repository import Repository
from yamlflow.engine.artifacts.transfer import Finder, TransferError, load
from yamlflow.engine.events import Ended
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.objects import Object, Secrets
from yamlflow.engine.resources import jsonpath, kubectl
from yamlflow.engine.resources.cluster import Cluster
from yamlflow.engine.resources.conditions import ConditionError, Conditions
from yamlflow.engine.resources.request import ResourceRequest

_EXECUTOR_FAILED = 64
_PAUSE, _LONGEST_PAUSE = 0.02, 1.0
_GONE = "The resource has been deleted while its status was still being checked. Will not be retried: "


class Files:
    """Where a manifest comes from when it is an artifact."""

    def __init__(self, repository: Repository, known: Finder, secrets: Secrets) -> None:
        self._repository = repository
        self._known = known
        self._secrets = secrets

    def read(self, node: str, artifact: dict[str, Any]) -> str:
        """Return the text of an artifact."""
        with self._repository.scratch() as folder:
            path = os.path.join(folder, "manifest")
            load(self._repository, self._known, node, {**artifact, "path": path}, lambda place: place, self._secrets)
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read()


def perform(request: ResourceRequest, cluster: Cluster, files: Files, stopped: Callable[[], bool]) -> Ended:
    """Return how the node ends. Called in a thread; `stopped` is whether nobody waits for it any more."""
    try:
        manifest = files.read(request.node, request.source) if request.source else request.manifest
        conditions = Conditions(request.success, request.failure)
        if request.action == "delete" and (conditions.any or request.outputs):
            raise ConditionError("successCondition, failureCondition and outputs are not supported for delete action")
        found = _acted(request, manifest, cluster)
        if found is not None and conditions.any:
            found = _wait(found, conditions, cluster, stopped)
        parameters = [] if request.action == "delete" else [_output(item, found, stopped) for item in request.outputs]
    except (ConditionError, TransferError, jsonpath.PathError) as error:
        return Ended(request.node, _EXECUTOR_FAILED, failure=str(error))
    return Ended(request.node, 0, {"parameters": parameters} if parameters else None)


def _acted(request: ResourceRequest, manifest: str, cluster: Cluster) -> Object | None:
    try:
        return kubectl.run(request, manifest, cluster)
    except kubectl.KubectlError as error:
        raise ConditionError(f"no more retries {error}") from error


def _wait(item: Object, conditions: Conditions, cluster: Cluster, stopped: Callable[[], bool]) -> Object:
    """Wait until an object is as it shall be; ConditionError when it will not be."""
    kind, name, pause = item["kind"], item["metadata"]["name"], _PAUSE
    found: Object | None = item
    while found is not None and not conditions.met(found) and not stopped():
        time.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * 1.5)
        found = cluster.get(kind, name)
    if found is None:
        raise ConditionError(f'{_GONE}{kind.lower()}s "{name}" not found')
    return found


def _output(declared: dict[str, Any], item: Object | None, stopped: Callable[[], bool]) -> dict[str, Any]:
    source = declared.get("valueFrom") or {}
    if item is None:
        return {**declared, "value": plain_text(source.get("default", ""))}
    if source.get("jsonPath"):
        return {**declared, "value": jsonpath.expand(str(source["jsonPath"]), item)}
    if source.get("jqFilter"):
        from yamlflow.expressions.jq import JqError, apply_filter

        try:
            return {**declared, "value": apply_filter(str(source["jqFilter"]), item, stopped)}
        except JqError as error:
            raise ConditionError(str(error)) from error
    return declared
