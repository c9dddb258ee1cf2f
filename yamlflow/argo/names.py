"""The names that tags of a manifest may use at each place, as Argo's validation knows them."""

from collections.abc import Iterable
from typing import Any

from yamlflow.argo.view import POD_KINDS, Call, Template, View

# Argo only looks at tags that begin like this; all others stay as they are.
PREFIXES = ("item.", "steps.", "inputs.", "outputs.", "pod.", "workflow.", "tasks.")
# Known while the run goes on, whatever follows.
_LATE = (
    "outputs.",
    "workflow.creationTimestamp",
    "workflow.scheduledTime",
    "workflow.duration",
    "tasks.name",
    "steps.name",
    "node.name",
)
_GIVES_RESULT = frozenset({"container", "script", "data", "http", "plugin"})
_AGGREGATES_RESULT = frozenset({"script", "containerSet"})
_NOT_LEAF = frozenset({"steps", "dag", "suspend"})


class Names:
    """Names that are known at a place: whole ones, and prefixes under which everything may exist."""

    __slots__ = ("known", "open")

    def __init__(self, known: Iterable[str] = (), under: Iterable[str] = ()) -> None:
        self.known = set(known)
        self.open = set(under)

    def copy(self) -> "Names":
        """Return names that can grow on their own."""
        return Names(self.known, self.open)

    def __contains__(self, name: str) -> bool:
        return name in self.known or name.startswith(_LATE) or any(map(name.startswith, self.open))


def is_leaf(template: Template) -> bool:
    """Whether a template runs something itself."""
    return not _NOT_LEAF & set(template.kinds)


def global_names(view: View, *, at_exit: bool) -> Names:
    """Return what is known everywhere in a manifest; `at_exit` is for templates that only run when all has ended."""
    names = Names(
        f"workflow.{name}"
        for name in ("name", "namespace", "mainEntrypoint", "serviceAccountName", "uid", "status", "annotations")
    )
    names.known |= {"workflow.annotations.json", "workflow.labels", "workflow.labels.json"}
    parameters = (view.spec.get("arguments") or {}).get("parameters") or []
    names.known |= {f"workflow.parameters.{item.get('name')}" for item in parameters}
    if parameters:
        names.known |= {"workflow.parameters", "workflow.parameters.json"}
    if view.kind in ("WorkflowTemplate", "ClusterWorkflowTemplate") or view.spec.get("workflowTemplateRef"):
        names.open.add("workflow.parameters")
    for key, field in (("labels", "labels"), ("annotations", "annotations"), ("labels", "labelsFrom")):
        for holder in _metadata(view):
            names.known |= {f"workflow.{key}.{name}" for name in holder.get(field) or {}}
    if view.spec.get("priority") is not None:
        names.known.add("workflow.priority")
    if at_exit:
        names.known.add("workflow.failures")
    _add_global_outputs(view, names)
    return names


def _metadata(view: View) -> Iterable[dict[str, Any]]:
    yield view.manifest.get("metadata") or {}
    yield view.spec.get("workflowMetadata") or {}
    if view.kind == "CronWorkflow":
        yield (view.manifest.get("spec") or {}).get("workflowMetadata") or {}
        yield {
            "labels": {"workflows.argoproj.io/cron-workflow": ""},
            "annotations": {"workflows.argoproj.io/scheduled-time": ""},
        }


def _add_global_outputs(view: View, names: Names) -> None:
    for template in view.all_templates:
        outputs = template.data.get("outputs") or {}
        for key in ("parameters", "artifacts"):
            for item in outputs.get(key) or []:
                name = item.get("globalName")
                if name and "{{" in name:
                    names.open.add(f"workflow.outputs.{key}.")
                elif name:
                    names.known.add(f"workflow.outputs.{key}.{name}")


def template_names(template: Template, everywhere: Names) -> Names:
    """Return what is known inside a template before its steps or tasks: its inputs and, in a pod, its paths."""
    names = everywhere.copy()
    names.known.add("inputs.parameters")
    inputs = template.data.get("inputs") or {}
    for parameter in inputs.get("parameters") or []:
        names.known.add(f"inputs.parameters.{parameter.get('name')}")
    for artifact in inputs.get("artifacts") or []:
        names.known.add(f"inputs.artifacts.{artifact.get('name')}")
        if is_leaf(template):
            names.known.add(f"inputs.artifacts.{artifact.get('name')}.path")
    if POD_KINDS & set(template.kinds):
        names.known.add("pod.name")
    return names


def add_inline_inputs(call: Call, names: Names) -> None:
    """Add the inputs of the template that a step or task holds: its texts are looked at together with the step's."""
    inputs = (call.data.get("inline") or {}).get("inputs") or {}
    names.known |= {f"inputs.parameters.{item.get('name')}" for item in inputs.get("parameters") or []}


def add_items(call: Call, names: Names) -> None:
    """Add what a loop brings: the keys of its items, all of them when the items come at run time."""
    if call.data.get("withParam"):
        names.open.add("item.")
    for item in call.data.get("withItems") or []:
        if isinstance(item, dict):
            names.known |= {f"item.{key}" for key in item}
        elif isinstance(item, list):
            names.known |= {f"item.[{index}]" for index in range(len(item))}
        elif isinstance(item, str) and "{{" in item:
            names.open.add("item.")


def add_outputs(call: Call, target: Template | None, names: Names, *, loop: bool) -> None:
    """Add what a step or task hands out, by the template that it runs; None when that template is elsewhere."""
    prefix = f"{call.kind}s.{call.data.get('name', '')}"
    names.known |= {f"{prefix}.{name}" for name in ("id", "startedAt", "finishedAt", "hostNodeName")}
    if target is None:
        names.open |= {f"{prefix}.outputs.", f"{prefix}.ip", f"{prefix}.exitCode"}
        return
    kinds = set(target.kinds)
    if target.data.get("daemon"):
        names.known.add(f"{prefix}.ip")
    if kinds & _GIVES_RESULT or _has_main(target) or (loop and kinds & _AGGREGATES_RESULT):
        names.known |= {f"{prefix}.outputs.result", f"{prefix}.exitCode"}
    if loop:
        names.known.add(f"{prefix}.outputs.parameters")
    outputs = target.data.get("outputs") or {}
    for key in ("parameters", "artifacts"):
        names.known |= {f"{prefix}.outputs.{key}.{item.get('name')}" for item in outputs.get(key) or []}


def _has_main(template: Template) -> bool:
    containers = (template.data.get("containerSet") or {}).get("containers") or []
    return any(container.get("name") == "main" for container in containers)
