"""The spec as a whole: hooks, garbage collection, what refers to a template elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.view import View, calls_in

_LABEL = re.compile(r"([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_OPERATORS = {"In": True, "NotIn": True, "Exists": False, "DoesNotExist": False}
"""The operators of selectors, and whether they have values."""
_STRATEGIES = ("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")


def referred(view: View) -> Iterator[Finding]:
    """A workflow that refers to a WorkflowTemplate has no templates of its own."""
    if view.spec.get("workflowTemplateRef") and view.spec.get("templates"):
        message = "`templates` cannot stand beside `workflowTemplateRef`"
        yield Finding("several-kinds", message, (*view.spec_path, "templates"), key=True)


def hook_expressions(view: View) -> Iterator[Finding]:
    """Every hook but `exit` says when it runs."""
    owners = [(view.spec, view.spec_path)]
    owners += [(call.data, call.path) for template in view.all_templates for call in calls_in(template)]
    for data, path in owners:
        for name, hook in (data.get("hooks") or {}).items():
            if name != "exit" and not hook.get("expression"):
                yield Finding("missing-key", f"hook `{name}` needs an `expression`", (*path, "hooks", name))


def pod_gc(view: View) -> Iterator[Finding]:
    """The strategy of pod garbage collection exists."""
    found = view.spec.get("podGC") or {}
    strategy = found.get("strategy")
    if strategy and strategy not in _STRATEGIES:
        hint = f"use one of {', '.join(_STRATEGIES)}"
        path = (*view.spec_path, "podGC", "strategy")
        yield Finding("invalid-value", f"`{strategy}` is no strategy of pod garbage collection", path, hint)
    yield from _selector(found.get("labelSelector") or {}, (*view.spec_path, "podGC", "labelSelector"))


def _selector(selector: dict[str, Any], path: Path) -> Iterator[Finding]:
    for key, value in (selector.get("matchLabels") or {}).items():
        if not _LABEL.fullmatch(str(key)):
            yield Finding("invalid-name", f"`{key}` is no label", (*path, "matchLabels", key), key=True)
        if not _VALUE.fullmatch(str(value)):
            yield Finding("invalid-value", f"`{value}` is no value of a label", (*path, "matchLabels", key))
    for index, item in enumerate(selector.get("matchExpressions") or []):
        where = (*path, "matchExpressions", index)
        if not _LABEL.fullmatch(str(item.get("key") or "")):
            yield Finding("invalid-name", f"`{item.get('key', '')}` is no label", (*where, "key"))
        if item.get("operator") not in _OPERATORS:
            hint = f"use one of {', '.join(_OPERATORS)}"
            yield Finding("invalid-value", f"`{item.get('operator', '')}` is no operator", (*where, "operator"), hint)
        elif _OPERATORS[item["operator"]] != bool(item.get("values")):
            verb = "needs" if _OPERATORS[item["operator"]] else "has no"
            yield Finding("invalid-value", f"`{item['operator']}` {verb} `values`", where)
