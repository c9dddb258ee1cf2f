"""The pipelines of one manifest."""

from collections.abc import Iterator

from yamlflow.pipeline.model import Pipeline


def with_called(pipeline: Pipeline) -> Iterator[Pipeline]:
    """Yield a pipeline and those that its tasks call, directly and through others, each once."""
    found: dict[int, Pipeline] = {id(pipeline): pipeline}
    waiting = [pipeline]
    while waiting:
        one = waiting.pop()
        yield one
        for body in one.bodies():
            for task in body.all_tasks():
                if task.call is not None and id(task.call) not in found:
                    found[id(task.call)] = task.call
                    waiting.append(task.call)
