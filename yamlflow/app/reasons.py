"""Why a step did not run, or failed, in people's words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from yamlflow.app.tree import Node, Workflow

CONDITIONS = "yamlflow.dev/conditions"
"""Annotation of a workflow: JSON, TEMPLATE.TASK → the condition as the pipeline's author wrote it."""

_NEEDS = re.compile(r"tasks\['([^']+)'\]\.status == 'Succeeded'")
_APPROVED = re.compile(r"tasks\['([^']+)'\]\.outputs\.parameters\.approved == 'true'")
_WHEN_FALSE = re.compile(r"^when '(.*)' evaluated false$", re.DOTALL)
_TRIVIAL = ("", "false", "False")


class Reasons:
    """Explains the nodes of one run; what it looks up in the manifest is read once."""

    __slots__ = ("_conditions", "_templates", "_whens")

    def __init__(self, workflow: Workflow) -> None:
        self._conditions = _conditions(workflow)
        spec = workflow.get("spec") or {}
        self._templates = {template.get("name"): template for template in spec.get("templates") or ()}
        self._whens: dict[str, dict[str, str]] = {}

    def of(self, node: Node, nodes: Mapping[str, Node]) -> str:
        """Return why the node is as it is; "" when there is nothing to say."""
        message = str(node.get("message") or "")
        if node.get("phase") == "Skipped":
            return f"skipped: {self._skipped(node, nodes, message)}".removesuffix(": ")
        if node.get("phase") == "Omitted":
            return "omitted: a task that it needs did not succeed"
        return message

    def _skipped(self, node: Node, nodes: Mapping[str, Node], message: str) -> str:
        template = (nodes.get(node.get("boundaryID") or "") or {}).get("templateName", "")
        task = str(node.get("displayName", "")).partition("(")[0]
        needed = self._named(_NEEDS, lambda other: other.get("phase") == "Skipped", node, nodes, template, task)
        if needed:
            return f"`{needed}` was skipped"
        refused = self._named(_APPROVED, _is_refused, node, nodes, template, task)
        if refused:
            return f"`{refused}` was not approved"
        source = self._conditions.get(f"{template}.{task}", "")
        if source:
            return f"{source} is false"
        match = _WHEN_FALSE.match(message)
        if not match:
            return message
        return "its condition is false" if match[1].strip() in _TRIVIAL else f"{match[1]} is false"

    def _named(
        self,
        pattern: re.Pattern[str],
        fits: Callable[[Node], bool],
        node: Node,
        nodes: Mapping[str, Node],
        template: str,
        task: str,
    ) -> str:
        """Return the name of a task that the condition asks for in this form and that fits."""
        if template not in self._whens:
            tasks = ((self._templates.get(template) or {}).get("dag") or {}).get("tasks") or ()
            self._whens[template] = {item.get("name", ""): item.get("when") or "" for item in tasks}
        names = set(pattern.findall(self._whens[template].get(task, "")))
        for other in nodes.values() if names else ():
            same = other.get("boundaryID") == node.get("boundaryID")
            if same and fits(other) and other.get("displayName") in names:
                return str(other["displayName"])
        return ""


def _is_refused(node: Node) -> bool:
    """Whether a person was asked and did not say yes."""
    listed = (node.get("outputs") or {}).get("parameters") or ()
    return any(item.get("name") == "approved" and item.get("value") != "true" for item in listed)


def _conditions(workflow: Workflow) -> dict[str, str]:
    text = (workflow.get("metadata", {}).get("annotations") or {}).get(CONDITIONS)
    if not text:
        return {}
    import json

    try:
        data: Any = json.loads(text)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}
