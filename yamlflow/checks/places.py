"""What is written in the file of a pipeline itself: tasks, and components in place."""

from collections.abc import Iterator

from yamlflow.pipeline.container_set import ContainerSet
from yamlflow.pipeline.model import Pipeline, Task
from yamlflow.source import Mapping, Node, Scalar


def all_tasks(pipeline: Pipeline) -> Iterator[Task]:
    """Yield every task, those of groups and of `onExit` too."""
    for body in pipeline.bodies():
        yield from body.all_tasks()


def retries(pipeline: Pipeline) -> Iterator[tuple[Mapping, Mapping]]:
    """Yield every `retry`, that of `defaults` too, behind what it stands in."""
    for owner in (pipeline.node.get("defaults"), *(task.node for task in all_tasks(pipeline))):
        retry = owner.get("retry") if isinstance(owner, Mapping) else None
        if isinstance(owner, Mapping) and isinstance(retry, Mapping):
            yield owner, retry


def images(pipeline: Pipeline) -> Iterator[Scalar]:
    """Yield every image that is named in the file, each once."""
    defaults = pipeline.node.get("defaults")
    owners: list[Node | None] = [defaults]
    for task in all_tasks(pipeline):
        members = task.content.members.values() if isinstance(task.content, ContainerSet) else ()
        owners += [task.node, task.node.get("container"), *(member.node for member in members)]
    for component in inline_components(pipeline):
        implementation = component.get("implementation")
        owners += [component, implementation.get("container") if isinstance(implementation, Mapping) else None]
    seen: set[int] = set()
    for owner in owners:
        image = owner.get("image") if isinstance(owner, Mapping) else None
        if isinstance(image, Scalar) and image.span.start not in seen:
            seen.add(image.span.start)
            yield image


def inline_components(pipeline: Pipeline) -> Iterator[Mapping]:
    """Yield the components that are written in place, by `components` or by a task."""
    nodes = [*pipeline.components.values(), *(task.component_ref for task in all_tasks(pipeline))]
    for node in nodes:
        if isinstance(node, Mapping) and "tasks" not in node:
            yield node
