"""The edges of a task as Argo's `depends`."""

from yamlflow.expressions.depends import parse_depends, terms
from yamlflow.pipeline.model import Body, EdgeKind, Task

_ANY_END = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted")


def depends_text(task: Task, waits: dict[Task, set[EdgeKind]]) -> str:
    """Return the text of `depends`, "" when the task waits for nobody."""
    own = task.depends.value if task.depends is not None else ""
    named = {term.task for term in terms(parse_depends(own))} if own else set()
    clauses = [_clause(producer, kinds) for producer, kinds in waits.items() if producer.name not in named]
    if own:
        clauses.insert(0, f"({own})" if clauses else own)
    if len(clauses) == 1 and clauses[0] != own:
        return clauses[0].removeprefix("(").removesuffix(")")
    return " && ".join(clauses)


def _clause(producer: Task, kinds: set[EdgeKind]) -> str:
    """Return what must hold of a producer: success for data, any end for its status, else Argo's default edge."""
    name = producer.name
    if "data" in kinds:
        return f"({name}.Succeeded || {name}.Skipped)" if producer.skippable else f"{name}.Succeeded"
    if "maybe" in kinds and ("status" not in kinds or producer.forgiving):
        omitted = f" || {name}.Omitted" if producer.depends is not None else ""
        return f"({name}.Succeeded || {name}.Skipped{omitted})"
    if "after" in kinds:
        return name
    if producer.forgiving:
        return name
    return "(" + " || ".join(f"{name}.{result}" for result in _ANY_END) + ")"


def waits_of(body: Body) -> dict[Task, dict[Task, set[EdgeKind]]]:
    """Return for each task the tasks that it waits for, in the order of the file, and why."""
    found: dict[Task, dict[Task, set[EdgeKind]]] = {}
    position = {task: index for index, task in enumerate(body.tasks.values())}
    for edge in body.edges:
        found.setdefault(edge.consumer, {}).setdefault(edge.producer, set()).add(edge.kind)
    return {task: dict(sorted(waits.items(), key=lambda item: position[item[0]])) for task, waits in found.items()}
