"""Values of type Secret: where the variables of a program's environment that hold them come from."""

from collections.abc import Mapping

from yamlflow.components import Component
from yamlflow.diagnostics import Sink
from yamlflow.pipeline.model import Pipeline, Task, Value
from yamlflow.pipeline.options import Source
from yamlflow.pipeline.scope import reference
from yamlflow.pipeline.secrets import is_secret, parse_secret, read_secret

Secrets = dict[str, Source | None]


def secrets_of(pipeline: Pipeline, parameters: Mapping[str, str]) -> Secrets:
    """Return the secret behind each input of type Secret, by its name: what a run gives, else its default."""
    return {
        item.name: read_secret(parameters[item.name]) if item.name in parameters else item.secret
        for item in pipeline.inputs.values()
        if is_secret(item.type)
    }


def input_of(value: Value, secrets: Secrets) -> str:
    """Return the input of type Secret that a value is, "" when it is none."""
    steps = reference(value.whole.expr) if value.whole is not None and value.whole.expr is not None else None
    return steps[1].name if steps is not None and steps[0].name == "inputs" and steps[1].name in secrets else ""


def arguments_of(task: Task, component: Component, secrets: Secrets) -> Secrets:
    """Return the secret behind each input of type Secret of a task's component."""
    found: Secrets = {}
    for item in component.inputs:
        if is_secret(item.type):
            given = task.arguments.get(item.name)
            found[item.name] = _secret(given[1], secrets) if given is not None else None
    return found


def _secret(value: Value, secrets: Secrets) -> Source | None:
    if value.parts is None:
        return parse_secret(value.node, "an argument", Sink())
    return secrets.get(input_of(value, secrets))
