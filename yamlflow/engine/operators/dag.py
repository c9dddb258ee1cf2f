"""`dag`: tasks, each when those it depends on are over."""

from contextlib import suppress
from typing import Any

from yamlflow.argo.phases import ERROR, FAILED, OMITTED, RUNNING, SKIPPED, SUCCEEDED
from yamlflow.engine import parallelism
from yamlflow.engine.dagphase import assess
from yamlflow.engine.dagscope import scope_of_all, task_scope
from yamlflow.engine.graph import Graph
from yamlflow.engine.groups import EMPTY_LOOP, Family, Ready, child_over, forgives, is_settled, prepare, start_pending
from yamlflow.engine.hooks import start_hooks
from yamlflow.engine.node import DAG, SKIPPED_TYPE, TASK_GROUP, Node
from yamlflow.engine.operator import Handler, Operator
from yamlflow.engine.operators import taskgroup
from yamlflow.engine.operators.taskgroup import note_error, plain_graph, take_raised
from yamlflow.engine.outbound import outbound_of
from yamlflow.engine.outputs import export_globals, template_outputs
from yamlflow.engine.run import Call, ExecutionError, Run
from yamlflow.engine.scope import SubstitutionError
from yamlflow.engine.templates import TemplateDict

_OMITTED = "omitted: depends condition not met"


def _start(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None) -> Node:
    del template
    node = run.create(call, DAG, RUNNING)
    node.inputs = inputs
    _wake(run, node)
    return node


def _graph(run: Run, dag: Node) -> Graph:
    """Return the graph of a DAG node, worked out from the template and the nodes when the memory does not hold it."""
    graph: Graph | None = run.state.memos.get(dag.id)
    if graph is None:
        graph = run.state.memos[dag.id] = plain_graph(run, dag)
        for name in list(graph.left):
            node = run.state.node(f"{dag.name}.{name}")
            if node is not None and is_settled(node, graph.tasks[name]):
                graph.settle(name)
            elif node is not None:
                _take_in(graph, run, dag, name, node)
    return graph


def _take_in(graph: Graph, run: Run, dag: Node, name: str, node: Node) -> Family:
    family = graph.families[name] = Family("tasks", task_scope(run, dag, graph, name))
    family.children[node.id] = Ready(node.name, graph.tasks[name], {})
    family.open.add(node.id)
    return family


def _wake(run: Run, dag: Node) -> None:
    """Start every task that can be started; end the DAG when all of it is over."""
    if not dag.active:
        return
    graph = _graph(run, dag)
    for name, family in list(graph.families.items()):
        for child in [run.state.nodes[item] for item in family.open if run.state.nodes[item].fulfilled]:
            _task_over(run, dag, graph, name, child)
    for name in list(graph.left):
        if graph.waiting[name] == 0 and run.state.node(f"{dag.name}.{name}") is None and dag.active:
            _begin_task(run, dag, graph, name)
    _finish_if_over(run, dag, graph)


def _begin_task(run: Run, dag: Node, graph: Graph, name: str) -> None:
    """Make the node of a task whose dependencies are over."""
    task = graph.tasks[name]
    call = Call(f"{dag.name}.{name}", task, {}, dag.id, dag.id, dag.inner_scope, "tasks")
    call = call._replace(on_exit=bool(dag.call.get("onExit")))
    if not _may_run(run, dag, graph, name):
        _made(run, dag, graph, name, run.create(call, SKIPPED_TYPE, OMITTED, _OMITTED))
        return
    family = graph.families.get(name) or Family("tasks", task_scope(run, dag, graph, name))
    try:
        prepared = prepare(task, family.scope, f"{dag.name}.")
    except SubstitutionError as error:
        reason = str(error).removeprefix("unable to resolve references: ")  # Argo says this of steps alone
        _made(run, dag, graph, name, run.create(call, SKIPPED_TYPE, ERROR, reason))
        return
    if taskgroup.is_group(task, family.scope) and prepared[0].skip != EMPTY_LOOP:
        group = run.create(call, TASK_GROUP, RUNNING)
        _made(run, dag, graph, name, group)
        with suppress(SubstitutionError):  # it may name what is only known at the end, and is asked then again
            start_hooks(run, group, task, family.scope, "tasks")
        taskgroup.wake(run, group)
        return
    graph.families[name] = family
    family.pending.clear()
    family.pending.extend(prepared)
    problem = start_pending(run, dag, family, _parents(run, dag, graph, name), dag.id)
    if problem:
        note_error(run, problem)


