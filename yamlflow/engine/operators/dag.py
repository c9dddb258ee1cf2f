"""`dag`: tasks, each when those it depends on are over."""

from collections.abc import Callable, Iterable
from typing import Any

from yamlflow.argo.phases import ERROR, FAILED, OMITTED, RUNNING, SKIPPED, SUCCEEDED
from yamlflow.engine import parallelism
from yamlflow.engine.dagphase import assess
from yamlflow.engine.groups import (
    EMPTY_LOOP,
    Family,
    Ready,
    adopt,
    child_over,
    forgives,
    is_settled,
    prepare,
    start_pending,
)
from yamlflow.engine.loops import is_loop
from yamlflow.engine.node import DAG, SKIPPED_TYPE, TASK_GROUP, Node
from yamlflow.engine.operator import Handler, Operator
from yamlflow.engine.outbound import outbound_of
from yamlflow.engine.outputs import export_globals, template_outputs
from yamlflow.engine.run import Call, ExecutionError, Run
from yamlflow.engine.scope import Scope, SubstitutionError, fill
from yamlflow.engine.templates import TemplateDict, TemplateNotFoundError
from yamlflow.engine.variables import NodesLayer, aggregate_variables, node_variables, skipped_variables
from yamlflow.expressions.depends import Condition, holds, task_condition, terms

Task = dict[str, Any]
_OMITTED = "omitted: depends condition not met"


class Graph:
    """The tasks of a DAG node: who waits for whom, and what is known of each."""

    __slots__ = ("conditions", "dependents", "families", "left", "needs", "targets", "tasks", "waiting")

    def __init__(self, tasks: list[Task], target: str) -> None:
        self.tasks: dict[str, Task] = {task["name"]: task for task in tasks}
        self.conditions: dict[str, Condition | None] = {name: task_condition(task) for name, task in self.tasks.items()}
        self.needs: dict[str, dict[str, None]] = {
            name: dict.fromkeys(term.task for term in terms(condition)) for name, condition in self.conditions.items()
        }
        named = {need for needs in self.needs.values() for need in needs}
        self.targets = target.split() or sorted(name for name in self.tasks if name not in named)
        wanted = self.with_needs(self.targets)
        self.left = {name: None for name in self.tasks if name in wanted}
        self.waiting = {name: len(self.needs[name]) for name in self.left}
        self.dependents: dict[str, list[str]] = {name: [] for name in self.tasks}
        for name in self.left:
            for need in self.needs[name]:
                self.dependents[need].append(name)
        self.families: dict[str, Family] = {}

    def with_needs(self, names: Iterable[str]) -> set[str]:
        """Return tasks and all that they wait for, near and far."""
        found: set[str] = set()
        queue = list(names)
        while queue:
            name = queue.pop()
            if name not in found:
                found.add(name)
                queue.extend(self.needs[name])
        return found

    def settle(self, name: str) -> list[str]:
        """Note that a task is over, its hooks too; return the tasks that waited only for it."""
        self.left.pop(name, None)
        self.families.pop(name, None)
        for dependent in self.dependents[name]:
            self.waiting[dependent] -= 1
        return [dependent for dependent in self.dependents[name] if self.waiting[dependent] == 0]


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
        spec = parallelism.template_of(run, dag)["dag"]
        graph = Graph(spec.get("tasks") or [], fill(spec.get("target") or "", run.scope_of(dag)))
        run.state.memos[dag.id] = graph
        for name in list(graph.left):
            node = run.state.node(f"{dag.name}.{name}")
            if node is not None and is_settled(node, graph.tasks[name]):
                graph.settle(name)
            elif node is not None:
                _take_in(graph, run, dag, name, node)
    return graph


def _take_in(graph: Graph, run: Run, dag: Node, name: str, node: Node) -> Family:
    family = graph.families[name] = Family("tasks", _scope(run, dag, graph, name))
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
    task, condition = graph.tasks[name], graph.conditions[name]
    call = Call(f"{dag.name}.{name}", task, {}, dag.id, dag.id, dag.scope, "tasks")
    call = call._replace(on_exit=bool(dag.call.get("onExit")))
    if condition is not None and not holds(condition, lambda need, result: _is_true(run, dag, graph, need, result)):
        _made(run, dag, graph, name, run.create(call, SKIPPED_TYPE, OMITTED, _OMITTED))
        return
    family = graph.families.get(name) or Family("tasks", _scope(run, dag, graph, name))
    try:
        prepared = prepare(task, family.scope, f"{dag.name}.")
    except SubstitutionError as error:
        _made(run, dag, graph, name, run.create(call, SKIPPED_TYPE, ERROR, str(error)))
        return
    if is_loop(task) and prepared[0].skip != EMPTY_LOOP:
        group = run.create(call, TASK_GROUP, RUNNING)
        _made(run, dag, graph, name, group)
        _wake_group(run, group)
        return
    graph.families[name] = family
    family.pending.clear()
    family.pending.extend(prepared)
    problem = start_pending(run, dag, family, _parents(run, dag, graph, name), dag.id)
    if problem:
        _note_error(run, problem)


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


