"""Mutexes that a task waits for while what is around it holds them."""

from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic, Related
from yamlflow.pipeline.held import Lock
from yamlflow.pipeline.model import Pipeline, Task
from yamlflow.source import Scalar
from yamlflow.source.fields import place

CODE = "held-mutex"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each mutex that is taken twice on one way down."""
    for task in all_tasks(pipeline):
        if task.locks:
            yield from _task(task, _around(task, pipeline))


def _around(task: Task, pipeline: Pipeline) -> dict[str, tuple[Lock, str]]:
    """Return the mutexes that are held when a task begins, and by what."""
    held = {name: (lock, "the pipeline") for lock in pipeline.locks if (name := _mutex(lock))}
    group = task.parent.owner
    while group is not None:
        held.update({name: (lock, f"`{group.name}`") for lock in group.locks if (name := _mutex(lock))})
        group = group.parent.owner
    return held


def _task(task: Task, held: dict[str, tuple[Lock, str]]) -> Iterator[Diagnostic]:
    for lock in task.locks:
        name = _mutex(lock)
        if name in held:
            first, owner = held[name]
            because = f"{owner} holds the mutex `{name}` around it" if owner else f"it takes the mutex `{name}` twice"
            message = f"task `{task.name}` would wait for ever: {because}"
            related = (Related(place(first.name.node), f"{owner or 'it'} takes it here"),)
            yield Diagnostic(CODE, "error", message, place(lock.name.node), "remove one of them", related=related)
        elif name:
            held[name] = (lock, "")


def _mutex(lock: Lock) -> str:
    """Return the name of a mutex; "" for a semaphore, and for a name that is not known before the run."""
    node = lock.name.node
    return node.value if lock.kind == "mutex" and lock.name.parts is None and isinstance(node, Scalar) else ""
