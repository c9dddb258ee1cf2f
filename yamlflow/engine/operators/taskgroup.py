"""A looped task of a DAG: a group of nodes, one for each item."""

from yamlflow.argo.phases import ERROR, FAILED, SUCCEEDED
from yamlflow.engine import parallelism
from yamlflow.engine.dagscope import task_scope
from yamlflow.engine.graph import Graph
from yamlflow.engine.groups import Family, Ready, Step, adopt, child_over, prepare, start_pending
from yamlflow.engine.hooks import KNOWN_AS
from yamlflow.engine.loops import is_loop, without_list
from yamlflow.engine.node import Node
from yamlflow.engine.operator import Handler
from yamlflow.engine.run import ExecutionError, Run
from yamlflow.engine.scope import Scope, SubstitutionError, fill


def plain_graph(run: Run, dag: Node) -> Graph:
    """Return the graph of a DAG's template, without what is known of its nodes."""
    spec = parallelism.template_of(run, dag)["dag"]
    return Graph(spec.get("tasks") or [], fill(spec.get("target") or "", run.scope_of(dag)))


def is_group(task: Step, scope: Scope) -> bool:
    """Whether a task gets a group: also a loop over a text of another task that is empty, one without children."""
    return is_loop(without_list(task, scope)) or _has_no_children(task, scope)


def _has_no_children(task: Step, scope: Scope) -> bool:
    return "tasks." in task.get("withParam", "") and without_list(task, scope) is not task


def note_error(run: Run, problem: str) -> None:
    """Say on the node of a task why its template could not be run."""
    name, _, message = problem.partition("\n")
    node = run.state.node(name)
    if node is not None and message:
        node.message = f"task '{name}' errored: {message}"
        run.touch(node)


def take_raised(run: Run, child: Node) -> None:
    """Have the node of a task say what its template, or a hook of it, could not do."""
    error = run.raised.pop(child.id, "")
    if error and not child.hooked:
        note_error(run, f"{child.name}\n{error}")
    elif error and not child.name.endswith(".onExit"):
        run.mark(run.state.nodes[child.call["hookOf"]], ERROR, error)


def _group_family(run: Run, group: Node) -> Family:
    """Return the children of a looped task, prepared anew when the memory does not hold them."""
    family: Family | None = run.state.memos.get(group.id)
    if family is None:
        dag = run.state.nodes[group.boundary]
        graph = run.state.memos.get(dag.id) or plain_graph(run, dag)
        name = group.name[len(dag.name) + 1 :]
        family = Family("tasks", task_scope(run, dag, graph, name))
        task = graph.tasks[name]
        prepared = [] if _has_no_children(task, family.scope) else prepare(task, family.scope, f"{dag.name}.")
        adopt(run, group, family, [_with_exit_only(ready, name) for ready in prepared])
        run.state.memos[group.id] = family
    return family


def _with_exit_only(ready: Ready, name: str) -> Ready:
    """Leave the hooks to the group; only exit handlers run for each round too."""
    if not ready.step.get("hooks"):
        return ready
    hooks = {key: hook for key, hook in ready.step["hooks"].items() if key == "exit"}
    return ready._replace(step={**ready.step, "hooks": hooks, KNOWN_AS: name})


def wake(run: Run, group: Node) -> None:
    """Start what can be started of a group, and end it when all of it is over."""
    if not group.active:
        return
    family = _group_family(run, group)
    for child in [run.state.nodes[item] for item in family.open if run.state.nodes[item].fulfilled]:
        _item_over(run, family, child)
    _go_on(run, group, family)


def _group_child_over(run: Run, group: Node, child: Node) -> None:
    if group.active:
        take_raised(run, child)
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
        note_error(run, problem)
    if family.over:
        failed = [phase for child in group.children if (phase := run.state.nodes[child].phase) in (FAILED, ERROR)]
        run.mark(group, failed[-1] if failed else SUCCEEDED)
    elif family.pending:
        parallelism.stop_at_failure(run, run.state.nodes[group.boundary])


HANDLER = Handler(_group_child_over, wake)
