"""A Python function as a component: the file is read, never imported."""

import os

from yamlflow.components.model import Component, Container, Input, Origin, Output, Uses, plain_argument
from yamlflow.components.python_file import Function, PythonFile, check_function
from yamlflow.components.python_imports import check_imports
from yamlflow.components.python_names import check_decorators, check_names, included
from yamlflow.components.python_program import arguments, command, program
from yamlflow.components.python_settings import Settings
from yamlflow.components.python_signature import Port, Signature, read_signature
from yamlflow.diagnostics import Related, Sink, Span, did_you_mean
from yamlflow.source.nodes import Plain
from yamlflow.types import Type, parse_type

# Linux takes no longer argument.
_MAX_PROGRAM = 128 * 1024 - 1


def read_function(file: PythonFile, name: str, settings: Settings, at: Span, sink: Sink) -> Component | None:
    """Return a function of a file as a component; mistakes are reported in the file, or at `at` if it is not there."""
    function = file.functions.get(name)
    if function is None:
        _report_missing(file, name, at, sink)
        return None
    helpers = included(file, settings.include, function, sink)
    signature = read_signature(file, function, sink)
    if signature is None or not all(check_function(file, item, sink) for item in (*helpers, function)):
        return None
    check_names(file, function, helpers, signature.returns.defined_as, sink)
    check_imports(file, [*helpers, function], settings, sink)
    check_decorators(file, function, sink)
    text = program(file, function, signature, helpers)
    if len(text.encode()) > _MAX_PROGRAM:
        span = file.name_span(function)
        sink.error("python-function", f"`{name}` is too long to be given to a container", span, "shorten it to 128 KiB")
        return None
    return _component(file, function, signature, _container(signature, settings, command(text, settings.packages)))


def _component(file: PythonFile, function: Function, signature: Signature, container: Container) -> Component:
    line = file.name_span(function).line
    where = f"{os.path.basename(file.source.name)}:{line}, function {function.name}"
    return Component(
        signature.name,
        signature.description,
        tuple(
            Input(port.name, _type(port), "", port.default, port.optional, port.span, port.choices)
            for port in signature.inputs
        ),
        tuple(Output(port.name, _type(port), "", port.span) for port in signature.outputs),
        container,
        {},
        {},
        Origin(file.source.name, line, where),
        _spec(signature, container),
        b"",
        signature.documentation,
    )


def _report_missing(file: PythonFile, name: str, at: Span, sink: Sink) -> None:
    shown = file.source.name
    statement = file.binding(name)
    owner = file.inside(name)
    hint, notes = did_you_mean(name, file.functions), (f"its functions: {', '.join(file.functions) or 'none'}",)
    related: tuple[Related, ...] = ()
    if statement is not None:
        related = (Related(file.span(statement), f"`{name}` is this"),)
        hint = "write it with `def`"
    elif owner:
        hint = f"it is inside `{owner}`: only functions at the top of a file can be used"
    sink.error("component-not-found", f"`{shown}` has no function `{name}`", at, hint, notes=notes, related=related)


def _type(port: Port) -> Type | None:
    return None if port.type is None else parse_type(port.type)


def _container(signature: Signature, settings: Settings, texts: list[str]) -> Container:
    by_path = frozenset(port.name for port in signature.inputs if port.style)
    by_value = frozenset(port.name for port in signature.inputs) - by_path
    written = frozenset(port.name for port in signature.outputs)
    uses = Uses(by_value, by_path, frozenset(), written)
    return Container(settings.image, tuple(texts), tuple(arguments(signature)), settings.env, {}, uses)


def _spec(signature: Signature, container: Container) -> dict[str, Plain]:
    """Return the component spec as KFP writes it: what is empty is left out."""
    spec: dict[str, Plain] = {"name": signature.name}
    if signature.description:
        spec["description"] = signature.description
    for key, ports in (("inputs", signature.inputs), ("outputs", signature.outputs)):
        if ports:
            spec[key] = [port.spec for port in ports]
    command_line: dict[str, Plain] = {
        "image": container.image,
        "command": [plain_argument(item) for item in container.command],
        "args": [plain_argument(item) for item in container.args],
    }
    if container.env:
        command_line["env"] = {name: plain_argument(value) for name, value in container.env}
    spec["implementation"] = {"container": command_line}
    return spec
