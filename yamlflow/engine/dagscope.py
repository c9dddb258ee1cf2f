"""What the texts of a task may name: the tasks that it waits for, near and far."""

from collections.abc import Callable
from typing import Any

from yamlflow.argo.phases import OMITTED, SKIPPED
from yamlflow.engine.graph import Graph, Task
from yamlflow.engine.node import TASK_GROUP, Node
from yamlflow.engine.run import Run
from yamlflow.engine.scope import Scope, SubstitutionError
from yamlflow.engine.templates import TemplateNotFoundError
from yamlflow.engine.variables import NodesLayer, aggregate_variables, node_variables, skipped_variables


def task_scope(run: Run, dag: Node, graph: Graph, name: str) -> Scope:
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
            template, _ = state.templates.resolve(task, dag.inner_scope)
        except TemplateNotFoundError:
            return flat
        flat = flat | skipped_variables(prefix, template, artifacts=False)
    return flat


def scope_of_all(run: Run, dag: Node, graph: Graph) -> Scope:
    """Return what the outputs of a DAG may name: all its tasks."""
    return run.scope_of(dag).with_layer(NodesLayer("tasks", lambda: graph.tasks, _look_up(run, dag, graph, "")))
