"""The inputs and outputs that a task shows to its callers."""

from yamlflow.components import Component
from yamlflow.diagnostics import Sink
from yamlflow.pipeline.container_set import ContainerSet
from yamlflow.pipeline.contents import APPROVED, Approve, Http, NewVolume, Resource, Snapshot, TemplateReference
from yamlflow.pipeline.limits import Limits
from yamlflow.pipeline.model import Pipeline, Port, Task
from yamlflow.pipeline.names import check_port_names, check_variables
from yamlflow.pipeline.parse_inputs import parse_type_node
from yamlflow.pipeline.parse_options import fields
from yamlflow.source import Mapping, Scalar
from yamlflow.source.fields import Fields, as_list, as_mapping, meant_names
from yamlflow.types import Type

_WHERE = ("jsonPath", "jqFilter")
_OTHERS = {"resource": ("stdout",), "template": ("stdout", *_WHERE)}
"""What only outputs of other kinds have."""


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
    """Give a task with a script, or of several containers, the inputs and outputs that it declares."""
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
        others = _OTHERS.get(task.kind, _WHERE)
        for wrong in (key for key in others if key in mapping):
            message = f"`{wrong}` cannot be given to outputs of a `{task.kind}` task"
            sink.error("misplaced-key", message, mapping.key_span(wrong))
        if "stdout" in mapping:
            found.flag("stdout")
        if name is not None:
            names.append(name)
            ports.setdefault(name.value, _port(name.value, found, sink))
    check_port_names(kind, names, sink)
    check_variables(kind, names, sink)
    return {name.value: Port(name.value, None) for name in meant_names(task.node.get(key))} | ports


def _port(name: str, found: Fields, sink: Sink) -> Port:
    description = found.text("description")
    optional = "optional" in found.node and found.flag("optional")
    return Port(
        name,
        parse_type_node(found.get("type"), sink),
        not optional and found.get("default") is None,
        description.value if description else "",
    )


def content_ports(task: Task, sink: Sink) -> None:
    """Give a task of a smaller kind what it takes and hands out."""
    content = task.content
    task.inputs = {}
    task.outputs = {}
    if isinstance(content, Approve):
        answer = Port(APPROVED, Type("Bool"), False, "whether a person has approved")
        filled = (Port(one.name, one.type, False, one.description) for one in content.inputs.values())
        task.outputs = ({APPROVED: answer} if content.gate else {}) | {port.name: port for port in filled}
    elif isinstance(content, Http):
        task.outputs = {Http.printed: Port(Http.printed, Type("String"), False, "what came back")}
    elif isinstance(content, ContainerSet):
        script_ports(task, sink)
    elif isinstance(content, Resource):
        _resource_ports(task, content, sink)
    elif isinstance(content, NewVolume):
        task.outputs = {name: Port(name, Type("String")) for name in ("name", "size")}
    elif isinstance(content, Snapshot):
        task.outputs = {"name": Port("name", Type("String"))}
    elif isinstance(content, TemplateReference):
        _template_ports(task, content, sink)


def _template_ports(task: Task, content: TemplateReference, sink: Sink) -> None:
    """Its arguments are parameters by any name, but for those that `inputs` names: these are files."""
    files = _declared(task, "inputs", "taskInput", sink)
    for node in as_list(task.node.get("inputs"), "", Sink()):
        if isinstance(node, Mapping) and "default" in node:
            message = "a template on the cluster has its own defaults"
            sink.error("misplaced-key", message, node.key_span("default"), "remove it, or give the argument")
    content.files = frozenset(files)
    for name, port in files.items():
        if port.required and name not in task.arguments:
            at = task.node.key_span("arguments") if "arguments" in task.node else task.span
            sink.error("missing-argument", f"task `{task.name}` needs the argument `{name}`", at)
    task.inputs = None
    task.outputs = _declared(task, "outputs", "taskOutput", sink)


_OF_OBJECT = {"name": ("{.metadata.name}", Type("String")), "manifest": ("{}", Type("JsonObject"))}


def _resource_ports(task: Task, content: Resource, sink: Sink) -> None:
    task.outputs = {}
    if content.action != "delete":
        for name, (where, type_) in _OF_OBJECT.items():
            content.paths[name] = ("jsonPath", where)
            task.outputs[name] = Port(name, type_)
    declared = _declared(task, "outputs", "taskOutput", sink)
    if content.action == "delete" and declared:
        message = f"task `{task.name}` puts nothing out: what it deletes is gone"
        sink.error("misplaced-key", message, task.node.key_span("outputs"))
    task.outputs |= declared
    for node in as_list(task.node.get("outputs"), "", sink):
        output = node.get("name") if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping) or not isinstance(output, Scalar):
            continue
        found = [(key, place.value) for key in _WHERE if isinstance(place := node.get(key), Scalar)]
        if found:
            content.paths[output.value] = found[0]
        else:
            message = f"output `{output.value}` of task `{task.name}` needs `jsonPath` or `jqFilter`"
            sink.error("missing-key", message, output.span, "say where it stands in the object: `{.status.phase}`")


def group_ports(task: Task) -> None:
    """Give a group the outputs that it declares."""
    assert task.body is not None
    task.inputs = {}
    task.outputs = {
        output.name: Port(output.name, output.declared, False, output.description)
        for output in task.body.outputs.values()
    }
