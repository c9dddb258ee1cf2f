"""Parsing a pipeline file: from nodes to the model; never stops at the first mistake."""

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.constants import warn_of_constant
from yamlflow.pipeline.model import Body, Input, Pipeline
from yamlflow.pipeline.names import check_pipeline_name, check_port_names
from yamlflow.pipeline.options import Defaults, Options, Shared
from yamlflow.pipeline.parse_options import duration, fields, parse_resources, parse_retry
from yamlflow.pipeline.parse_tasks import parse_hooks, parse_outputs, parse_tasks, parse_type_node
from yamlflow.source import Mapping, Node, Scalar
from yamlflow.source.fields import Fields, as_mapping, as_text
from yamlflow.types import constant_error, constant_text


def parse_pipeline(node: Mapping, path: str, sink: Sink, shared: Shared | None = None) -> Pipeline:
    """Return the pipeline of a file's top mapping; what is wrong is reported and left out."""
    pipeline = Pipeline(path, node, shared)
    found = fields(node, sink, "the pipeline", "pipeline")
    name = found.text("name")
    if name is not None:
        check_pipeline_name(name, sink)
        pipeline.name, pipeline.span = name.value, name.span
    description = found.text("description")
    pipeline.description = description.value if description else ""
    account = found.text("serviceAccount")
    pipeline.service_account = account.value if account else ""
    pipeline.parallelism = found.integer("parallelism", 1)
    pipeline.timeout = duration(found.text("timeout"), "`timeout` of the pipeline", sink)
    pipeline.labels = {key: text.value for key, text in found.texts("labels").items()}
    pipeline.annotations = {key: text.value for key, text in found.texts("annotations").items()}
    pipeline.inputs = _inputs(found)
    pipeline.components = {entry.key.value: entry.value for entry in found.entries("components")}
    pipeline.defaults = parse_defaults(_merged(pipeline.shared.defaults, found.mapping("defaults")), sink)
    _bodies(pipeline, found)
    return pipeline


def _bodies(pipeline: Pipeline, found: Fields) -> None:
    tasks = found.mapping("tasks", "a mapping of tasks")
    if tasks is not None:
        parse_tasks(tasks, pipeline.body, pipeline.defaults, found.sink)
    parse_outputs(found.get("outputs"), pipeline.body, "the pipeline", found.sink)
    on_exit = found.mapping("onExit", "a mapping of tasks")
    if on_exit is not None:
        pipeline.on_exit = Body(None, is_exit=True)
        parse_tasks(on_exit, pipeline.on_exit, pipeline.defaults, found.sink)
    pipeline.hooks = parse_hooks(found, None, pipeline.defaults)


def _merged(shared: Mapping | None, own: Mapping | None) -> Mapping | None:
    if shared is None or own is None:
        return own or shared
    return Mapping(own.span, {**shared.entries, **own.entries})


def parse_defaults(node: Mapping | None, sink: Sink) -> Defaults:
    """Parse `defaults` of a pipeline or a project."""
    if node is None:
        return Defaults("", Options())
    inner = fields(node, sink, "`defaults`", "defaults")
    options = Options()
    options.retry = parse_retry(inner)
    options.resources = parse_resources(inner)
    options.timeout = duration(inner.text("timeout"), "`timeout` of `defaults`", sink)
    image = inner.text("image")
    return Defaults(image.value if image else "", options)


def _inputs(found: Fields) -> dict[str, Input]:
    inputs: dict[str, Input] = {}
    names: list[Scalar] = []
    for node in found.list("inputs", "a list of {name, type, default}"):
        mapping = as_mapping(node, "an input of the pipeline", found.sink, "a mapping {name, type, default}")
        if mapping is None:
            continue
        item = _input(mapping, found.sink)
        name = mapping.get("name")
        if item is not None and isinstance(name, Scalar):
            names.append(name)
            inputs.setdefault(item.name, item)
    check_port_names("input", names, found.sink)
    return inputs


def _input(mapping: Mapping, sink: Sink) -> Input | None:
    found = fields(mapping, sink, "an input of the pipeline", "input")
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
    from yamlflow.source.fields import place

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
