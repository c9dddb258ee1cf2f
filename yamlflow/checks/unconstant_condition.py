"""Components whose command line depends on an input's value: it must be known when the manifest is rendered."""

from collections.abc import Iterator

from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.source.fields import place

CODE = "unconstant-condition"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each argument that decides a condition and is no constant."""
    for body in pipeline.bodies():
        for task in body.all_tasks():
            if task.component is None or task.component.container is None:
                continue
            for name, (_, value) in task.arguments.items():
                if value.parts is not None and name in task.component.container.uses.tested:
                    yield Diagnostic(
                        CODE,
                        "error",
                        f"input `{name}` shapes the command line of its component, so it must be constant",
                        place(value.node),
                    )
