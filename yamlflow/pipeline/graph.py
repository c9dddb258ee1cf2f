"""The graph of each body: who waits for whom and why, cycles, an order, and what a condition may skip."""

from collections.abc import Callable

from yamlflow.diagnostics import Related, Sink, Span, did_you_mean
from yamlflow.expressions import parse, path
from yamlflow.expressions.depends import RESULTS, Condition, DependsError, holds, parse_depends, terms
from yamlflow.pipeline.contents import APPROVED
from yamlflow.pipeline.model import Body, Edge, EdgeKind, Pipeline, Task, Value
from yamlflow.source import Scalar


def build_graph(pipeline: Pipeline, sink: Sink) -> None:
    """Fill edges, needs, order and skippable of every body; cycles and unknown names are reported."""
    for top in pipeline.bodies():
        for task in top.all_tasks():
            _edges_of_task(task, pipeline, sink)
        for body in _bodies(top):
            _order(body, sink)
    if not sink.failed and any(task.kind == "volume" for top in pipeline.bodies() for task in top.all_tasks()):
        _order_by_volumes(pipeline, sink)
    for top in pipeline.bodies():
        for task in top.all_tasks():
            if task.depends is not None:
                _check_counts(task, task.depends, sink)
        for edge in [edge for body in _bodies(top) for edge in body.edges if edge.kind == "data"]:
            if edge.consumer.depends is not None:
                _check_data(edge, edge.consumer.depends, sink)


def _order_by_volumes(pipeline: Pipeline, sink: Sink) -> None:
    """Sort again once those that share a claim wait for each other."""
    from yamlflow.pipeline.volume_order import add_volume_edges

    if add_volume_edges(pipeline):
        for top in pipeline.bodies():
            for body in _bodies(top):
                body.order = []
                _order(body, sink)


def _bodies(body: Body) -> list[Body]:
    """The bodies from the inside out."""
    found = [inner for task in body.tasks.values() for own in task.bodies() for inner in _bodies(own)]
    return [*found, body]


def _edges_of_task(task: Task, pipeline: Pipeline, sink: Sink) -> None:
    for value in task.values():
        _edges_of_value(task, value)
    if task.body is not None:
        for output in task.body.outputs.values():
            _edges_of_value(task, output.value, inside=task.body)
    for name in task.after:
        producer = _sibling(task, name.value, name.span, "after", pipeline, sink)
        if producer is not None:
            _add(task, producer, "after", name.span)
    if task.depends is not None:
        _edges_of_depends(task, task.depends, pipeline, sink)


def _edges_of_value(task: Task, value: Value, inside: Body | None = None) -> None:
    for use in value.uses:
        if use.kind != "own" and use.task.parent is not inside:
            _add(task, use.task, use.kind, use.span)
    for need in value.needs:
        lifted = _lift(task, need[0].parent)
        if lifted is not None and need[0].parent is not inside and need not in lifted.needs:
            lifted.needs.append(need)


def _edges_of_depends(task: Task, text: Scalar, pipeline: Pipeline, sink: Sink) -> None:
    try:
        named = terms(parse_depends(text.value))
    except DependsError as error:
        hint = "write the names of tasks: `a.Succeeded || b.Failed`" if "${{" in text.value else ""
        sink.error("invalid-depends", str(error), text.at(error.start, error.end), hint)
        return
    for term in named:
        producer = task.parent.tasks.get(term.task)
        span = text.at(term.start, term.start + len(term.task))
        if term.result and term.result not in RESULTS:
            at = text.at(term.end - len(term.result), term.end)
            message = f"a task has no result `{term.result}`; it has: {', '.join(RESULTS)}"
            sink.error("invalid-depends", message, at, did_you_mean(term.result, RESULTS))
        if producer is None:
            _report_no_sibling(task, term.task, span, pipeline, sink)
        else:
            _add(task, producer, "depends", span)


