"""Tasks that share a claim which a task makes: they run one after the other, unless its modes let them run together."""

from yamlflow.pipeline.contents import NewVolume, Snapshot
from yamlflow.pipeline.model import Body, Edge, Pipeline, Task, Use, Value
from yamlflow.pipeline.scope import reference

_MANY = "ReadWriteMany"
_READERS = "ReadOnlyMany"


def add_volume_edges(pipeline: Pipeline) -> bool:
    """Add the edges between tasks that share a claim, in the order of each body, and tell whether there are any."""
    added = False
    for made, users in _users(pipeline).items():
        content = made.content
        assert isinstance(content, NewVolume)
        if _MANY in content.modes:
            continue
        for body in {body: None for task in users for body in _around(task)}:
            added |= _chain(body, made, users, readers=_READERS in content.modes)
    return added


def _users(pipeline: Pipeline) -> dict[Task, dict[Task, bool]]:
    """Return the tasks that use each claim that a task makes, and whether each only reads it."""
    found: dict[Task, dict[Task, bool]] = {}
    for top in pipeline.bodies():
        for task in top.all_tasks():
            claims = [(mount.name, mount.read_only) for mount in task.volumes if mount.kind == "claim"]
            if isinstance(task.content, Snapshot):
                claims.append((task.content.of, True))
            for name, read_only in claims:
                made = _maker(name) if name is not None else None
                if made is not None:
                    users = found.setdefault(made, {})
                    users[task] = users.get(task, True) and read_only
    return found


def _maker(name: Value) -> Task | None:
    """Return the task that makes the claim which a whole value names, through the outputs of groups."""
    only = name.whole
    use: Use | None = name.uses[0] if name.uses else None
    if only is None or only.expr is None or reference(only.expr) is None or use is None:
        return None
    if use.task.body is not None and use.task.loop is None and use.output in use.task.body.outputs:
        return _maker(use.task.body.outputs[use.output].value)
    return use.task if isinstance(use.task.content, NewVolume) and use.output == "name" else None


def _around(task: Task) -> list[Body]:
    bodies = [task.parent]
    while bodies[-1].outer is not None:
        bodies.append(bodies[-1].outer)
    return bodies


def _chain(body: Body, made: Task, users: dict[Task, bool], *, readers: bool) -> bool:
    """Let each user in a body wait for those before it; with `readers`, those that only read wait for writers alone."""
    kinds: dict[Task, bool] = {}
    for task, read_only in users.items():
        at: Task | None = task
        while at is not None and at.parent is not body:
            at = at.parent.owner
        if at is not None and at is not made:
            kinds[at] = kinds.get(at, True) and read_only
    known = {(edge.consumer, edge.producer) for edge in body.edges}
    before: list[Task] = []
    reading: list[Task] = []
    added = False
    for task in (task for task in body.order if task in kinds):
        shared = readers and kinds[task]
        waits = before if shared or not reading else reading
        for producer in waits:
            if (task, producer) not in known:
                body.edges.append(Edge(task, producer, "after", task.span))
                added = True
        if shared:
            reading.append(task)
        else:
            before, reading = [task], []
    return added
