"""`containerSet`: several containers in one pod, each with a node of its own."""

from typing import Any

from yamlflow.argo.phases import PENDING
from yamlflow.engine import pods
from yamlflow.engine.node import CONTAINER, Node
from yamlflow.engine.operator import Handler, Operator, no_child, no_wake
from yamlflow.engine.run import Call, Run
from yamlflow.engine.templates import TemplateDict


def _start(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None) -> Node:
    pod = pods.start(run, call, template, inputs)
    if not pod.active:
        return pod
    containers = template["containerSet"].get("containers") or []
    nodes = {item["name"]: _container(run, call, pod, item["name"]) for item in containers}
    for item in containers:
        needs = item.get("dependencies") or []
        for parent in [nodes[need] for need in needs] or [pod]:
            run.link(parent, nodes[item["name"]].id)
        if needs:
            nodes[item["name"]].call["waits"] = True
    return pod


def _container(run: Run, call: Call, pod: Node, name: str) -> Node:
    own = call._replace(name=f"{pod.name}.{name}", owner=pod.id, boundary=pod.id)
    return run.create(own, CONTAINER, PENDING)


OPERATOR = Operator(_start, {**pods.HANDLERS, CONTAINER: Handler(no_child, no_wake)})
