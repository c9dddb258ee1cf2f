"""Limits on how many nodes run at the same time, and templates that stop at the first failure."""

from yamlflow.argo.phases import FAILED
from yamlflow.argo.reach import reached
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.node import STEP_GROUP, Node
from yamlflow.engine.run import Run, holder_of
from yamlflow.engine.scope import fill
from yamlflow.engine.templates import TemplateDict

_FAIL_FAST = "template has failed or errored children and failFast enabled"


def full(run: Run, boundary: str) -> bool:
    """Whether nothing may be started now inside of a boundary (the id of a Steps or DAG node)."""
    state = run.state
    node = state.nodes.get(boundary)
    if node is None:
        return False
    template = template_of(run, node)
    if template.get("failFast") and state.failed_children.get(boundary, 0):
        return True
    allowed = _limit(run, node, template)
    return allowed > 0 and state.active_children.get(boundary, 0) >= allowed


def is_crowded(run: Run) -> bool:
    """Whether nothing may be started now in the whole run."""
    limit = run.state.spec.get("parallelism")
    return bool(run.state.spec.get("suspend")) or (limit is not None and run.state.active_pods >= int(limit))


def template_of(run: Run, node: Node) -> TemplateDict:
    """Return the template of a node."""
    return run.state.templates.resolve(holder_of(node), node.scope)[0]


def _limit(run: Run, node: Node, template: TemplateDict) -> int:
    value = template.get("parallelism")
    if value is None:
        return 0
    text = fill(plain_text(value), run.scope_of(node)) if isinstance(value, str) else plain_text(value)
    return int(text) if text.isdigit() else 0


def stop_at_failure(run: Run, boundary: Node) -> bool:
    """End a Steps or DAG node whose template is `failFast`, once a child failed and none is active."""
    state = run.state
    if not template_of(run, boundary).get("failFast") or not state.failed_children.get(boundary.id, 0):
        return False
    if state.active_child_pods.get(boundary.id, 0) or not boundary.active:
        return False
    groups = [node for node in map(state.nodes.__getitem__, _descend(run, boundary)) if node.kind == STEP_GROUP]
    for group in groups[-1:]:
        if group.boundary == boundary.id:
            run.mark(group, FAILED, _FAIL_FAST)
    run.mark(boundary, FAILED, _FAIL_FAST)
    return True


def _descend(run: Run, node: Node) -> list[str]:
    """Return the ids of all that comes after a node inside of it, once each."""
    return list(reached(node.children, lambda at: run.state.nodes[at].children))
