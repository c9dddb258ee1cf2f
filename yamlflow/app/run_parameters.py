"""Run parameters against the inputs of a pipeline, before anything starts."""

from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.pipeline import Pipeline
from yamlflow.pipeline.model import Input
from yamlflow.types import constant_error, constant_text, parse_bool


def check_parameters(
    pipeline: Pipeline, parameters: dict[str, str], sink: Sink, *, open_ended: bool = False
) -> dict[str, str]:
    """Return the parameters as they travel; unknown, wrong and, unless `open_ended`, missing ones are reported."""
    given: dict[str, str] = {}
    for name, text in parameters.items():
        item = pipeline.inputs.get(name)
        if item is None:
            known = ", ".join(pipeline.inputs) or "none"
            sink.error(
                "unknown-parameter",
                f"the pipeline has no input `{name}`",
                None,
                did_you_mean(name, pipeline.inputs),
                notes=(f"the pipeline's inputs: {known}",),
                path=f"-p {name}",
            )
        else:
            given[name] = _checked(item, text, sink)
    for item in pipeline.inputs.values() if not open_ended else ():
        if item.name not in parameters and item.default is None and not item.optional:
            sink.error(
                "missing-parameter",
                f"input `{item.name}` has no default and no value was given",
                item.span,
                f"give it one: `-p {item.name}=VALUE`",
            )
    return given


def _checked(item: Input, text: str, sink: Sink) -> str:
    problem = constant_error(text, item.type)
    if not problem and item.enum and text not in item.enum:
        problem = f"`{text}` is not one of: {', '.join(item.enum)}"
    if problem:
        sink.error("invalid-parameter", f"input `{item.name}`: {problem}", None, path=f"-p {item.name}")
    if item.type is not None and item.type.name == "Bool" and not problem:
        return constant_text(parse_bool(text))
    return text
