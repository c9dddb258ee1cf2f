"""Programs that several tasks run: said once, as components."""

import json
from collections.abc import Sequence

from yamlflow.argo.view import Data

_PROGRAM = ("inputs", "outputs", "container")


def share(programs: Sequence[tuple[str, Data]], known: Data) -> Data:
    """Make components of the programs that more than one task runs; each task comes with the name of its template."""
    found: dict[str, list[tuple[str, Data]]] = {}
    for name, task in programs:
        found.setdefault(json.dumps([task.get(key) for key in _PROGRAM]), []).append((name, task))
    components = dict(known)
    for tasks in found.values():
        name, first = tasks[0]
        if len(tasks) < 2 or "${{" in json.dumps(first["container"]):
            continue
        name = _free(name, components)
        components[name] = _component(first)
        for _, task in tasks:
            _refer(task, name)
    return components


def _component(task: Data) -> Data:
    sides: Data = {key: task[key] for key in ("inputs", "outputs") if key in task}
    return {**sides, "implementation": {"container": task["container"]}}


def _refer(task: Data, name: str) -> None:
    """Replace the program of a task by a component, at the same place."""
    items = list(task.items())
    task.clear()
    for key, value in items:
        if key == "container":
            task["component"] = name
        elif key not in _PROGRAM:
            task[key] = value


def _free(name: str, taken: Data) -> str:
    new, number = name, 1
    while new in taken:
        number += 1
        new = f"{name}-{number}"
    return new
