"""Runs on a target: finding, filtering, ending and removing them."""

from collections import deque

from yamlflow.app.status import is_final, phase_of
from yamlflow.app.tree import Node, Workflow
from yamlflow.argo.ids import random_suffix
from yamlflow.targets.protocol import Target, TargetError

LATEST = "@latest"


def name_of(workflow: Workflow) -> str:
    """Return a run's name."""
    return str(workflow["metadata"]["name"])


def named(manifest: Workflow) -> Workflow:
    """Return a manifest with the name that its run will have."""
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "generateName"}
    return {**manifest, "metadata": {"name": manifest["metadata"]["generateName"] + random_suffix(), **metadata}}


def find(target: Target, selector: str, phases: list[str], *, brief: bool) -> list[Workflow]:
    """Return the runs with these labels and in one of the phases (any, if none is given), newest first."""
    return [run for run in target.list(selector, brief=brief) if not phases or phase_of(run) in phases]


def resolve(target: Target, names: list[str]) -> list[str]:
    """Return the names without doubles, `@latest` replaced by the run that it means now."""
    return list(dict.fromkeys(name_of(target.get(name)) if name == LATEST else name for name in names))


def at_its_end(target: Target, name: str) -> Workflow:
    """Wait until a run has ended, and return it."""
    return deque(target.watch(name), maxlen=1).pop()


def terminate(target: Target, name: str) -> None:
    """End a run at once, where it has not ended by itself meanwhile."""
    try:
        target.stop(name, terminate=True)
    except TargetError:
        if not is_final(target.get(name)):
            raise


def last_lines(target: Target, run: str, node: Node, count: int) -> list[str]:
    """Return the end of what a node printed."""
    return list(deque((line.text for line in target.logs(run, node["id"], tail=count)), maxlen=count))
