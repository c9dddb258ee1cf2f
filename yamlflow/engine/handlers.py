"""What runs for the workflow itself: its entrypoint, its hooks, its exit handler."""

from typing import Any

from yamlflow.argo.durations import format_rfc3339
from yamlflow.argo.ids import pod_name
from yamlflow.argo.phases import ERROR, OMITTED, SKIPPED, SUCCEEDED, UNSUCCESSFUL
from yamlflow.engine.execute import begin
from yamlflow.engine.expression import holds
from yamlflow.engine.globals import forget_globals, globals_layer
from yamlflow.engine.gojson import dumps
from yamlflow.engine.hooks import exit_hook, filled_hook
from yamlflow.engine.inputs import Arguments, resolve_arguments
from yamlflow.engine.node import Node
from yamlflow.engine.run import Call, ExecutionError, Run
from yamlflow.engine.scope import LENIENT, Layer, Scope, SubstitutionError
from yamlflow.engine.state import State


def begin_root(
    run: Run,
    name: str,
    holder: dict[str, Any],
    arguments: Arguments | None,
    *,
    hooked: bool = False,
    on_exit: bool = False,
    scope: Scope | None = None,
) -> Node | None:
    """Run a template for the workflow itself; None when there is no room."""
    known = scope or Scope(globals_layer(run.state, run.now))
    given = resolve_arguments(arguments, known, LENIENT)
    own: Arguments = run.state.spec.get("arguments") or {}
    if arguments is own:
        given["parameters"] = [_run_parameter(item, known) for item in own.get("parameters") or []]
    call = Call(name, holder, given, "", "", run.state.scope, "steps")
    node = begin(run, call._replace(on_exit=on_exit, hooked=hooked))
    if node is None:
        run.state.blocked[""] = None
    return node


def _run_parameter(parameter: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """Return a parameter of the run with its value as all others see it."""
    if "value" not in parameter:
        return parameter
    return {**parameter, "value": scope.get(f"workflow.parameters.{parameter['name']}")}


def workflow_phase(entry: Node) -> str:
    """Return the phase that the workflow gets by its entry node."""
    return SUCCEEDED if entry.phase in (SKIPPED, OMITTED) else entry.phase


def run_hooks(run: Run, entry: Node) -> bool:
    """Start the hooks of the workflow that are due. Return whether one is not over."""
    state, waiting = run.state, False
    for key, hook in (state.spec.get("hooks") or {}).items():
        if key == "exit":
            continue
        name = f"{state.name}.hooks.{key}"
        node = state.node(name)
        if node is None:
            try:
                node, due = _start_if_due(run, entry, name, hook)
            except (ExecutionError, SubstitutionError) as error:
                run.mark(entry, ERROR, str(error))
                continue
            waiting = waiting or (due and node is None)
        waiting = waiting or (node is not None and not node.fulfilled)
    return waiting


def _start_if_due(run: Run, entry: Node, name: str, hook: dict[str, Any]) -> tuple[Node | None, bool]:
    state = run.state
    if not hook.get("expression"):
        raise SubstitutionError(f"Expression required for hook {name}")
    known = Layer({"workflow.status": workflow_phase(entry), "workflow.failures": _failures(state)})
    scope = Scope(known, globals_layer(state, run.now))
    hook = filled_hook(hook, scope)
    if not holds(hook["expression"], scope):
        return None, False
    try:
        node = begin_root(run, name, hook, hook.get("arguments"), hooked=True, scope=scope)
    finally:
        made = state.node(name)
        if made is not None:
            run.link(entry, made.id)
    return node, True


def exit_node(run: Run, entry: Node) -> Node | None:
    """Return the node of the workflow's exit handler, begun when it is time; None when there is none."""
    state = run.state
    hook = exit_hook(state.spec, state.spec.get("arguments") or {})
    if hook is None:
        return None
    node = state.node(f"{state.name}.onExit")
    if node is not None or state.shutdown == "Terminate":
        return node
    state.cache["status"] = workflow_phase(entry)
    state.cache["failures"] = _failures(state)
    forget_globals(state)
    hook = filled_hook(hook, Scope(globals_layer(state, run.now)))
    return begin_root(run, f"{state.name}.onExit", hook, hook.get("arguments"), hooked=True, on_exit=True)


def _failures(state: State) -> str:
    """Return `workflow.failures`: JSON, quoted once more as Argo does it, so that it can stand inside of JSON text."""
    listed = [
        {
            "displayName": node.display,
            "message": node.message,
            "templateName": node.template,
            "phase": node.phase,
            "podName": pod_name(state.name, node.name, node.template_name),
            "finishedAt": format_rfc3339(node.finished or 0),
        }
        for node in state.nodes.values()
        if node.phase in UNSUCCESSFUL
    ]
    return dumps(dumps(listed) if listed else "null")
