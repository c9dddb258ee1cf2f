"""Components that the pipeline names and no task uses."""

from collections.abc import Iterator

from yamlflow.diagnostics import Diagnostic, Span
from yamlflow.pipeline.model import Pipeline
from yamlflow.source import Mapping, Scalar

CODE = "unused-component"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each name in `components` that no task refers to."""
    used = {
        task.component_ref.value
        for body in pipeline.bodies()
        for task in body.all_tasks()
        if isinstance(task.component_ref, Scalar)
    }
    for name in pipeline.components:
        if name not in used:
            span = _key(pipeline, name)
            yield Diagnostic(CODE, "warning", f"no task uses the component `{name}`", span)


def _key(pipeline: Pipeline, name: str) -> Span:
    components = pipeline.node.get("components")
    assert isinstance(components, Mapping)
    return components.key_span(name)
