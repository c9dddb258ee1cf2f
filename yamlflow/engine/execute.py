"""Running a template as a node: inputs, limits of parallelism, the retry wrapper, then the operator of its kind."""

from typing import Any

from yamlflow.argo.phases import ERROR
from yamlflow.engine import parallelism
from yamlflow.engine.globals import globals_layer
from yamlflow.engine.inputs import process_inputs
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
    if parallelism.full(run, call.boundary):
        return None
    if inner != call.scope:
        call = call._replace(inner=inner)
        _keep_template(run, inner, template)
    if not call.retried and retry_strategy(run, template):
        from yamlflow.engine import retry

        return retry.start(run, call, template, inputs)
    return dispatch(run, call, template, inputs)


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
