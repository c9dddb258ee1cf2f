"""Components as a person names them on the command line."""

from typing import NamedTuple

from yamlflow import project
from yamlflow.app.errors import RequestError
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
    OutputPath,
    described,
)
from yamlflow.diagnostics import Diagnostic, Sink, SourceText, Span, did_you_mean
from yamlflow.source import Scalar
from yamlflow.types import Type, type_text


class Port(NamedTuple):
    """An input or output, as a person reads it; `given` says what an input is without an argument."""

    name: str
    type: str
    given: str
    description: str


class View(NamedTuple):
    """A component, as a person reads it. `command` is what runs; what depends on an input stands in brackets."""

    name: str
    description: str
    origin: str
    inputs: list[Port]
    outputs: list[Port]
    image: str
    command: list[str]
    env: list[tuple[str, str]]


class Found(NamedTuple):
    """A component, None when it cannot be used; and what is wrong with it."""

    component: View | None
    diagnostics: list[Diagnostic]


def find_component(reference: str) -> Found:
    """Return the component of a reference: a name in the project of this folder, or what a task can refer to."""
    sink = Sink()
    path = project.find("")
    known = project.load(path, sink) if path is not None else None
    source = SourceText("", reference)
    loader = Loader(sink)
    if known is not None and reference in known.components:
        component = loader.load(known.components[reference], known.folder)
    else:
        component = loader.load(Scalar(Span(source, 0, len(reference)), reference), "")
    own = [item for item in sink.items if item.span is not None and item.span.source is source]
    for item in own:
        names = did_you_mean(reference, known.components) if known is not None else ""
        raise RequestError(item.message, hint=item.hint or names)
    usable = component is not None and not sink.failed
    return Found(_view(described(component)) if usable and component is not None else None, sink.sorted())


def _view(component: Component) -> View:
    inputs = [
        Port(item.name, _input_type(item), _given(item.default, optional=item.optional), item.description)
        for item in component.inputs
    ]
    outputs = [Port(item.name, _type(item.type), "", item.description) for item in component.outputs]
    container = component.container
    assert container is not None
    command = [_text(component, arg) for arg in (*container.command, *container.args)]
    env = [(name, _text(component, arg)) for name, arg in container.env]
    name, origin = component.name, component.origin.text
    return View(name, component.description, origin, inputs, outputs, container.image, command, env)


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
