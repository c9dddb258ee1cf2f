"""Reading a component spec, as KFP v1 has it; never stops at the first mistake."""

from collections.abc import Iterator

from yamlflow.components.keys import KEYS, REQUIRED
from yamlflow.components.model import Arg, Component, Container, Input, Origin, Output
from yamlflow.components.naming import sanitize
from yamlflow.components.placeholders import ArgumentReader
from yamlflow.components.text import default_text
from yamlflow.diagnostics import Related, Sink
from yamlflow.source import Mapping, Scalar, Sequence
from yamlflow.source.ambiguous import warn_of_change, warn_of_number
from yamlflow.source.fields import Fields, as_list, as_mapping, as_text, place, wrong_kind
from yamlflow.types import Type, parse_type


def parse_spec(node: Mapping, origin: Origin, sink: Sink, content: bytes = b"") -> Component | None:
    """Return a component; mistakes are reported. None when its inputs or outputs could not be read.

    `content` is the file, of which KFP makes the digest.
    """
    fields = _fields(node, sink, "the component", "component")
    ports = _Ports(fields)
    name, description = _text(fields, "name"), _text(fields, "description")
    _text(fields, "version")
    annotations, labels = _metadata(fields)
    reader = ArgumentReader([item.name for item in ports.inputs], [item.name for item in ports.outputs], sink)
    container, graph = _implementation(fields, reader)
    if ports.broken:
        return None
    spec, inputs, outputs = node.data(), ports.inputs, ports.outputs
    return Component(
        name, description, inputs, outputs, container, annotations, labels, origin, spec, content, graph=graph
    )


def container_spec(node: Mapping, reader: ArgumentReader, what: str = "the container") -> Container | None:
    """Return the container of `implementation.container`; mistakes are reported."""
    sink = reader.sink
    fields = _fields(node, sink, what, "container")
    image = _image(fields)
    command = reader.arguments(fields.list("command"), f"`command` of {what}")
    written = fields.get("command")
    if isinstance(written, Sequence) and not written.items:
        hint = "write what runs, or leave it out for the program of the image"
        sink.warning("no-command", f"`command` of {what} is empty", place(written), hint)
    args = reader.arguments(fields.list("args"), f"`args` of {what}")
    env = _environment(fields, reader, what)
    file_outputs = _file_outputs(fields, reader)
    return Container(image, command, args, env, file_outputs, reader.uses(file_outputs)) if image is not None else None


class _Ports:
    """The inputs and outputs of a component; `broken` when one could not be read."""

    def __init__(self, owner: Fields) -> None:
        self.sink = owner.sink
        self.broken = False
        self._seen: dict[tuple[str, str], Scalar] = {}
        self.inputs = tuple(self._input(*port) for port in self._ports(owner, "input"))
        self.outputs = tuple(self._output(*port) for port in self._ports(owner, "output"))

    def _ports(self, owner: Fields, kind: str) -> Iterator[tuple[Fields, Scalar]]:
        node = owner.get(f"{kind}s")
        if node is not None and not isinstance(node, Sequence):
            self.broken = True
        for item in as_list(node, f"`{kind}s` of the component", self.sink, "a list of {name, type, ...}"):
            mapping = as_mapping(item, f"an {kind} of the component", self.sink, "a mapping {name, type, ...}")
            name = self._name(mapping, kind) if mapping is not None else None
            if mapping is None or name is None:
                self.broken = True
            elif self._is_new(name, kind):
                fields = _fields(mapping, self.sink, f"{kind} `{name.value}`", kind)
                fields.mapping("annotations")
                yield fields, name

    def _name(self, mapping: Mapping, kind: str) -> Scalar | None:
        name = mapping.get("name")
        if isinstance(name, Scalar) and name.value and isinstance(name.data(), str):
            return name
        fields = _fields(mapping, self.sink, f"an {kind} of the component", kind)
        if isinstance(name, Scalar) and name.data() in (None, ""):
            self.sink.error("invalid-value", f"the name of an {kind} is empty", mapping.key_span("name"))
        else:
            _text(fields, "name")
        return None

    def _is_new(self, name: Scalar, kind: str) -> bool:
        first = self._seen.setdefault((kind, sanitize(name.value)), name)
        if first is name:
            return True
        twice = first.value == name.value
        message = f"a second {kind} is named `{name.value}`"
        if not twice:
            message = f"{kind} `{name.value}` gets the same name as `{first.value}` in the manifest"
        self.sink.error("duplicate-name", message, name.span, related=(Related(first.span, "the first is here"),))
        return not twice

    def _input(self, fields: Fields, name: Scalar) -> Input:
        default = fields.node.get("default")
        text = default_text(default) if default is not None else None
        type_, description = self._type(fields), _text(fields, "description")
        if text is not None and isinstance(default, Scalar):
            _warn_of_default(default, text, type_, self.sink)
        return Input(name.value, type_, description, text, fields.flag("optional"), name.span)

    def _output(self, fields: Fields, name: Scalar) -> Output:
        return Output(name.value, self._type(fields), _text(fields, "description"), name.span)

    def _type(self, fields: Fields) -> Type | None:
        node = fields.get("type")
        if node is None:
            return None
        try:
            return parse_type(node.data())
        except ValueError as error:
            # KFP takes any mapping or list as a type, and nothing but itself fits it.
            report = self.sink.error if isinstance(node, Scalar) else self.sink.warning
            report("invalid-type", f"`type` of {fields.what}: {error}", place(node))
            return None


