"""One component with given inputs, as a pipeline of one task."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yamlflow.app.compile import load_pipeline
from yamlflow.app.components import load_component
from yamlflow.app.errors import RequestError, UsageError, reason
from yamlflow.app.layer import Layer
from yamlflow.app.output import dump
from yamlflow.app.parameters import Parameter, Parameters
from yamlflow.app.run_parameters import check_parameters
from yamlflow.app.tree import Workflow
from yamlflow.app.workspace import Workspace
from yamlflow.components import Component, Input, sanitize
from yamlflow.diagnostics import Diagnostic, Sink, SourceText, did_you_mean
from yamlflow.source import Mapping as MappingNode
from yamlflow.source import read_source
from yamlflow.source.nodes import Plain
from yamlflow.types import type_data


class Prepared(NamedTuple):
    """The manifest of a test, None when the component cannot be run; the component; and what is wrong with it."""

    manifest: Workflow | None
    component: Component | None
    diagnostics: list[Diagnostic]


def read_inputs(values: Parameters, files: Iterable[str]) -> dict[str, str]:
    """Return inputs by name; those of `files` (NAME=FILE) are read."""
    found = {name: item.text for name, item in values.items()}
    for pair in files:
        name, equals, path = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"`--file {pair}` is no NAME=FILE")
        if name in found:
            raise UsageError(f"input `{name}` is given twice")
        try:
            with open(path, encoding="utf-8", newline="") as file:
                found[name] = file.read()
        except OSError as error:
            raise RequestError(f"cannot read `{path}`: {reason(error)}") from None
        except UnicodeDecodeError:
            raise RequestError(f"`{path}` is no text in UTF-8") from None
    return found


def prepare(reference: str, given: dict[str, str], environment: Mapping[str, str]) -> Prepared:
    """Return what runs a component with these inputs."""
    component, diagnostics, written = load_component(reference, environment)
    if component is None:
        return Prepared(None, None, diagnostics)
    _check_names(component, given)
    text = dump(_pipeline(component, written, given), "json")
    sink = Sink()
    node = read_source(SourceText("", text), sink)
    assert isinstance(node, MappingNode)
    pipeline = load_pipeline(node, "", Workspace(Layer(env=environment)), sink)
    parameters = check_parameters(pipeline, {name: Parameter(text) for name, text in given.items()}, sink)
    if sink.failed:
        return Prepared(None, component, sink.sorted())
    from yamlflow.render import render

    return Prepared(render(pipeline, parameters), component, diagnostics)


def _check_names(component: Component, given: dict[str, str]) -> None:
    names = [item.name for item in component.inputs]
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names) or f"its inputs: {', '.join(names) or 'none'}"
            raise UsageError(f"the component has no input `{name}`", hint=hint)
    for item in component.inputs:
        if item.name not in given and item.default is None and not item.optional:
            hint = f"give it: `-p {item.name}=VALUE`, or `--file {item.name}=FILE`"
            raise UsageError(f"input `{item.name}` has no default and no value was given", hint=hint)


def _pipeline(component: Component, reference: Plain, given: dict[str, str]) -> dict[str, object]:
    """Return the pipeline with one task. Values come in as its inputs, so nothing in them is an expression."""
    name = sanitize(component.name).lower().replace("_", "-")[:50].strip("-") or "component"
    name = name if name[0].isalpha() else f"c-{name}"
    inputs = [_input(item) for item in component.inputs if item.name in given]
    arguments = {item: f"${{{{ inputs['{_quoted(item)}'] }}}}" for item in given}
    task = {"component": reference, "arguments": arguments}
    # What has tasks hands out only what somebody wants.
    wanted = component.outputs if component.container is None else ()
    outputs = [
        {"name": item.name, "value": f"${{{{ tasks['{name}'].outputs['{_quoted(item.name)}'] }}}}"} for item in wanted
    ]
    return {"name": name, "inputs": inputs, "tasks": {name: task}, "outputs": outputs}


def _input(item: Input) -> dict[str, object]:
    found: dict[str, object] = {"name": item.name}
    if item.type is not None:
        found["type"] = type_data(item.type)
    return found | ({"enum": list(item.enum)} if item.enum else {})


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace("'", "\\'")
