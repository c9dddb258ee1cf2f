"""A manifest as the pages of Kubeflow Pipelines read it: they know edges by `dependencies` only."""

import re
from typing import Any

_LOOPS = ("withItems", "withParam", "withSequence")
_AFTER = re.compile(r"(?P<name>[\w-]+)|\((?P<either>[\w-]+)\.Succeeded \|\| (?P=either)\.Skipped\)")
_SUCCEEDED = re.compile(r"(?P<name>[\w-]+)\.Succeeded")


def with_dependencies(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest with `dependencies` in the place of `depends` wherever they mean the same."""
    spec = manifest["spec"]
    templates = [
        template | {"dag": template["dag"] | {"tasks": _tasks(template["dag"]["tasks"])}}
        if "dag" in template
        else template
        for template in spec.get("templates") or ()
    ]
    return manifest | {"spec": spec | {"templates": templates}}


def _tasks(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rewrite the tasks of a DAG, all or none: Argo takes no mixture."""
    certain = {task["name"] for task in tasks if not any(key in task for key in ("when", *_LOOPS))}
    found = [_names(task.get("depends", ""), certain) for task in tasks]
    if None in found:
        return tasks
    return [
        {
            ("dependencies" if key == "depends" else key): names if key == "depends" else value
            for key, value in task.items()
        }
        for task, names in zip(tasks, found, strict=True)
    ]


def _names(depends: str, certain: set[str]) -> list[str] | None:
    """Return the tasks whose success or skip is waited for; None when the condition says more.

    The success of a task that is `certain` not to be skipped is the same.
    """
    names: list[str] = []
    for term in depends.split(" && ") if depends else ():
        after, succeeded = _AFTER.fullmatch(term), _SUCCEEDED.fullmatch(term)
        if after is not None:
            names.append(after["name"] or after["either"])
        elif succeeded is not None and succeeded["name"] in certain:
            names.append(succeeded["name"])
        else:
            return None
    return names
