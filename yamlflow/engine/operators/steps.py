"""`steps`: groups of steps, one group after the other, the steps of a group side by side."""

from collections.abc import Callable
from typing import Any, NamedTuple

from yamlflow.argo.phases import ERROR, FAILED, RUNNING, SUCCEEDED
from yamlflow.engine import parallelism
from yamlflow.engine.groups import Family, adopt, child_over, failed_child, prepare, start_pending
from yamlflow.engine.loops import LoopError
from yamlflow.engine.node import SKIPPED_TYPE, STEP_GROUP, STEPS, Node
from yamlflow.engine.operator import Handler, Operator, no_wake
from yamlflow.engine.outbound import outbound_of
from yamlflow.engine.outputs import export_globals, template_outputs
from yamlflow.engine.run import Call, ExecutionError, Run
from yamlflow.engine.scope import SubstitutionError
from yamlflow.engine.templates import TemplateDict, TemplateNotFoundError
from yamlflow.engine.variables import NodesLayer, aggregate_variables, node_variables, skipped_variables


class _Listed(NamedTuple):
    """The steps of a template: in their groups, and by name with the index of the group."""

    template: TemplateDict
    groups: list[list[dict[str, Any]]]
    where: dict[str, tuple[int, dict[str, Any]]]


def _listed(run: Run, template: TemplateDict) -> _Listed:
    key = ("steps", id(template))
    found: _Listed | None = run.state.cache.get(key)
    if found is None:
        groups = [item.get("steps") or [] if isinstance(item, dict) else item for item in template.get("steps") or []]
        where = {step["name"]: (index, step) for index, group in enumerate(groups) for step in group}
        found = run.state.cache[key] = _Listed(template, groups, where)
    return found


def _start(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None) -> Node:
    del template
    node = run.create(call, STEPS, RUNNING)
    node.inputs = inputs
    _open_group(run, node, 0)
    return node


def _open_group(run: Run, steps: Node, index: int) -> None:
    """Begin a group, or end the Steps node when there is none left."""
    template = parallelism.template_of(run, steps)
    if index >= len(_listed(run, template).groups):
        _succeed(run, steps, template)
        return
    name = f"{steps.name}[{index}]"
    call = Call(name, {}, {}, steps.id, steps.id, steps.inner_scope, on_exit=bool(steps.call.get("onExit")))
    group = run.create(call, STEP_GROUP, RUNNING)
    group.call["index"] = index
    for parent in _parents(run, steps, index):
        run.link(parent, group.id)
    _go_on(run, group)


def _parents(run: Run, steps: Node, index: int) -> list[Node]:
    """Return the nodes that a group follows: the Steps node, or all that the group before it ends in."""
    if index == 0:
        return [steps]
    before = run.state.node(f"{steps.name}[{index - 1}]")
    assert before is not None
    if not before.children:
        return [before]
    return [run.state.nodes[item] for child in before.children for item in outbound_of(run.state, child)]


def _family(run: Run, group: Node) -> Family:
    """Return the children of a group, prepared from the template when the memory does not hold them."""
    family = run.state.memos.get(group.id)
    if family is None:
        steps = run.state.nodes[group.boundary]
        template = parallelism.template_of(run, steps)
        index = group.call["index"]
        scope = run.scope_of(steps).with_layer(_steps_layer(run, steps, template, index))
        family = Family("steps", scope)
        listed = _listed(run, template).groups[index]
        adopt(run, group, family, [ready for step in listed for ready in prepare(step, scope, f"{group.name}.")])
        run.state.memos[group.id] = family
    found: Family = family
    return found


def _go_on(run: Run, group: Node) -> None:
    """Start what can be started of a group, and end it when all of it is over."""
    if not group.active or parallelism.stop_at_failure(run, run.state.nodes[group.boundary]):
        return
    try:
        family = _family(run, group)
    except SubstitutionError as error:
        run.mark(group, ERROR, str(error) if isinstance(error, LoopError) else f"failed to resolve references: {error}")
        return
    problem = start_pending(run, group, family, [group], group.boundary)
    if problem:
        name, _, message = problem.partition("\n")
        run.mark(group, ERROR, _deemed_errored(name, message) if message else problem)
    elif family.over:
        _close_group(run, group, family)


def _deemed_errored(child: str, error: str) -> str:
    return f"step group deemed errored due to child {child} error: {error}"


def _close_group(run: Run, group: Node, family: Family) -> None:
    failed = failed_child(run, group.children, family)
    if failed is None:
        run.mark(group, SUCCEEDED)
    else:
        run.mark(group, FAILED, f"child '{failed.id}' failed")


