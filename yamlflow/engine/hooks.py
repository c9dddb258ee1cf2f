"""Exit handlers of steps and tasks, and hooks with a condition."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.phases import COMPLETED
from yamlflow.engine.execute import begin
from yamlflow.engine.expression import holds
from yamlflow.engine.inputs import resolve_arguments
from yamlflow.engine.node import Node
from yamlflow.engine.parallelism import stop_at_failure
from yamlflow.engine.run import Call, Run
from yamlflow.engine.scope import LENIENT, Layer, Scope, fill_data
from yamlflow.engine.variables import node_variables, result_of

Hook = dict[str, Any]
_FILLED = ("template", "templateRef", "expression")
KNOWN_AS = "known as"
"""In one of the rounds of a looped task: the name by which its hooks know it, that of the task."""


def exit_hook(owner: dict[str, Any], arguments: dict[str, Any]) -> Hook | None:
    """Return the exit handler of a step, a task or a workflow; without arguments it gets the workflow's."""
    if owner.get("onExit"):
        return {"template": owner["onExit"], "arguments": arguments}
    hook: Hook | None = (owner.get("hooks") or {}).get("exit")
    if hook is None:
        return None
    given = hook.get("arguments") or {}
    return hook if given.get("parameters") or given.get("artifacts") else {**hook, "arguments": arguments}


def filled_hook(hook: Hook, scope: Scope) -> Hook:
    """Return a hook with the tags of its template and its condition filled in; its arguments wait for their values."""
    return {**hook, **{key: fill_data(hook[key], scope) for key in _FILLED if key in hook}}


def has_hooks(step: dict[str, Any]) -> bool:
    """Whether a step or task has hooks of any kind."""
    return bool(step.get("hooks") or step.get("onExit"))


def start_hooks(run: Run, node: Node, step: dict[str, Any], scope: Scope, place: str) -> bool:
    """Start the hooks of a step or task that are due. Return whether any is not over."""
    if not has_hooks(step):
        return False
    waiting = False
    for name, hook in _due(run, node, step, scope, place):
        child = run.state.node(name)
        if child is None:
            child = _start(run, node, name, hook, step, scope, place)
        waiting = waiting or child is None or not child.fulfilled
    return waiting


def _due(run: Run, node: Node, step: dict[str, Any], scope: Scope, place: str) -> Iterator[tuple[str, Hook]]:
    own = Scope(_own_layer(run, node, step, place), *scope.layers)
    for key, declared in (step.get("hooks") or {}).items():
        name, hook = f"{node.name}.hooks.{key}", filled_hook(declared, scope)
        if key != "exit" and (run.state.node(name) is not None or holds(hook["expression"], own)):
            yield name, hook
    handler = exit_hook(step, run.state.spec.get("arguments") or {})
    if handler is None or node.phase not in COMPLETED:
        return
    hook = filled_hook(handler, scope)
    name = f"{node.name}.onExit"
    begun = run.state.node(name) is not None
    if begun or (run.state.shutdown != "Terminate" and (not hook.get("expression") or holds(hook["expression"], own))):
        yield name, hook


def _own_layer(run: Run, node: Node, step: dict[str, Any], place: str) -> Layer:
    """Return the variables of the step or task itself: in its own hooks it may name its outputs."""
    prefix = f"{place}.{step.get(KNOWN_AS) or step['name']}"
    return Layer({**node_variables(run.state, prefix, node), f"{prefix}.status": result_of(run.state, node).phase})


def _start(run: Run, node: Node, name: str, hook: Hook, step: dict[str, Any], scope: Scope, place: str) -> Node | None:
    own = Scope(_own_layer(run, node, step, place), *scope.layers)
    arguments = resolve_arguments(hook.get("arguments"), own, LENIENT)
    call = Call(name, hook, arguments, node.owner, node.boundary, node.scope, place)
    child = begin(run, call._replace(on_exit=name.endswith(".onExit"), hooked=True))
    if child is None:
        run.state.blocked[node.owner] = None
        if node.boundary in run.state.nodes:
            stop_at_failure(run, run.state.nodes[node.boundary])
        return None
    child.call["hookOf"] = node.id
    run.link(node, child.id)
    return child
