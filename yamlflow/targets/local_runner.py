"""What runs the programs of tasks on this machine: processes of it, or containers of docker or podman."""

from collections.abc import Mapping
from typing import Any

from yamlflow.targets.protocol import Along, TargetError

RUNNER, ENGINE, OPTIONS = "YAMLFLOW_RUNNER", "YAMLFLOW_CONTAINER_ENGINE", "YAMLFLOW_CONTAINER_OPTIONS"
PROCESS, CONTAINER = "process", "container"


def runner_of(along: Along, environment: Mapping[str, str]) -> str:
    """Return the runner that is wanted."""
    wanted = along.runner or environment.get(RUNNER) or PROCESS
    if wanted not in (PROCESS, CONTAINER):
        raise TargetError(
            f"unknown runner `{wanted}` (from {RUNNER})", exit_code=2, hint="known: `process`, `container`"
        )
    return wanted


def runner_options(along: Along, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what an engine must know of how to run programs; TargetError when it cannot be done so."""
    if runner_of(along, environment) == PROCESS:
        return {} if along.sandbox else {"sandbox": False}
    from yamlflow.engine.runners.containers.program import find_containers

    try:
        found = find_containers(environment.get(ENGINE, ""), environment.get(OPTIONS, ""), environment)
    except ValueError as error:
        raise TargetError(f"{OPTIONS} cannot be read: {error}", exit_code=2) from error
    if isinstance(found, str):
        hint = "`--runner process` runs the programs of this machine, without images"
        raise TargetError(f"no containers: {found}", exit_code=3, hint=hint)
    network = ("--network", found.network) if found.network else ()
    return {"containers": {"program": found.path, "options": [*found.options, *found.run_options, *network]}}
