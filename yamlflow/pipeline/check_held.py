"""Rules of mutexes, semaphores and caches."""

from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.pipeline.held import Cache, Lock
from yamlflow.pipeline.model import Pipeline, Task, Value
from yamlflow.source import Scalar, Sequence
from yamlflow.source.fields import place


def check_locks(locks: list[Lock], sink: Sink) -> None:
    """Report names that a run would have to fill in where nothing is filled in, as of a call."""
    for lock in locks:
        if lock.name.parts is not None:
            message = f"the name of a {lock.kind} of a call must be constant"
            sink.error("invalid-value", message, place(lock.name.node), "call it in a group that has it")


def check_size(size: Value, sink: Sink) -> None:
    """Report a size that is not known when the manifest is made: Argo takes none later for what it makes itself."""
    if size.parts is not None:
        message = "the size of a volume that is made for the run must be constant"
        sink.error("invalid-value", message, place(size.node), "make it by a task: `volume: {size: ...}`")


def check_mounts(task: Task, pipeline: Pipeline, sink: Sink) -> None:
    """Report volumes that the pipeline does not have, and paths that are mounted twice."""
    unread = isinstance(pipeline.node.get("volumes"), Sequence)
    seen: set[str] = set()
    for mount in task.volumes:
        path = mount.path.rstrip("/")
        if path in seen:
            sink.error("duplicate-name", f"something else is mounted at `{mount.path}` already", mount.span)
        seen.add(path)
        name = mount.name.node if mount.name is not None else None
        if mount.kind == "volume" and isinstance(name, Scalar) and not unread and name.value not in pipeline.volumes:
            listed = ", ".join(pipeline.volumes) or "none"
            hint = did_you_mean(name.value, pipeline.volumes)
            note = (f"the pipeline's volumes: {listed}",)
            sink.error("unknown-volume", f"the pipeline has no volume `{name.value}`", name.span, hint, notes=note)


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
