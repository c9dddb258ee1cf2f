"""Components as a person names them on the command line."""

from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.app.errors import RequestError
from yamlflow.app.layer import NO_LAYER
from yamlflow.app.output import dump
from yamlflow.app.workspace import policy_of
from yamlflow.components import (
    Arg,
    Component,
    Concat,
    If,
    Input,
    InputPath,
    InputValue,
    IsPresent,
    Loader,
    Output,
    OutputPath,
    described,
)
from yamlflow.components.store import Policy, Store
from yamlflow.diagnostics import Diagnostic, Sink, SourceText, Span, did_you_mean
from yamlflow.project.load import load
from yamlflow.project.places import find
from yamlflow.source import Mapping, Node, Scalar, read_source
from yamlflow.source.nodes import Plain
from yamlflow.types import Type, constant_text, type_text

if TYPE_CHECKING:
    from yamlflow.pipeline import Pipeline


class Port(NamedTuple):
    """An input or output, as a person reads it; `given` says what an input is without an argument."""

    name: str
    type: str
    given: str
    description: str


class View(NamedTuple):
    """A component, as a person reads it. `command` is what runs; what depends on an input stands in brackets.

    A pipeline, and what is made of other components, has `tasks` in place of a command.
    """

    name: str
    description: str
    origin: str
    inputs: list[Port]
    outputs: list[Port]
    image: str
    command: list[str]
    env: list[tuple[str, str]]
    tasks: list[str]


class Found(NamedTuple):
    """A component, None when it cannot be used; and what is wrong with it."""

    component: View | None
    diagnostics: list[Diagnostic]


class Loaded(NamedTuple):
    """The component of a reference, None when it cannot be used; what is wrong with it; how a pipeline refers to it."""

    component: Component | None
    diagnostics: list[Diagnostic]
    reference: Plain


def load_component(reference: Plain, env: AnyMapping[str, str] | None = None) -> Loaded:
    """Return the component of a reference: a name in the project of this folder, or what a task can refer to.

    What is wrong with the reference itself is a RequestError.
    """
    sink = Sink()
    path = find("")
    known = load(path, sink) if path is not None else None
    source = SourceText("", dump(reference, "json") if isinstance(reference, dict) else str(reference))
    policy = policy_of(known) if known is not None else Policy()
    loader = Loader(sink, Store(policy._replace(env=env or {})))
    if known is not None and isinstance(reference, str) and reference in known.components:
        component = loader.load(known.components[reference], known.folder)
    else:
        if isinstance(reference, str) and not reference.startswith((".", "/")) and "://" not in reference:
            reference = f"./{reference}"
        component = loader.load(_node(reference, source), "")
    own = [item for item in sink.items if item.span is not None and item.span.source is source]
    for item in own:
        names = did_you_mean(str(reference), known.components) if known is not None else ""
        raise RequestError(item.message, hint=item.hint or names)
    if component is not None and component.pipeline is not None:
        component = _with_ports(component, sink)
    return Loaded(None if sink.failed or component is None else described(component), sink.sorted(), reference)


def _with_ports(component: Component, sink: Sink) -> Component:
    """Return what a pipeline is to its callers."""
    pipeline = _pipeline(component, sink)
    inputs = tuple(
        Input(item.name, item.type, item.description, _default(item.default), item.optional, item.span)
        for item in pipeline.inputs.values()
    )
    outputs = tuple(
        Output(item.name, item.declared or item.value.type, item.description, item.span)
        for item in pipeline.body.outputs.values()
    )
    return component._replace(name=pipeline.name, description=pipeline.description, inputs=inputs, outputs=outputs)


def _pipeline(component: Component, sink: Sink) -> "Pipeline":
    from yamlflow.app.compile import load_pipeline
    from yamlflow.app.workspace import Workspace

    assert component.pipeline is not None
    return load_pipeline(component.pipeline, component.origin.path, Workspace(NO_LAYER), sink)


def _default(node: Node | None) -> str | None:
    if node is None:
        return None
    return constant_text(node.value if isinstance(node, Scalar) else node.data())


def _node(reference: Plain, source: SourceText) -> Node:
    node = read_source(source, Sink()) if isinstance(reference, dict) else None
    return node or Scalar(Span(source, 0, len(source.text)), source.text)


def find_component(reference: str, env: AnyMapping[str, str]) -> Found:
    """Return the component of a reference as a person reads it."""
    component, diagnostics, _ = load_component(reference, env)
    return Found(None if component is None else _view(component), diagnostics)


def _view(component: Component) -> View:
    inputs = [
        Port(item.name, _input_type(item), _given(item.default, optional=item.optional), item.description)
        for item in component.inputs
    ]
    outputs = [Port(item.name, _type(item.type), "", item.description) for item in component.outputs]
    about = (component.name, component.description, component.origin.text, inputs, outputs)
    container = component.container
    if container is None:
        held = component.graph or component.pipeline
        tasks = held.get("tasks") if held is not None else None
        return View(*about, "", [], [], list(tasks.entries) if isinstance(tasks, Mapping) else [])
    command = [_text(component, arg) for arg in (*container.command, *container.args)]
    env = [(name, _text(component, arg)) for name, arg in container.env]
    return View(*about, container.image, command, env, [])


def _type(type_: Type | None) -> str:
    return type_text(type_) if type_ is not None else ""


def _input_type(item: Input) -> str:
    return f"{_type(item.type)} ({', '.join(item.enum)})".strip() if item.enum else _type(item.type)


def _given(default: str | None, *, optional: bool) -> str:
    if default is not None:
        return f"default {default}" if default else "default ''"
    return "optional" if optional else "required"


def _text(component: Component, arg: Arg) -> str:
    """Return an argument as it will be; `<NAME>` stands for the value of an input."""
    if isinstance(arg, str):
        from shlex import quote

        return arg if "\n" in arg else quote(arg)
    if isinstance(arg, Concat):
        return "".join(_text(component, item) for item in arg.items)
    if isinstance(arg, If):
        return _choice(component, arg)
    if isinstance(arg, InputPath):
        return component.input_path(arg.name)
    return component.output_path(arg.name) if isinstance(arg, OutputPath) else f"<{arg.name}>"


def _choice(component: Component, arg: If) -> str:
    then, otherwise = (" ".join(_text(component, item) for item in branch) for branch in (arg.then, arg.otherwise))
    if isinstance(arg.condition, bool):
        return then if arg.condition else otherwise
    test = f"{arg.condition.name}?" if isinstance(arg.condition, IsPresent | InputValue) else ""
    return f"[{test} {then} : {otherwise}]" if otherwise else f"[{then}]"