def _warn_of_default(node: Scalar, read: str, type: Type | None, sink: Sink) -> None:
    """Warn if KFP makes another text of a default than a text input, or another number than a number needs."""
    if type is not None and type.is_number:
        warn_of_number(node, sink)
    elif type is not None and type.name == "String":
        warn_of_change(node, read, sink)


def _fields(node: Mapping, sink: Sink, what: str, table: str) -> Fields:
    return Fields(node, sink, what, KEYS[table], REQUIRED[table])


def _text(fields: Fields, key: str) -> str:
    """Return a text; KFP takes no numbers where a text is due."""
    node = fields.get(key)
    if node is None:
        return ""
    if isinstance(node, Scalar) and isinstance(node.data(), str):
        return node.value
    expected = "text, so quote it" if isinstance(node, Scalar) else "text"
    wrong_kind(fields.sink, node, expected, f"`{key}` of {fields.what}")
    return ""


def _metadata(owner: Fields) -> tuple[dict[str, str], dict[str, str]]:
    node = owner.mapping("metadata")
    if node is None:
        return {}, {}
    fields = _fields(node, owner.sink, "`metadata`", "metadata")
    annotations, labels = (
        {key: text.value for key, text in fields.texts(table).items()} for table in ("annotations", "labels")
    )
    return annotations, labels


def _implementation(owner: Fields, reader: ArgumentReader) -> tuple[Container | None, Mapping | None]:
    """Return the container or the graph of a component."""
    node = owner.mapping("implementation", "a mapping with `container` or `graph`")
    if node is None:
        return None, None
    fields = _fields(node, owner.sink, "`implementation`", "implementation")
    if "graph" in node and "container" in node:
        message = "`implementation` has both `container` and `graph`"
        owner.sink.error("several-kinds", message, node.key_span("graph"), "a component has one implementation")
    container, graph = fields.mapping("container"), fields.mapping("graph")
    if container is not None:
        return container_spec(container, reader), None
    if graph is None and fields.get("container") is None and fields.get("graph") is None:
        owner.sink.error("missing-key", "`implementation` needs the key `container` or `graph`", place(node))
    return None, graph


def _image(owner: Fields) -> str | None:
    node = owner.node.get("image")
    if not isinstance(node, Scalar) or not isinstance(node.data(), str):
        if node is not None and owner.get("image") is not None:
            wrong_kind(owner.sink, node, "the name of an image", f"`image` of {owner.what}")
        return None
    if not node.value:
        # KFP takes it, and public components have it: their users set the image.
        owner.sink.warning("no-image", f"`image` of {owner.what} is empty: no cluster can run it", place(node))
    return node.value


def _environment(owner: Fields, reader: ArgumentReader, what: str) -> tuple[tuple[str, Arg], ...]:
    found: list[tuple[str, Arg]] = []
    for entry in owner.entries("env"):
        value = reader.argument(entry.value, f"`{entry.key.value}` in `env` of {what}")
        if value is not None:
            found.append((entry.key.value, value))
    return tuple(found)


def _file_outputs(owner: Fields, reader: ArgumentReader) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in owner.entries("fileOutputs"):
        name = entry.key.value
        path = as_text(entry.value, f"`{name}` in `fileOutputs`", reader.sink, "a path")
        if name not in reader.outputs:
            reader.unknown("output", entry.key)
        elif reader.written_by_path(name):
            message = f"output `{name}` has a fixed path, and `outputPath` gives it another"
            reader.sink.error("conflicting-path", message, entry.key.span, "remove one of the two")
        elif path is not None:
            found[name] = path.value
    return found