def _group_child_over(run: Run, group: Node, child: Node) -> None:
    if not group.active:
        return
    if child.id in run.raised:
        error = run.raised.pop(child.id)
        run.mark(group, ERROR, error if child.hooked else _deemed_errored(child.name, error))
        return
    try:
        family = _family(run, group)
        settled = child_over(run, family, child)
    except (SubstitutionError, ExecutionError) as error:
        run.mark(group, ERROR, str(error))
        return
    if settled:
        _go_on(run, group)


def _wake_group(run: Run, group: Node) -> None:
    if not group.active:
        return
    for child in list(_open_children(run, group)):
        _group_child_over(run, group, child)
    _go_on(run, group)


def _open_children(run: Run, group: Node) -> list[Node]:
    try:
        family = _family(run, group)
    except SubstitutionError:
        return []
    return [run.state.nodes[item] for item in family.open if run.state.nodes[item].fulfilled]


def _steps_child_over(run: Run, steps: Node, group: Node) -> None:
    if not steps.active:
        return
    if group.phase == SUCCEEDED:
        if not _refuse_results(run, steps, group):
            _open_group(run, steps, group.call["index"] + 1)
        return
    _set_outbound(run, steps, group)
    run.mark(steps, FAILED, group.message)


def _refuse_results(run: Run, steps: Node, group: Node) -> bool:
    """Whether what a loop of a group put out cannot be made a JSON list of; the Steps node says so."""
    children = [run.state.nodes[item] for item in group.children]
    looped = [node for node in children if node.name.endswith(")") and "result" in (node.outputs or {})]
    try:
        aggregate_variables("", looped)
    except ValueError as error:
        run.fail(steps, error)
        return True
    return False


def _succeed(run: Run, steps: Node, template: TemplateDict) -> None:
    groups = _listed(run, template).groups
    last = run.state.node(f"{steps.name}[{len(groups) - 1}]") if groups else None
    if last is not None:
        _set_outbound(run, steps, last)
    scope = run.scope_of(steps).with_layer(_steps_layer(run, steps, template, len(groups)))
    try:
        steps.outputs = template_outputs(template, scope)
    except SubstitutionError as error:
        run.fail(steps, error)
        return
    export_globals(run, steps.outputs)
    run.mark(steps, SUCCEEDED)


def _set_outbound(run: Run, steps: Node, group: Node) -> None:
    steps.outbound = [item for child in group.children for item in outbound_of(run.state, child)]


def _steps_layer(run: Run, steps: Node, template: TemplateDict, before: int) -> NodesLayer:
    """Return the steps of all groups before the one with the index `before`."""
    where = _listed(run, template).where

    def known() -> list[str]:
        return [name for name, (index, _) in where.items() if index < before]

    return NodesLayer("steps", known, _look_up(run, steps, where, before))


def _look_up(
    run: Run, steps: Node, where: dict[str, tuple[int, dict[str, Any]]], before: int
) -> Callable[[str], dict[str, Any]]:
    state = run.state

    def look_up(name: str) -> dict[str, Any]:
        index, step = where.get(name, (before, {}))
        if index >= before:
            return {}
        prefix = f"steps.{name}"
        node = state.node(f"{steps.name}[{index}].{name}")
        if node is not None:
            flat = node_variables(state, prefix, node)
            return flat | _defaults(run, steps, prefix, node, step)
        group = state.node(f"{steps.name}[{index}]")
        if group is None:
            return {}
        start = f"{group.name}.{name}("
        children = [state.nodes[item] for item in group.children]
        looped = [item for item in children if item.name.startswith(start) and item.kind != SKIPPED_TYPE]
        flat = node_variables(state, prefix, group)
        return flat | (_aggregate(prefix, looped) if looped else {})

    return look_up


def _defaults(run: Run, steps: Node, prefix: str, node: Node, step: dict[str, Any]) -> dict[str, Any]:
    if node.outputs or node.phase not in ("Skipped", "Omitted"):
        return {}
    try:
        template, _ = run.state.templates.resolve(step, steps.inner_scope)
    except TemplateNotFoundError:
        return {}
    return skipped_variables(prefix, template, artifacts=True)


def _aggregate(prefix: str, children: list[Node]) -> dict[str, Any]:
    try:
        return aggregate_variables(prefix, children)
    except ValueError as error:
        raise SubstitutionError(str(error)) from error


OPERATOR = Operator(
    _start,
    {STEPS: Handler(_steps_child_over, no_wake), STEP_GROUP: Handler(_group_child_over, _wake_group)},
)
