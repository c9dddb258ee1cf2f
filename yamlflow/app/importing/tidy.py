"""Tasks as a person would write them: no groups that hold nothing together, and keys in the usual order."""

import json
import re

from yamlflow.app.importing.comments import KEY
from yamlflow.app.importing.edges import USED
from yamlflow.argo.view import Data

_BY_COMPILER = re.compile(r"(condition|for-loop|exit-handler|graph)(-.*)?-\d+\Z")
_GROUP = {"when", "foreach", "as", "after", "tasks"}
_FIRST = ("description", "when", "after", "depends", "foreach", "as", "maxParallel", "component", "template")
_KINDS = (
    "image",
    "shell",
    "inputs",
    "arguments",
    "env",
    "volumes",
    "container",
    "containerSet",
    "run",
    "tasks",
    "outputs",
)
_ORDER = (*_FIRST, *_KINDS, "", "onExit", "hooks", "argo")
_PARTS = ("name", "description", "inputs", "outputs", "metadata", "image", "command", "args", "env", "fileOutputs")


def tidy(tasks: Data) -> Data:
    """Return tasks without needless groups."""
    found = {name: _task(task) for name, task in tasks.items()}
    if len(found) == 1:
        ((_, only),) = found.items()
        if only.keys() - {KEY} == {"tasks"}:
            return _with_comment(only["tasks"], only.get(KEY, ""))
    return _in_order(dict(_merged(name, task, found) for name, task in found.items()))


def _with_comment(tasks: Data, comment: str) -> Data:
    """Return tasks with the comment of the group that they were above the first one, if that has none."""
    first = next(iter(tasks))
    return {**tasks, first: {KEY: comment, **tasks[first]}} if comment else dict(tasks)


def _in_order(tasks: Data) -> Data:
    """Return tasks with those that others wait for in front of these."""
    left, done = dict(tasks), {}
    while left:
        ready = (name for name, task in left.items() if not _waited_for(task) & left.keys() - {name})
        name = next(ready, next(iter(left)))
        done[name] = left.pop(name)
    return done


def _waited_for(task: Data) -> set[str]:
    named = {one or other for one, other in USED.findall(json.dumps(task))}
    return named.union(task.get("after") or [], re.findall(r"[\w-]+", task.get("depends") or ""))


def _task(task: Data) -> Data:
    made = {key: tidy(value) if key in ("tasks", "onExit") else value for key, value in task.items()}
    return {key: made[key] for key in sorted(made, key=_place)}


def _place(key: str) -> int:
    return _ORDER.index(key if key in _ORDER else "")


def _merged(name: str, group: Data, beside: Data) -> tuple[str, Data]:
    """Return a group of one task as this task, if nothing asks for both."""
    if "tasks" not in group or not group.keys() <= {*_GROUP, KEY} or len(group["tasks"]) != 1:
        return name, group
    ((inner, task),) = group["tasks"].items()
    if not task.keys().isdisjoint({*_GROUP, "depends", "maxParallel", "retry"} - {"tasks"}) or inner in _waited_for(
        task
    ):
        return name, group
    is_named = any(name in _waited_for(other) for other in beside.values())
    if _BY_COMPILER.match(name) and inner not in beside and not is_named:
        name = inner
    merged = {**{key: value for key, value in group.items() if key != "tasks"}, **task}
    return name, {key: merged[key] for key in sorted(merged, key=_place)}


def component(spec: Data, alias: str) -> Data:
    """Return a component with its keys in the usual order, without a name that is its alias."""
    made = {key: spec[key] for key in sorted(spec, key=_part)}
    if re.sub(r"[^a-z0-9]+", "-", str(made.get("name", "")).lower()) == alias:
        del made["name"]
    container = (made.get("implementation") or {}).get("container")
    if isinstance(container, dict):
        made["implementation"] = {"container": {key: container[key] for key in sorted(container, key=_part)}}
    return made


def _part(key: str) -> int:
    return _PARTS.index(key) if key in _PARTS else len(_PARTS)
