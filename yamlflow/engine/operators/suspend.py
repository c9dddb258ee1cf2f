"""`suspend`: wait for a time, or until a person goes on."""

from typing import Any

from yamlflow.argo.durations import parse_duration
from yamlflow.argo.phases import FAILED, PENDING, RUNNING, SUCCEEDED
from yamlflow.engine.events import SetNodes
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.node import SUSPEND, Node
from yamlflow.engine.operator import Handler, Operator, no_child
from yamlflow.engine.outputs import export_globals
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.pods import workflow_deadline
from yamlflow.engine.run import Call, Run
from yamlflow.engine.scope import SubstitutionError, fill
from yamlflow.engine.templates import TemplateDict


def _start(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None) -> Node:
    node = run.create(call, SUSPEND, PENDING)
    node.inputs = inputs
    parameters = [_supplied(item, template) for item in (template.get("outputs") or {}).get("parameters") or []]
    node.outputs = {"parameters": parameters} if parameters else None
    run.mark(node, RUNNING)
    if run.state.shutdown and not (call.on_exit and run.state.shutdown == "Stop"):
        stop(run, node)
        return node
    try:
        end = _end(run, node, template)
    except (ValueError, SubstitutionError) as error:
        run.fail(node, error)
        return node
    limit = workflow_deadline(run)
    for time in (end, limit):
        if time is not None:
            run.state.set_timer(time, node.id)
    return node


def _supplied(parameter: dict[str, Any], template: TemplateDict) -> dict[str, Any]:
    """Return an output that somebody will supply; its default may be that of the input of the same name."""
    source = dict(parameter.get("valueFrom") or {})
    if "default" not in source:
        for declared in (template.get("inputs") or {}).get("parameters") or []:
            if declared["name"] == parameter["name"] and "default" in declared:
                source["default"] = plain_text(declared["default"])
    return {**parameter, "valueFrom": source}


def _end(run: Run, node: Node, template: TemplateDict) -> float | None:
    duration = (template.get("suspend") or {}).get("duration")
    if duration in (None, ""):
        return None
    return node.started + parse_duration(fill(str(duration), run.scope_of(node)))


def _wake(run: Run, node: Node) -> None:
    if not node.active:
        return
    end = _end(run, node, template_of(run, node))
    if end is not None and end <= run.now:
        go_on(run, node)
        return
    limit = workflow_deadline(run)
    if limit is not None and limit <= run.now and not node.call.get("onExit"):
        run.mark(node, FAILED, "Step exceeded its deadline")
    elif end is not None:
        run.state.set_timer(end, node.id)  # an engine that goes on has none yet


def go_on(run: Run, node: Node) -> None:
    """End the waiting; outputs that nobody supplied take their defaults."""
    for parameter in (node.outputs or {}).get("parameters") or []:
        source = parameter.pop("valueFrom", {})
        if "value" not in parameter and "default" not in source:
            parameter["valueFrom"] = source
            reason = "has not been set and does not have a default value"
            run.fail(node, SubstitutionError(f"raw output parameter '{parameter['name']}' {reason}"))
            return
        parameter.setdefault("value", plain_text(source.get("default", "")))
    export_globals(run, node.outputs)
    run.mark(node, SUCCEEDED)


def set_node(run: Run, node: Node, event: SetNodes) -> None:
    """End the waiting as a person says; outputs that are set stay set when it goes on."""
    for parameter in (node.outputs or {}).get("parameters") or []:
        if parameter["name"] in (event.outputs or {}):
            parameter["value"] = (event.outputs or {})[parameter["name"]]
    if event.message:
        node.message = f"{node.message}; {event.message}" if node.message else event.message
    run.touch(node)
    if event.phase == SUCCEEDED:
        go_on(run, node)
    elif event.phase:
        run.mark(node, event.phase)


def stop(run: Run, node: Node) -> None:
    """End the waiting because the run is shut down."""
    run.mark(node, FAILED, f"Stopped with strategy '{run.state.shutdown}'")


OPERATOR = Operator(_start, {SUSPEND: Handler(no_child, _wake)})
