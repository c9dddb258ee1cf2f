"""The inputs and outputs of a Python function, named and typed as KFP v1 does."""

import ast
from collections.abc import Collection
from typing import NamedTuple

from yamlflow.components.model import Documentation
from yamlflow.components.python_docstring import summary
from yamlflow.components.python_file import Function, PythonFile, own_nodes
from yamlflow.components.python_types import OUTPUT_STYLES, Annotation, AnnotationReader, Constant, Returns
from yamlflow.diagnostics import Sink, Span
from yamlflow.source.nodes import Plain
from yamlflow.types import constant_text


class Port(NamedTuple):
    """An input or output. `parameter` is the function's own name for it, "" for what it returns; then `field` is the
    name of one of several values."""

    name: str
    parameter: str
    type: Plain
    style: str
    optional: bool
    default: str | None
    span: Span
    enum: tuple[Constant, ...] = ()
    field: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The only values, as texts."""
        return tuple(constant_text(item) for item in self.enum)

    @property
    def spec(self) -> dict[str, Plain]:
        """The port as the component spec has it."""
        found: dict[str, Plain] = {"name": self.name}
        if self.type is not None:
            found["type"] = self.type
        if self.default is not None:
            found["default"] = self.default
        if self.optional:
            found["optional"] = True
        return found


class Signature(NamedTuple):
    """What a function takes and hands out."""

    name: str
    description: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    returns: Returns
    docstring: str

    @property
    def documentation(self) -> Documentation:
        """Where the docstring speaks of each input and output; of a single value it says what is returned."""
        kinds = (("inputs", self.inputs), ("outputs", self.outputs))
        named = [((kind, port.name), port.parameter or port.field) for kind, ports in kinds for port in ports]
        return Documentation(self.docstring, tuple(named))


def read_signature(file: PythonFile, function: Function, sink: Sink) -> Signature | None:
    """Return the signature of a function; None after reporting what cannot be called in a container."""
    reader = AnnotationReader(file, sink)
    _refuse(function, reader)
    inputs: dict[str, Port] = {}
    outputs: dict[str, Port] = {}
    for parameter, default in _parameters(function):
        annotation = reader.annotation(parameter.annotation)
        ports = outputs if annotation.style in OUTPUT_STYLES else inputs
        name = _unique(_port_name(parameter.arg, annotation), ports)
        span = Span(file.source, file.start(parameter), file.start(parameter) + len(parameter.arg))
        text = _default(parameter, default, annotation, reader)
        optional = default is not None
        ports[name] = Port(
            name, parameter.arg, annotation.type, annotation.style, optional, text, span, annotation.enum
        )
    returns = reader.returns(function.returns)
    for field in returns.fields:
        name = _unique(field.name, outputs)
        own = "" if returns.single else field.name
        outputs[name] = Port(name, "", field.type, "", False, None, file.span(field.node), field=own)
    if reader.failed:
        return None
    human = " ".join(function.name.replace("_", " ").split())
    human = human[:1].upper() + human[1:]
    docstring = _docstring(function)
    return Signature(human, summary(docstring), tuple(inputs.values()), tuple(outputs.values()), returns, docstring)


def _refuse(function: Function, reader: AnnotationReader) -> None:
    arguments = function.args
    if isinstance(function, ast.AsyncFunctionDef):
        reader.report(f"`{function.name}` is an async function", function, "write a plain `def`")
    found = next((node for node in own_nodes(function) if isinstance(node, ast.Yield | ast.YieldFrom)), None)
    if found is not None:
        reader.report(f"`{function.name}` is a generator", found, "return a list")
    for star, parameter in (("*", arguments.vararg), ("**", arguments.kwarg)):
        if parameter is not None:
            hint = "name each parameter: it becomes an input"
            reader.report(f"`{star}{parameter.arg}` cannot become inputs", parameter, hint)
    for parameter in arguments.posonlyargs:
        reader.report(f"`{parameter.arg}` cannot be given by name", parameter, "remove the `/`")


def _parameters(function: Function) -> list[tuple[ast.arg, ast.expr | None]]:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(named) - len(arguments.defaults))
    return [
        *zip(named, [*defaults, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]


def _docstring(function: Function) -> str:
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value.value
    return ""


def _port_name(parameter: str, annotation: Annotation) -> str:
    """Drop what speaks of files: from outside there is data, not a path."""
    name = parameter
    if annotation.style in ("InputPath", "OutputPath"):
        name = name.removesuffix("_path")
    if annotation.style:
        name = name.removesuffix("_file")
    return name or parameter


def _unique(name: str, taken: Collection[str]) -> str:
    number = 2
    found = name
    while found in taken:
        found = f"{name}_{number}"
        number += 1
    return found


def _default(parameter: ast.arg, node: ast.expr | None, annotation: Annotation, reader: AnnotationReader) -> str | None:
    if node is None:
        return None
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        hint = "it is read, never run"
        reader.report(f"the default of `{parameter.arg}` must be a constant", node, hint)
        return None
    if annotation.enum and value is not None and value not in annotation.enum:
        hint = f"possible are: {', '.join(repr(item) for item in annotation.enum)}"
        reader.report(f"the default of `{parameter.arg}` is not one of its values", node, hint)
    if annotation.style and (value is not None or annotation.style != "InputPath"):
        if annotation.style in OUTPUT_STYLES:
            reader.report(f"the output `{parameter.arg}` cannot have a default", node, "remove it")
        else:
            reader.report(f"the file `{parameter.arg}` can have no default but None", node)
        return None
    return _default_text(value, annotation.type)


def _default_text(value: object, type_: Plain) -> str | None:
    """Return a default as KFP writes it; None for what does not fit its type: then the function's own default holds."""
    if value is None or isinstance(value, str):
        return value
    name = next(iter(type_)) if isinstance(type_, dict) else type_
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, list | tuple | dict) and name in (None, "JsonArray", "JsonObject", "List", "Dict"):
        import json

        try:
            return json.dumps(value, sort_keys=True)
        except (TypeError, ValueError):
            return None
    fitting = {
        "Integer": number and isinstance(value, int),
        "Float": number,
        "Boolean": isinstance(value, bool),
        None: isinstance(value, int | float),
    }
    return str(value) if isinstance(name, str | None) and fitting.get(name) else None
