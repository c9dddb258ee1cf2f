"""What is left of a task when its program is over: output parameters, artifacts and the result."""

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from yamlflow.engine.artifacts.repository import Repository
from yamlflow.engine.artifacts.transfer import Finder, Transfer, TransferError, load, reason, save
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.objects import Secrets
from yamlflow.engine.task import Task

FAILED_TO_SAVE = "wait: Error (exit code 64): "
BEFORE_IT = "init: Error (exit code 64): "
_LOG = "main-logs"
_PARAMETER_LIMIT = 256 << 10


class Collected(NamedTuple):
    """The outputs of a task as its node shows them, what was kept, and what went wrong."""

    outputs: dict[str, Any]
    kept: list[Transfer]
    error: str


def bring_in(
    task: Task, repository: Repository, known: Finder, place: Callable[[str], str], secrets: Secrets
) -> tuple[Transfer, ...] | str:
    """Bring in the input artifacts of a task; return those that were read, or what is wrong."""
    try:
        found = [load(repository, known, task.node, item, place, secrets) for item in task.inputs]
    except TransferError as error:
        return f"{BEFORE_IT}{error}"
    return tuple(item for item in found if item is not None)


def collect(
    task: Task, prefix: str, repository: Repository, find: Callable[[str], str], log: str, secrets: Secrets
) -> Collected:
    """Read the outputs of a task. What is missing without a default is an error; the rest is kept all the same."""
    outputs: dict[str, Any] = {}
    kept: list[Transfer] = []
    errors: list[str] = []
    parameters = [_parameter(item, find, errors) for item in task.parameters]
    artifacts = []
    for artifact in task.artifacts:
        try:
            saved = save(repository, task.node, prefix, artifact, find, secrets)
        except TransferError as error:
            errors.append(str(error))
            continue
        if saved is not None:
            artifacts.append(saved[0])
            kept.append(saved[1])
    if task.keeps_log:
        key = f"{prefix}/main.log"
        try:
            kept.append(Transfer(task.node, _LOG, key, repository.put(log)))
            artifacts.append({"name": _LOG, "s3": {"key": key}})
        except OSError as error:
            errors.append(f"failed to save outputs: artifact {_LOG}: {reason(error)}")
    if parameters:
        outputs["parameters"] = parameters
    if artifacts:
        outputs["artifacts"] = artifacts
    return Collected(outputs, kept, FAILED_TO_SAVE + errors[0] if errors else "")


def _parameter(declared: dict[str, Any], find: Callable[[str], str], errors: list[str]) -> dict[str, Any]:
    source = declared.get("valueFrom") or {}
    if not source.get("path"):
        return declared
    try:
        with open(find(source["path"]), "rb") as file:
            content = file.read(_PARAMETER_LIMIT + 1)
    except OSError as error:
        if "default" in source:
            return {**declared, "value": plain_text(source["default"]).removesuffix("\n")}
        errors.append(f"open {source['path']}: {os.strerror(error.errno or 0).lower()}")
        return declared
    if len(content) > _PARAMETER_LIMIT:
        errors.append(f"output parameter {declared['name']} is larger than 256 KiB; make it an artifact")
        return declared
    return {**declared, "value": content.decode(errors="replace").removesuffix("\n")}
