"""Running a template as a node: inputs, limits of parallelism, the retry wrapper, then the operator of its kind."""

from typing import Any

from yamlflow.argo.phases import ERROR, PENDING, SUCCEEDED
from yamlflow.engine import locks, parallelism
from yamlflow.engine.globals import globals_layer
from yamlflow.engine.inputs import input_layer, process_inputs
from yamlflow.engine.memo import Memo, keep, look_up
from yamlflow.engine.node import SKIPPED_TYPE, Node
from yamlflow.engine.run import Call, ExecutionError, Run
from yamlflow.engine.scope import Layer, Scope, SubstitutionError, fill
from yamlflow.engine.templates import TemplateDict, TemplateNotFoundError, kind_of

_MAX_DEPTH = 100
_DISPLAY_NAME = "workflows.argoproj.io/display-name"


def begin(run: Run, call: Call) -> Node | None:
    """Make the node of a call and start it. None when there is no room yet; ExecutionError when it cannot be."""
    try:
        if _depth(run, call) > _MAX_DEPTH:
            raise SubstitutionError("Maximum recursion depth exceeded. See https://argo-workflows.readthedocs.io/")
        template, inner = run.state.templates.resolve(call.holder, call.scope)
        inputs = process_inputs(template, call.arguments, _call_scope(run, call), run.state.objects)
    except (SubstitutionError, TemplateNotFoundError) as error:
        run.create(call, SKIPPED_TYPE, ERROR, str(error))
        raise ExecutionError(str(error)) from error
    if _has_no_room(run, call):
        return None
    if inner != call.scope:
        call = call._replace(inner=inner)
        _keep_template(run, inner, template)
    memo = None
    if not call.retried and (template.get("synchronization") or template.get("memoize")):
        try:
            found = _wait_or_look(run, call, template, inputs)
        except SubstitutionError as error:
            run.create(call, SKIPPED_TYPE, ERROR, str(error))
            raise ExecutionError(str(error)) from error
        if found is None or isinstance(found, Node):
            return found
        memo = found.status() if isinstance(found, Memo) else None
    node = _start(run, call, template, inputs)
    if memo is not None and not node.memo:
        node.memo = memo
        for attempt in [run.state.nodes[item] for item in node.children if run.state.nodes[item].retried]:
            attempt.memo = memo
        if node.phase == SUCCEEDED:
            keep(run, node)
    return node


def _has_no_room(run: Run, call: Call) -> bool:
    """Whether a call has to wait. Attempts, and those who have waited for locks, are in their boundary already."""
    if parallelism.is_crowded(run):
        return True
    return not call.retried and parallelism.full(run, call.boundary) and run.state.node(call.name) is None


def _start(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None) -> Node:
    if not call.retried and retry_strategy(run, template) is not None:
        from yamlflow.engine import retry

        return retry.start(run, call, template, inputs)
    return dispatch(run, call, template, inputs)


def _wait_or_look(
    run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None
) -> Node | Memo | tuple[()] | None:
    """Return the node when it waits for locks or is done by what a cache held; None when that is not known yet."""
    state = run.state
    scope = Scope(input_layer(inputs), *_call_scope(run, call).layers)
    waiting = state.node(call.name)
    if template.get("synchronization") and (waiting is None or waiting.id not in state.granted):
        wanted = locks.locks_of(template["synchronization"], state.namespace, state.objects, scope)
        return waiting or locks.wait(run, call, template, inputs, wanted)
    if not template.get("memoize"):
        return ()
    memo = look_up(run, template, scope)
    if memo is None or memo.entry is None:
        return memo
    node = run.create(call, locks.type_of(template), PENDING)
    node.inputs = inputs
    node.memo = memo.status()
    node.outputs = memo.entry["outputs"] or None
    run.mark(node, SUCCEEDED)
    return node


def _keep_template(run: Run, scope: str, template: TemplateDict) -> None:
    """Keep a template of another object in the status: later changes of it are not seen."""
    stored = run.state.status.setdefault("storedTemplates", {})
    key = f"{scope}/{template.get('name', '')}"
    if key not in stored:
        stored[key] = template
        run.touch_workflow()


def dispatch(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None) -> Node:
    """Start the operator of a template's kind."""
    from yamlflow.engine.operators import BY_TEMPLATE

    operator = BY_TEMPLATE.get(kind_of(template))
    if operator is None:
        message = f"Template '{template.get('name', '')}' missing specification"
        run.create(call, SKIPPED_TYPE, ERROR, message)
        raise ExecutionError(message)
    node = operator.start(run, call, template, inputs)
    wanted = (template.get("annotations") or {}).get(_DISPLAY_NAME)
    if wanted:
        node.display = fill(str(wanted), run.scope_of(node))
    return node


def retry_strategy(run: Run, template: TemplateDict) -> dict[str, Any] | None:
    """Return the retry strategy of a template, or of the workflow."""
    strategy = template.get("retryStrategy")
    return strategy if strategy is not None else run.state.spec.get("retryStrategy")


def _call_scope(run: Run, call: Call) -> Scope:
    flat = {"node.name": call.name}
    if call.place:
        flat[f"{call.place}.name"] = call.holder.get("name", "")
    return Scope(Layer(flat), globals_layer(run.state, run.now))


def _depth(run: Run, call: Call) -> int:
    """Return how many steps and dag templates the call is inside of."""
    depth, at = 0, call.boundary
    while at:
        depth += 1
        at = run.state.nodes[at].boundary
    return depth