def _check_counts(task: Task, text: Scalar, sink: Sink) -> None:
    """Report results that Argo knows of loops alone, and only where it counts the rounds itself."""
    try:
        named = terms(parse_depends(text.value))
    except DependsError:
        return
    for term in named:
        producer = task.parent.tasks.get(term.task)
        if producer is None or term.result not in ("AnySucceeded", "AllFailed"):
            continue
        at = text.at(term.start, term.end)
        if producer.loop is None:
            sink.error("invalid-depends", f"`{term.result}` is known of loops only: `{term.task}` is none", at)
        elif _is_wrapped(producer):
            message = f"`{term.result}` cannot be told of `{term.task}`: it hands out outputs, or has `maxParallel`"
            sink.error("invalid-depends", f"{message} or a `when` of its own", at)


def _check_data(edge: Edge, text: Scalar, sink: Sink) -> None:
    """Report an output of a task that may have failed when the condition holds; if it was skipped, so is its user."""
    try:
        condition = parse_depends(text.value)
    except DependsError:
        return
    name = edge.producer.name
    if any(term.task == name for term in terms(condition)) and _may_have_failed(condition, name):
        message = f"task `{name}` may have put nothing out: `depends` does not ask for its success"
        sink.error("maybe-absent", message, edge.span, "say what it is then: `... ?? 'none'`")


def _may_have_failed(condition: Condition, name: str) -> bool:
    """Whether a condition can hold though a task failed, whatever the others do."""

    def told(result: str, others: bool) -> Callable[[str, str], bool]:
        return lambda task, wanted: wanted == result if task == name else others

    results = ("Failed", "Errored", "Omitted")
    return any(holds(condition, told(result, others)) for result in results for others in (True, False))


def _is_wrapped(task: Task) -> bool:
    """Whether the rounds of a loop are hidden in a template around it."""
    used = any(edge.producer is task and edge.kind in ("data", "maybe", "status") for edge in task.parent.edges)
    handed_out = any(use.task is task for output in task.parent.outputs.values() for use in output.value.uses)
    chosen = task.when is not None and task.loop is not None and not task.loop.filters
    return used or handed_out or chosen or task.max_parallel is not None or bool(task.needs)


def _lift(task: Task, body: Body) -> Task | None:
    """Return the task itself or the group around it that stands in `body`; None when it is outside of it."""
    at: Task | None = task
    while at is not None and at.parent is not body:
        at = at.parent.owner
    return at


def _add(task: Task, producer: Task, kind: EdgeKind, span: Span) -> None:
    consumer = _lift(task, producer.parent)
    if consumer is not None and not (consumer is producer and task.parent.ends(producer)):
        producer.parent.edges.append(Edge(consumer, producer, kind, span))


def _sibling(task: Task, name: str, span: Span, key: str, pipeline: Pipeline, sink: Sink) -> Task | None:
    producer = pipeline.find(task.parent, name)
    if producer is not None and task.parent.at_exit and not producer.parent.at_exit:
        sink.error("out-of-scope", "tasks of `onExit` start when all others have ended", span, "remove it")
        return None
    if producer is not None:
        return producer
    if not _report_hidden(name, span, key, pipeline, sink):
        hint = did_you_mean(name, pipeline.in_sight(task.parent)) or _without_expression(name)
        sink.error("unknown-task", f"there is no task `{name}`", span, hint)
    return None


def _report_no_sibling(task: Task, name: str, span: Span, pipeline: Pipeline, sink: Sink) -> None:
    """Report what `depends` names and what is no task beside this one."""
    if pipeline.find(task.parent, name) is not None:
        message = f"`depends` sees the tasks beside `{task.name}` only, `{name}` is outside of its group"
        sink.error("out-of-scope", message, span, f"write `after: [{name}]`, or give the group the `depends`")
    elif not _report_hidden(name, span, "depends", pipeline, sink):
        hint = did_you_mean(name, task.parent.tasks)
        sink.error("unknown-task", f"there is no task `{name}` beside `{task.name}`", span, hint)


