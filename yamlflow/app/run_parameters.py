"""Run parameters against the inputs of a pipeline, before anything starts."""

from yamlflow.app.parameters import Parameter, Parameters
from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.pipeline import Pipeline
from yamlflow.pipeline.limits import canonical, value_error
from yamlflow.pipeline.model import Input
from yamlflow.pipeline.secrets import is_secret, read_secret


def check_parameters(
    pipeline: Pipeline, parameters: Parameters, sink: Sink, *, open_ended: bool = False
) -> dict[str, str]:
    """Return the parameters as they travel; unknown, wrong and, unless `open_ended`, missing ones are reported."""
    given: dict[str, str] = {}
    for name, parameter in parameters.items():
        item = pipeline.inputs.get(name)
        if item is None:
            known = ", ".join(pipeline.inputs) or "none"
            sink.error(
                "unknown-parameter",
                f"the pipeline has no input `{name}`",
                parameter.key,
                did_you_mean(name, pipeline.inputs),
                notes=(f"the pipeline's inputs: {known}",),
                path=f"-p {name}",
            )
        else:
            given[name] = _checked(item, parameter, sink)
    for item in pipeline.inputs.values() if not open_ended else ():
        if item.name not in parameters and item.default is None and not item.optional:
            value = "NAME/KEY" if is_secret(item.type) else "VALUE"
            sink.error(
                "missing-parameter",
                f"input `{item.name}` has no default and no value was given",
                item.span,
                f"give it one: `-p {item.name}={value}`",
            )
    return given


def _checked(item: Input, parameter: Parameter, sink: Sink) -> str:
    text = parameter.text
    problem = hint = ""
    if not is_secret(item.type):
        problem = value_error(text, item.type, item.limits)
        hint = did_you_mean(text, item.limits.enum)
    elif read_secret(text) is None:
        # What was given may be the secret itself: it is not shown.
        problem, hint = "this does not name a secret of the cluster", "write NAME/KEY of a secret of Kubernetes"
    if problem:
        sink.error("invalid-parameter", f"input `{item.name}`: {problem}", parameter.span, hint, path=f"-p {item.name}")
        return text
    return canonical(text, item.type, item.limits.enum)
