"""Rules of mutexes, semaphores and caches."""

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.held import Cache, Lock
from yamlflow.pipeline.model import Task
from yamlflow.source.fields import place


def check_locks(locks: list[Lock], what: str, sink: Sink) -> None:
    """Report names that a run would have to fill in where nothing is filled in, as of a group or a pipeline."""
    for lock in locks:
        if lock.name.parts is not None:
            message = f"the name of a {lock.kind} of {what} must be constant"
            sink.error("invalid-value", message, place(lock.name.node), "give it to the tasks inside")


def reads_by_path(task: Task, name: str) -> bool:
    """Whether a task reads an input from a file."""
    return task.component is None or "path" in task.component.consumes(name)


def check_cache(task: Task, cache: Cache, sink: Sink) -> None:
    """Report what cannot be kept: nothing, and outputs of a task whose inputs make no key."""
    if task.call is not None:
        message = f"`cache` cannot be given to the pipeline that task `{task.name}` calls"
        sink.error("misplaced-key", message, cache.span, "give it to the tasks in it")
        return
    if not task.outputs and task.body is None:
        message = f"there is nothing to keep of task `{task.name}`: it has no outputs"
        sink.error("useless-cache", message, cache.span)
    if cache.key is None:
        for name, (_, value) in task.arguments.items():
            if value.parts is not None and reads_by_path(task, name):
                message = f"`cache` of task `{task.name}` needs a `key`: input `{name}` is a file, which makes none"
                sink.error("cache-key", message, cache.span, "say what tells one result from another: `{key: ...}`")
                return