def _may_run(run: Run, dag: Node, graph: Graph, name: str) -> bool:
    """Whether the results of what a task depends on let it run."""
    condition = graph.conditions.get(name)
    if condition is None:
        return True
    from yamlflow.expressions.depends import holds

    return holds(condition, lambda need, result: _is_true(run, dag, graph, need, result))


def _made(run: Run, dag: Node, graph: Graph, name: str, node: Node) -> None:
    """Attach the node of a task to what it follows."""
    _take_in(graph, run, dag, name, node)
    for parent in _parents(run, dag, graph, name):
        run.link(parent, node.id)


def _parents(run: Run, dag: Node, graph: Graph, name: str) -> list[Node]:
    if not graph.needs[name]:
        return [dag]
    nodes = [run.state.node(f"{dag.name}.{need}") for need in graph.needs[name]]
    return [run.state.nodes[item] for node in nodes if node for item in outbound_of(run.state, node.id)]


def _is_true(run: Run, dag: Node, graph: Graph, name: str, result: str) -> bool:
    """Whether a task ended in a result of `depends`; a bare name means succeeded, skipped or a daemon."""
    node = run.state.node(f"{dag.name}.{name}")
    if node is None:
        return False
    if not result:
        good = node.phase in (SUCCEEDED, SKIPPED) or node.daemoned
        return good or forgives(graph.tasks[name], node.phase)
    if result == "Daemoned":
        return node.daemoned
    if result in ("AnySucceeded", "AllFailed"):
        phases = [run.state.nodes[child].phase for child in node.children] if node.kind == TASK_GROUP else []
        return SUCCEEDED in phases if result == "AnySucceeded" else bool(phases) and set(phases) == {FAILED}
    return node.phase == {"Errored": ERROR}.get(result, result)


def _child_over(run: Run, dag: Node, child: Node) -> None:
    if not dag.active:
        return
    graph = _graph(run, dag)
    owner = run.state.nodes[child.call["hookOf"]] if "hookOf" in child.call else child
    name = owner.name[len(dag.name) + 1 :]
    take_raised(run, child)
    if name in graph.families:
        _task_over(run, dag, graph, name, child)
    _finish_if_over(run, dag, graph)


def _task_over(run: Run, dag: Node, graph: Graph, name: str, child: Node) -> None:
    """A task, or a hook of it, is over: start what waited for it."""
    try:
        settled = child_over(run, graph.families[name], child)
    except (SubstitutionError, ExecutionError) as error:
        node = run.state.node(f"{dag.name}.{name}")
        if node is not None:
            run.mark(node, ERROR, str(error))
        settled = True
    if settled:
        for dependent in graph.settle(name):
            _begin_task(run, dag, graph, dependent)


def _finish_if_over(run: Run, dag: Node, graph: Graph) -> None:
    if not dag.active or parallelism.stop_at_failure(run, dag):
        return
    if graph.left and not (run.state.shutdown and _nothing_runs(run, dag, graph)):
        return
    phase = assess(run.state, dag, [graph.tasks[name] for name in graph.targets])
    if run.state.shutdown and not dag.call.get("onExit"):
        phase = FAILED
    if phase == SUCCEEDED:
        _succeed(run, dag, graph)
        return
    _set_outbound(run, dag, graph)
    run.mark(dag, phase)


def _nothing_runs(run: Run, dag: Node, graph: Graph) -> bool:
    nodes = [run.state.node(f"{dag.name}.{name}") for name in graph.left]
    return all(node is None or node.fulfilled for node in nodes) and not graph.families


def _succeed(run: Run, dag: Node, graph: Graph) -> None:
    template = parallelism.template_of(run, dag)
    scope = scope_of_all(run, dag, graph)
    try:
        dag.outputs = template_outputs(template, scope)
    except SubstitutionError as error:
        run.fail(dag, error)
        return
    _set_outbound(run, dag, graph)
    export_globals(run, dag.outputs)
    run.mark(dag, SUCCEEDED)


def _set_outbound(run: Run, dag: Node, graph: Graph) -> None:
    nodes = [run.state.node(f"{dag.name}.{name}") for name in graph.targets]
    dag.outbound = [item for node in nodes if node for item in outbound_of(run.state, node.id)]


OPERATOR = Operator(_start, {DAG: Handler(_child_over, _wake), TASK_GROUP: taskgroup.HANDLER})