def _report_hidden(name: str, span: Span, key: str, pipeline: Pipeline, sink: Sink) -> bool:
    """Report a task inside a group that cannot be seen from outside, and tell whether there is one."""
    hidden = next((other for top in pipeline.bodies() for other in top.all_tasks() if other.name == name), None)
    if hidden is None or hidden.parent.owner is None:
        return False
    group = hidden.parent.owner.name
    message = f"task `{name}` is inside the group `{group}`: `{key}` cannot see it"
    sink.error("out-of-scope", message, span, f"wait for `{group}`")
    return True


def _without_expression(text: str) -> str:
    """Return the advice to write a name where an expression stands."""
    expr = parse(text[len("${{") : -len("}}")])[0] if text.startswith("${{") and text.endswith("}}") else None
    names = [step.name for step in (path(expr) if expr is not None else None) or ()]
    return f"write `{names[1]}`" if names[:1] == ["tasks"] and len(names) > 1 else ""


def _order(body: Body, sink: Sink) -> None:
    """Sort the tasks so that producers come first, in the order of the file where that is open."""
    waits: dict[Task, dict[Task, Edge]] = {task: {} for task in body.tasks.values()}
    for edge in body.edges:
        waits[edge.consumer].setdefault(edge.producer, edge)
    done: set[Task] = set()
    for root in waits:
        _visit(root, waits, done, body, sink)


def _visit(root: Task, waits: dict[Task, dict[Task, Edge]], done: set[Task], body: Body, sink: Sink) -> None:
    """Walk depth first with a stack of our own, since a chain may be longer than Python's stack."""
    if root in done:
        return
    trail: list[Task] = [root]
    open_at: dict[Task, int] = {root: 0}
    rest = [iter(waits[root].values())]
    while trail:
        edge = next(rest[-1], None)
        if edge is None:
            task = trail.pop()
            rest.pop()
            del open_at[task]
            done.add(task)
            _place(task, body, waits[task])
        elif edge.producer in open_at:
            _report_cycle(trail[open_at[edge.producer] :], waits, sink)
        elif edge.producer not in done:
            open_at[edge.producer] = len(trail)
            trail.append(edge.producer)
            rest.append(iter(waits[edge.producer].values()))


def _place(task: Task, body: Body, waits: dict[Task, Edge]) -> None:
    body.order.append(task)
    found = [gate for producer in waits for gate in (*producer.gates, *([producer] if producer.asks else []))]
    task.gates = [gate for gate in dict.fromkeys(found) if not _reads_answer(task, gate)]
    task.skippable = (
        (task.when is not None and not (task.loop is not None and task.loop.filters))
        or task.depends is not None
        or bool(task.gates)
        or task.forgiving
        or any(all(producer.skippable for producer in need) for need in task.needs)
    )


def _reads_answer(task: Task, gate: Task) -> bool:
    """Whether a task itself looks at what a person decided: then it runs whatever that is."""
    return any(use.task is gate and use.output == APPROVED for value in task.values() for use in value.uses)


def _report_cycle(cycle: list[Task], waits: dict[Task, dict[Task, Edge]], sink: Sink) -> None:
    first = min(range(len(cycle)), key=lambda index: cycle[index].span.start)
    cycle = cycle[first:] + cycle[:first]
    edges = [waits[task][cycle[(index + 1) % len(cycle)]] for index, task in enumerate(cycle)]
    names = " → ".join(f"`{task.name}`" for task in [*cycle, cycle[0]])
    if len(cycle) == 1:
        sink.error("cycle", f"task `{cycle[0].name}` waits for itself", edges[0].span)
        return
    sink.error(
        "cycle",
        f"these tasks wait for each other: {names}",
        edges[0].span,
        f"`{edges[0].consumer.name}` waits for `{edges[0].producer.name}` here",
        related=tuple(
            Related(edge.span, f"`{edge.consumer.name}` waits for `{edge.producer.name}`") for edge in edges[1:]
        ),
    )
