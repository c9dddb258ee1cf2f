"""`after` that names a task twice, one whose data the task uses anyway, or one that `depends` speaks of."""

from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic, Edit, Fix, Related, Span
from yamlflow.expressions.depends import DependsError, parse_depends, terms
from yamlflow.pipeline.model import Pipeline, Task
from yamlflow.source import Sequence
from yamlflow.source.removal import entry_removal, item_removal

CODE = "redundant-after"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each name in `after` that changes nothing."""
    for task in all_tasks(pipeline):
        if task.after:
            yield from _task(task, pipeline)


def _task(task: Task, pipeline: Pipeline) -> Iterator[Diagnostic]:
    data = {use.task: use.span for value in task.values() for use in value.uses if use.kind == "data"}
    seen: dict[str, Span] = {}
    said = _of_depends(task)
    surplus = []
    for index, name in enumerate(task.after):
        producer = pipeline.find(task.parent, name.value)
        if name.value in seen:
            surplus.append((index, f"`{name.value}` is named twice", Related(seen[name.value], "first here")))
        elif name.value in said:
            because = f"`depends` says when to go on after `{name.value}`, so `after` does not count"
            surplus.append((index, because, Related(said[name.value], "here")))
        elif producer in data and task.depends is None:
            because = f"`{task.name}` waits for `{name.value}` anyway, since it uses its output"
            surplus.append((index, because, Related(data[producer], "here")))
        seen.setdefault(name.value, name.span)
    for index, message, related in surplus:
        fix = _removal(task, index, whole=len(surplus) == len(task.after))
        span = task.after[index].alias or task.after[index].span
        yield Diagnostic(CODE, "warning", message, span, "remove it", related=(related,), fix=fix)


def _of_depends(task: Task) -> dict[str, Span]:
    """Return the tasks that `depends` names, and where."""
    text = task.depends
    try:
        named = terms(parse_depends(text.value)) if text is not None else ()
    except DependsError:
        return {}
    return {term.task: text.at(term.start, term.end) for term in named if text is not None}


def _removal(task: Task, index: int, *, whole: bool) -> Fix | None:
    node = task.node.get("after")
    if not isinstance(node, Sequence) or len(node.items) != len(task.after):
        return None
    part = entry_removal(task.node, "after") if whole else item_removal(node, index)
    return Fix(f"remove `{task.after[index].value}`", (Edit(part, ""),)) if part is not None else None