def _note_error(run: Run, problem: str) -> None:
    """Say on the node of a task why its template could not be run."""
    name, _, message = problem.partition("\n")
    node = run.state.node(name)
    if node is not None and message:
        node.message = f"task '{name}' errored: {message}"
        run.touch(node)


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


def _scope(run: Run, dag: Node, graph: Graph, name: str) -> Scope:
    """Return what a task may name: everything that it waits for."""
    return run.scope_of(dag).with_layer(
        NodesLayer("tasks", lambda: graph.with_needs(graph.needs[name]), _look_up(run, dag, graph, name))
    )


def _look_up(run: Run, dag: Node, graph: Graph, asking: str) -> Callable[[str], dict[str, Any]]:
    """Return the look-up of the variables of tasks; `asking` is the task that asks, "" is the DAG itself."""

    def look_up(name: str) -> dict[str, Any]:
        if name not in graph.tasks:
            return {}
        if asking and name not in graph.needs[asking] and name not in graph.with_needs(graph.needs[asking]):
            return {}
        return _variables(run, dag, graph.tasks[name])

    return look_up


def _variables(run: Run, dag: Node, task: Task) -> dict[str, Any]:
    state, prefix = run.state, f"tasks.{task['name']}"
    node = state.node(f"{dag.name}.{task['name']}")
    if node is None:
        return {}
    flat = node_variables(state, prefix, node)
    if node.kind == TASK_GROUP:
        children = [state.nodes[item] for item in node.children if not state.nodes[item].hooked]
        try:
            flat = aggregate_variables(prefix, children) | flat
        except ValueError as error:
            raise SubstitutionError(str(error)) from error
    if not node.outputs and node.phase in (SKIPPED, OMITTED):
        try:
            template, _ = state.templates.resolve(task, dag.scope)
        except TemplateNotFoundError:
            return flat
        flat = flat | skipped_variables(prefix, template, artifacts=False)
    return flat


def _child_over(run: Run, dag: Node, child: Node) -> None:
    if not dag.active:
        return
    graph = _graph(run, dag)
    owner = run.state.nodes[child.call["hookOf"]] if "hookOf" in child.call else child
    name = owner.name[len(dag.name) + 1 :]
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
    scope = run.scope_of(dag).with_layer(NodesLayer("tasks", lambda: graph.tasks, _look_up(run, dag, graph, "")))
    _set_outbound(run, dag, graph)
    try:
        dag.outputs = template_outputs(template, scope)
    except SubstitutionError as error:
        run.mark(dag, ERROR, str(error))
        return
    export_globals(run, dag.outputs)
    run.mark(dag, SUCCEEDED)


def _set_outbound(run: Run, dag: Node, graph: Graph) -> None:
    nodes = [run.state.node(f"{dag.name}.{name}") for name in graph.targets]
    dag.outbound = [item for node in nodes if node for item in outbound_of(run.state, node.id)]


def _group_family(run: Run, group: Node) -> Family:
    """Return the children of a looped task, prepared anew when the memory does not hold them."""
    family: Family | None = run.state.memos.get(group.id)
    if family is None:
        dag = run.state.nodes[group.boundary]
        graph = _graph(run, dag)
        name = group.name[len(dag.name) + 1 :]
        family = Family("tasks", _scope(run, dag, graph, name))
        adopt(run, family, prepare(graph.tasks[name], family.scope, f"{dag.name}."))
        run.state.memos[group.id] = family
    return family


def _wake_group(run: Run, group: Node) -> None:
    if not group.active:
        return
    family = _group_family(run, group)
    for child in [run.state.nodes[item] for item in family.open if run.state.nodes[item].fulfilled]:
        _item_over(run, family, child)
    _go_on(run, group, family)


def _group_child_over(run: Run, group: Node, child: Node) -> None:
    if group.active:
        family = _group_family(run, group)
        if _item_over(run, family, child):
            _go_on(run, group, family)


def _item_over(run: Run, family: Family, child: Node) -> bool:
    try:
        return child_over(run, family, child)
    except (SubstitutionError, ExecutionError) as error:
        run.mark(child, ERROR, str(error))
        family.open.discard(child.id)
        return True


def _go_on(run: Run, group: Node, family: Family) -> None:
    while problem := start_pending(run, group, family, [group], group.boundary):
        _note_error(run, problem)
    if family.over:
        failed = [phase for child in group.children if (phase := run.state.nodes[child].phase) in (FAILED, ERROR)]
        run.mark(group, failed[-1] if failed else SUCCEEDED)
    elif family.pending:
        parallelism.stop_at_failure(run, run.state.nodes[group.boundary])


OPERATOR = Operator(_start, {DAG: Handler(_child_over, _wake), TASK_GROUP: Handler(_group_child_over, _wake_group)})
