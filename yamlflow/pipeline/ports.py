"""The inputs and outputs that a task shows to its callers."""

from yamlflow.components import Component
from yamlflow.diagnostics import Sink
from yamlflow.pipeline.contents import APPROVED, Approve
from yamlflow.pipeline.limits import Limits
from yamlflow.pipeline.model import Pipeline, Port, Task
from yamlflow.pipeline.names import check_port_names
from yamlflow.pipeline.parse_inputs import parse_type_node
from yamlflow.pipeline.parse_options import fields
from yamlflow.source import Scalar
from yamlflow.source.fields import Fields, as_list, as_mapping
from yamlflow.types import Type


def component_ports(task: Task, component: Component) -> None:
    """Give a task the inputs and outputs of its component."""
    task.component = component
    task.inputs = {
        item.name: Port(
            item.name,
            item.type,
            not item.optional and item.default is None,
            item.description,
            Limits(enum=item.enum),
        )
        for item in component.inputs
    }
    task.outputs = {item.name: Port(item.name, item.type, False, item.description) for item in component.outputs}


def pipeline_ports(task: Task, component: Component, called: Pipeline) -> None:
    """Give a task the inputs and outputs of the pipeline that it calls."""
    task.component = component
    task.call = called
    task.inputs = {
        item.name: Port(item.name, item.type, not item.optional and item.default is None, item.description, item.limits)
        for item in called.inputs.values()
    }
    task.outputs = {
        item.name: Port(item.name, item.declared or item.value.type, False, item.description)
        for item in called.body.outputs.values()
    }


def script_ports(task: Task, sink: Sink) -> None:
    """Give a `run` task the inputs and outputs that it declares."""
    task.inputs = _declared(task, "inputs", "taskInput", sink)
    task.outputs = _declared(task, "outputs", "taskOutput", sink)


def _declared(task: Task, key: str, table: str, sink: Sink) -> dict[str, Port]:
    ports: dict[str, Port] = {}
    names: list[Scalar] = []
    kind = key[:-1]
    where = f"`{key}` of task `{task.name}`"
    for node in as_list(task.node.get(key), where, sink, "a list of {name, type}"):
        mapping = as_mapping(node, where, sink, "a mapping {name, type}")
        if mapping is None:
            continue
        found = fields(mapping, sink, f"an {kind} of task `{task.name}`", table)
        name = found.text("name")
        if name is not None:
            names.append(name)
            ports.setdefault(name.value, _port(name.value, found, sink))
    check_port_names(kind, names, sink)
    return ports


def _port(name: str, found: Fields, sink: Sink) -> Port:
    description = found.text("description")
    optional = "optional" in found.node and found.flag("optional")
    return Port(
        name,
        parse_type_node(found.get("type"), sink),
        not optional and found.get("default") is None,
        description.value if description else "",
    )


def content_ports(task: Task) -> None:
    """Give a task of a smaller kind what it hands out."""
    task.inputs = {}
    task.outputs = {}
    if isinstance(task.content, Approve):
        answer = Port(APPROVED, Type("Bool"), False, "whether a person has approved")
        given = task.content.inputs.values()
        task.outputs = {APPROVED: answer} | {
            one.name: Port(one.name, one.type, False, one.description) for one in given
        }


def group_ports(task: Task) -> None:
    """Give a group the outputs that it declares."""
    assert task.body is not None
    task.inputs = {}
    task.outputs = {
        output.name: Port(output.name, output.declared, False, output.description)
        for output in task.body.outputs.values()
    }
