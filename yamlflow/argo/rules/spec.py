"""The spec as a whole: hooks, garbage collection, what refers to a template elsewhere."""

from collections.abc import Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.view import View, calls_in

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
    strategy = (view.spec.get("podGC") or {}).get("strategy")
    if strategy and strategy not in _STRATEGIES:
        hint = f"use one of {', '.join(_STRATEGIES)}"
        path = (*view.spec_path, "podGC", "strategy")
        yield Finding("invalid-value", f"`{strategy}` is no strategy of pod garbage collection", path, hint)
