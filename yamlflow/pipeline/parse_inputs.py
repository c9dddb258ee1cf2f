"""Parsing inputs: their types, which outputs have too, their defaults, and which values they take."""

from yamlflow.diagnostics import Related, Sink, did_you_mean
from yamlflow.pipeline.constants import given, warn_of_constant
from yamlflow.pipeline.limits import Limits, canonical, pattern_error, value_error
from yamlflow.pipeline.model import Input
from yamlflow.pipeline.names import check_port_names
from yamlflow.pipeline.parse_options import fields
from yamlflow.pipeline.secrets import is_secret, parse_secret
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import Fields, as_mapping, as_text, meant_names, place, wrong_kind
from yamlflow.types import Type, constant_error, parse_float, parse_type

_MEANT = {
    **dict.fromkeys(("value", "defaultValue"), "default"),
    **dict.fromkeys(("options", "choices", "allowed"), "enum"),
    **dict.fromkeys(("regex", "regexp"), "pattern"),
    "required": "optional: false",
}
"""What others call our keys."""
_LIKE = {
    **dict.fromkeys(("int", "Int", "integer", "long"), "Integer"),
    **dict.fromkeys(("float", "double", "Double", "number", "Number"), "Float"),
    **dict.fromkeys(("str", "Str", "string"), "String"),
    **dict.fromkeys(("bool", "boolean", "Boolean"), "Bool"),
    **dict.fromkeys(("list", "array", "Array"), "List"),
    **dict.fromkeys(("dict", "map", "object", "Object"), "Dict"),
}
"""Names that elsewhere mean a type which has another name here."""


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
    for name in meant_names(found.get("inputs")):
        inputs.setdefault(name.value, Input(name.value, name.span, None, "", None, Limits(), optional=False))
    return inputs


def _input(mapping: Mapping, of: str, sink: Sink) -> Input | None:
    found = fields(mapping, sink, f"an input of {of}", "input", _MEANT)
    name = found.text("name")
    if name is None:
        return None
    found.what = f"input `{name.value}`"
    type_ = parse_type_node(found.get("type"), sink)
    description = found.text("description")
    default = found.get("default")
    item = Input(
        name.value,
        name.span,
        type_,
        description.value if description else "",
        default,
        _limits(found, type_),
        found.flag("optional"),
    )
    if default is not None and is_secret(type_):
        return item._replace(secret=parse_secret(default, f"the default of input `{name.value}`", sink))
    if default is not None:
        warn_of_constant(default, type_, sink)
        problem = value_error(given(default), type_, item.limits)
        if problem:
            message = f"the default of input `{name.value}` is wrong: {problem}"
            hint = did_you_mean(str(given(default)), item.limits.enum)
            sink.error("invalid-constant", message, place(default), hint)
    return item


def _limits(found: Fields, type: Type | None) -> Limits:
    for key in ("enum", "minimum", "maximum", "pattern"):
        if key in found.node and is_secret(type):
            found.sink.error("invalid-value", f"`{key}` says nothing of a Secret", found.node.key_span(key))
    minimum, maximum = _bound(found, "minimum", type), _bound(found, "maximum", type)
    if minimum and maximum and (parse_float(minimum) or 0) > (parse_float(maximum) or 0):
        message = f"`minimum` of {found.what} is above its `maximum`"
        found.sink.error("invalid-value", message, found.node.key_span("minimum"))
        minimum = maximum = ""
    limits = Limits((), minimum, maximum, _pattern(found, type))
    return limits._replace(enum=_enum(found, type, limits))


def _bound(found: Fields, key: str, type: Type | None) -> str:
    node = found.get(key)
    if node is None:
        return ""
    if not isinstance(node, Scalar) or isinstance(node.data(), bool | str):
        wrong_kind(found.sink, node, "a number", f"`{key}` of {found.what}")
        return ""
    if type is not None and not type.is_number:
        hint = "for texts there is `pattern`" if type.is_text else ""
        message = f"`{key}` is for numbers, {found.what} is {type.name}"
        found.sink.error("invalid-value", message, found.node.key_span(key), hint)
        return ""
    return node.value


def _pattern(found: Fields, type: Type | None) -> str:
    node = found.text("pattern", "a regular expression")
    if node is None:
        return ""
    if type is not None and not type.is_text:
        hint = "for numbers there are `minimum` and `maximum`" if type.is_number else ""
        message = f"`pattern` is for texts, {found.what} is {type.name}"
        found.sink.error("invalid-value", message, found.node.key_span("pattern"), hint)
        return ""
    problem = pattern_error(node.value)
    if problem:
        found.sink.error("invalid-value", f"`pattern` of {found.what} is no regular expression: {problem}", node.span)
    return node.value


def _enum(found: Fields, type: Type | None, limits: Limits) -> tuple[str, ...]:
    first: dict[str, Node] = {}
    listed = found.list("enum", "a list of values")
    if not listed and isinstance(found.get("enum"), Sequence):
        found.sink.error("invalid-value", f"`enum` of {found.what} allows nothing", found.node.key_span("enum"))
    for node in listed:
        item = as_text(node, f"`enum` of {found.what}", found.sink, "a text or a number")
        if item is None:
            continue
        warn_of_constant(item, type, found.sink)
        problem = constant_error(item.value, type) or limits.error(item.value, type)
        text = canonical(item.value, type, tuple(first))
        if problem:
            found.sink.error("invalid-constant", f"`enum` of {found.what}: {problem}", place(item))
        elif text in first:
            related = (Related(place(first[text]), "the first is here"),)
            found.sink.error(
                "duplicate-name", f"`enum` of {found.what} has `{text}` twice", place(item), related=related
            )
        else:
            first[text] = item
    return tuple(first)


def parse_type_node(node: Node | None, sink: Sink) -> Type | None:
    """Return a type; what is none is reported."""
    if node is None:
        return None
    try:
        found = parse_type(node.data())
    except ValueError as error:
        sink.error("invalid-type", str(error), place(node))
        return None
    meant = _LIKE.get(found.name) or ("{List: ...}" if found.name.lower().startswith("list[") else "")
    if meant:
        message = f"`{found.name}` is a type of its own, nothing is checked of its values"
        sink.warning("invalid-type", message, place(node), f"write `{meant}`")
    return found
