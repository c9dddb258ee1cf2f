"""The values of a pipeline: arguments, conditions, elements, variables, outputs."""

from collections.abc import Iterator

from yamlflow.pipeline.model import Body, Pipeline, Value


def all_values(pipeline: Pipeline) -> Iterator[Value]:
    """Yield every value that may hold an expression."""
    for body in pipeline.bodies():
        yield from _of_body(body)


def _of_body(body: Body) -> Iterator[Value]:
    for task in body.tasks.values():
        yield from task.values()
        if task.body is not None:
            yield from _of_body(task.body)
    for output in body.outputs.values():
        yield output.value
