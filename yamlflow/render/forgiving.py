"""`continueOnError`: one step that may fail, in a template that does not; it hands out how the step ended."""

from typing import Any

from yamlflow.components import sanitize
from yamlflow.expressions import Expr, print_expr
from yamlflow.expressions.ast import Binary, Conditional, Nil, Text
from yamlflow.pipeline.model import Task
from yamlflow.render.level import Inner, Template
from yamlflow.render.text import Reference, chain, member, tag

GO_ON = "yamlflow-go-on"


def status_output(task: Task) -> str:
    """Return the name of the output that says how a task ended."""
    taken = {sanitize(name) for name in task.outputs or {}}
    return "status" if "status" not in taken else "task-status"


def status_of(task: Task) -> Reference:
    """Return how a task ended, or that it was skipped, as what stands beside it knows it."""
    own = ("tasks", task.name, "status")
    ran = Binary("==", chain(own), Text("Succeeded"))
    ended = chain(("tasks", task.name, "outputs", "parameters", status_output(task)))
    return Reference(own, None, native=Conditional(ran, ended, chain(own)))


def wrapper(task: Task, level: Inner, called: Template) -> Template:
    """Return the template around a task; `called` is what the task calls."""
    for hook in called.get("hooks", {}).values():
        for argument in hook.get("arguments", {}).get("parameters", ()):
            if argument["value"] == tag(("tasks", task.name, "status")):
                argument["value"] = tag(("steps", task.name, "status"))
    step = {"name": task.name, **called, "continueOn": {"error": True, "failed": True}}
    # What follows and is skipped takes the phase of the node before it: that must not be the failure.
    level.shared.templates.add(GO_ON, (GO_ON,), {"suspend": {}}, alone=True)
    end = {"name": "go-on", "template": GO_ON, "when": "false"}
    template: Template = {}
    if inputs := level.imports.inputs():
        template["inputs"] = inputs
    return template | {"outputs": _outputs(task, level), "steps": [[step], [end]]}


def _outputs(task: Task, level: Inner) -> Template:
    status = {"name": status_output(task), "valueFrom": {"parameter": tag(("steps", task.name, "status"))}}
    parameters: list[dict[str, Any]] = [status]
    artifacts: list[dict[str, Any]] = []
    for output in task.outputs or {}:
        name, modes = sanitize(output), level.shared.demand.of(task, output)
        if "value" in modes:
            parameters.append({"name": name, "valueFrom": {"expression": print_expr(_value(task, output))}})
        if "path" in modes:
            where = tag(("steps", task.name, "outputs", "artifacts", name))
            artifacts.append({"name": name, "from": where, "optional": True})
    return {"parameters": parameters, "artifacts": artifacts} if artifacts else {"parameters": parameters}


def _value(task: Task, output: str) -> Expr:
    outputs = chain(("steps", task.name, "outputs"))
    if task.printed == output:
        # Argo keeps what is printed only where it finds `outputs.result` in just this spelling.
        result = Binary("??", member(outputs, "result"), Text(""))
        return Conditional(Binary("==", outputs, Nil()), Text(""), result)
    found = member(member(outputs, "parameters", optional=True), sanitize(output), optional=True)
    return Binary("??", found, Text(""))
