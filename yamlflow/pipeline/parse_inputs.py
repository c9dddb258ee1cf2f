"""Parsing inputs, and the types that inputs and outputs have."""

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.constants import warn_of_constant
from yamlflow.pipeline.model import Input
from yamlflow.pipeline.names import check_port_names
from yamlflow.pipeline.parse_options import fields
from yamlflow.source import Mapping, Node, Scalar
from yamlflow.source.fields import Fields, as_mapping, as_text, place
from yamlflow.types import Type, constant_error, constant_text, parse_type


def parse_inputs(found: Fields, of: str = "the pipeline") -> dict[str, Input]:
    """Parse `inputs`, values that come from outside."""
    inputs: dict[str, Input] = {}
    names: list[Scalar] = []
    for node in found.list("inputs", "a list of {name, type, default}"):
        mapping = as_mapping(node, f"an input of {of}", found.sink, "a mapping {name, type, default}")
        if mapping is None:
            continue
        item = _input(mapping, of, found.sink)
        name = mapping.get("name")
        if item is not None and isinstance(name, Scalar):
            names.append(name)
            inputs.setdefault(item.name, item)
    check_port_names("input", names, found.sink)
    return inputs


def _input(mapping: Mapping, of: str, sink: Sink) -> Input | None:
    found = fields(mapping, sink, f"an input of {of}", "input")
    name = found.text("name")
    if name is None:
        return None
    found.what = f"input `{name.value}`"
    type_ = parse_type_node(found.get("type"), sink)
    description = found.text("description")
    texts = [as_text(item, f"`enum` of {found.what}", sink) for item in found.list("enum")]
    enum = tuple(item.value for item in texts if item is not None)
    default = found.get("default")
    for node in (*texts, default):
        if node is not None:
            warn_of_constant(node, type_, sink)
    if default is not None:
        _check_default(default, name.value, constant_error(_given(default), type_), enum, sink)
    return Input(
        name.value, name.span, type_, description.value if description else "", default, enum, found.flag("optional")
    )


def _check_default(node: Node, name: str, problem: str, enum: tuple[str, ...], sink: Sink) -> None:
    if problem:
        sink.error("invalid-constant", f"the default of input `{name}` is wrong: {problem}", place(node))
    elif enum and constant_text(_given(node)) not in enum:
        sink.error(
            "invalid-constant",
            f"the default of input `{name}` is not one of its `enum`",
            place(node),
            f"possible are: {', '.join(enum)}",
        )


def _given(node: Node) -> object:
    return node.value if isinstance(node, Scalar) else node.data()


def parse_type_node(node: Node | None, sink: Sink) -> Type | None:
    """Return a type; what is none is reported."""
    if node is None:
        return None
    try:
        return parse_type(node.data())
    except ValueError as error:
        sink.error("invalid-type", str(error), place(node))
        return None
