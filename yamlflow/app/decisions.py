"""What a person decides: tasks that wait for it, and the answer."""

from typing import Any

from yamlflow.app.errors import UsageError
from yamlflow.app.runs import name_of
from yamlflow.app.tree import Row, rows
from yamlflow.targets.protocol import Target, TargetError, Workflow

APPROVED = "approved"
"""The output by which `approve` tasks hand out the answer."""


def decide(target: Target, run: str, task: str, given: dict[str, str], *, approved: bool) -> str:
    """Answer for a task that waits, with values for what it asks besides; return the name of the run."""
    workflow = target.get(run)
    name = name_of(workflow)
    row = _waiting(workflow, name, task)
    asked = _asked(row)
    for key, value in given.items():
        if key not in asked:
            listed = ", ".join(asked) or "nothing"
            raise UsageError(f"task `{task}` does not ask for `{key}`; it asks for: {listed}")
        if asked[key] and value not in asked[key]:
            raise UsageError(f"`{key}` of task `{task}` is one of: {', '.join(asked[key])}")
    selector = f"id={row.step.node['id']}"
    target.set_nodes(name, selector, outputs={APPROVED: "true" if approved else "false", **given})
    target.resume(name, selector)
    return name


def _waiting(workflow: Workflow, name: str, task: str) -> Row:
    """Return the task of that name that waits for a person."""
    suspended = [row for row in rows(workflow) if _is_suspended(row.step.node)]
    waiting = [row for row in suspended if _waits(row.step.node)]
    found = [row for row in waiting if task in (row.path, row.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(row.path for row in waiting)
    hint = f"these do: {names}" if names else "none does"
    if any(task in (row.path, row.name) for row in suspended if row not in waiting):
        hint = f"it is only suspended: `yamlflow resume {name} --node-field-selector displayName={task}` goes on"
    if found:
        raise TargetError(f"several tasks `{task}` of {name} wait for a person", hint=hint)
    raise TargetError(f"no task `{task}` of {name} waits for a person", hint=hint)


def _is_suspended(node: dict[str, Any]) -> bool:
    return node.get("type") == "Suspend" and node.get("phase") == "Running"


def _waits(node: dict[str, Any]) -> bool:
    return any(item.get("name") == APPROVED for item in _parameters(node, "outputs"))


def _asked(row: Row) -> dict[str, list[str]]:
    """Return what a person may fill in, and of what it has to be one."""
    enums = {item["name"]: list(item.get("enum") or []) for item in _parameters(row.step.node, "inputs")}
    names = [item["name"] for item in _parameters(row.step.node, "outputs")]
    return {name: enums.get(name, []) for name in names if name != APPROVED}


def _parameters(node: dict[str, Any], side: str) -> list[dict[str, Any]]:
    return (node.get(side) or {}).get("parameters") or []
