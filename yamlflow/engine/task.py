"""What a runner must know to run the program of a pod node."""

import re
from typing import Any, NamedTuple

from yamlflow.argo.ids import pod_name
from yamlflow.engine.gojson import dumps, plain_text
from yamlflow.engine.node import Node
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.pods import pod_scope
from yamlflow.engine.run import Run
from yamlflow.engine.scope import Layer, fill_data
from yamlflow.engine.state import State
from yamlflow.engine.templates import TemplateDict, kind_of

_RESULT = re.compile(r"\b(?:steps|tasks)(?:\.([-\w]+)|\[\\?['\"]([^'\"\\]+)\\?['\"]\])\.outputs\.result")
_VARIABLE = re.compile(r"\$(\$|\(([-._a-zA-Z0-9]+)\))")


class Task(NamedTuple):
    """A program, its environment and its files. `source` is None unless the template is a script."""

    node: str
    pod: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    source: str | None
    folder: str
    inputs: tuple[dict[str, Any], ...]
    parameters: tuple[dict[str, Any], ...]
    artifacts: tuple[dict[str, Any], ...]
    wants_result: bool
    keeps_log: bool


def task_of(state: State, node: Node, now: float) -> Task:
    """Return what to run for a pod node; SubstitutionError when its template cannot be filled in."""
    run = Run(state, now)
    template = template_of(run, node)
    scope = pod_scope(run, node)
    scope = scope.with_layer(Layer(_output_paths(template)))
    kind = kind_of(template)
    container = fill_data(template[kind], scope)
    outputs = fill_data(template.get("outputs") or {}, scope)
    environment = _environment(state, node, container)
    words = [*(container.get("command") or []), *(container.get("args") or [])]
    values = dict(environment)
    return Task(
        node.id,
        pod_name(state.name, node.name, node.template),
        tuple(_expand(plain_text(word), values) for word in words),
        tuple(environment),
        str(container.get("source", "")) if kind == "script" else None,
        str(container.get("workingDir") or ""),
        tuple((node.inputs or {}).get("artifacts") or []),
        tuple(outputs.get("parameters") or []),
        tuple(outputs.get("artifacts") or []),
        _wants_result(run, node),
        _keeps_log(state, template),
    )


def _keeps_log(state: State, template: TemplateDict) -> bool:
    """Whether the output of a program becomes an artifact."""
    own = (template.get("archiveLocation") or {}).get("archiveLogs")
    return bool(state.spec.get("archiveLogs") if own is None else own)


def _output_paths(template: TemplateDict) -> dict[str, Any]:
    """Return the variables that say where a program has to write its outputs."""
    outputs = template.get("outputs") or {}
    flat: dict[str, Any] = {}
    for artifact in outputs.get("artifacts") or []:
        if artifact.get("path"):
            flat[f"outputs.artifacts.{artifact['name']}.path"] = artifact["path"]
    for parameter in outputs.get("parameters") or []:
        if path := (parameter.get("valueFrom") or {}).get("path"):
            flat[f"outputs.parameters.{parameter['name']}.path"] = path
    return flat


def _environment(state: State, node: Node, container: dict[str, Any]) -> list[tuple[str, str]]:
    own = [(item["name"], plain_text(item.get("value", ""))) for item in container.get("env") or []]
    values: dict[str, str] = {}
    for name, value in own:
        values[name] = _expand(value, values)
    argo = {"ARGO_CONTAINER_NAME": "main", "ARGO_NODE_ID": node.id, "ARGO_WORKFLOW_NAME": state.name}
    return list((argo | values).items())


def _expand(text: str, values: dict[str, str]) -> str:
    """Replace `$(NAME)` by the value of a variable, as Kubernetes does; `$$` is a plain `$`."""
    if "$" not in text:
        return text

    def replace(found: re.Match[str]) -> str:
        if found[1] == "$":
            return "$"
        return values.get(found[2], found[0])

    return _VARIABLE.sub(replace, text)


def _wants_result(run: Run, node: Node) -> bool:
    """Whether the template around a node names its `outputs.result`; only then it is kept, as Argo does."""
    boundary = run.state.nodes.get(node.boundary)
    if boundary is None:
        return False
    template = template_of(run, boundary)
    key = ("results", id(template))
    named: set[str] | None = run.state.cache.get(key)
    if named is None:
        found = _RESULT.findall(dumps(template))
        named = run.state.cache[key] = {plain or quoted for plain, quoted in found}
    return _step_name(node.name) in named


def _step_name(name: str) -> str:
    """Return the name of the step or task that a node was made for: without loop index, attempt and group."""
    opener = {")": "(", "]": "["}
    at = len(name)
    while at and name[at - 1] in opener:
        at = name.rindex(opener[name[at - 1]], 0, at)
    return name[:at].rpartition(".")[2]
