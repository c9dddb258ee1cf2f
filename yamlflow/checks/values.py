"""The values of a pipeline: arguments, conditions, elements, variables, outputs."""

from collections.abc import Iterator

from yamlflow.pipeline.model import Body, Pipeline, Value


def all_values(pipeline: Pipeline) -> Iterator[Value]:
    """Yield every value that may hold an expression."""
    for body in pipeline.bodies():
        yield from _of_body(body)
    yield from (hook.when for hook in pipeline.hooks.values() if hook.when is not None)


def _of_body(body: Body) -> Iterator[Value]:
    for task in body.tasks.values():
        yield from task.values()
        for inner in task.bodies():
            yield from _of_body(inner)
    for output in body.outputs.values():
        yield output.value
