"""What a step group, a task and a task group have in common: they prepare children, start them, and wait for them."""

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from yamlflow.argo.ids import node_id
from yamlflow.argo.phases import ERROR, FAILED, SKIPPED, UNSUCCESSFUL
from yamlflow.engine.conditions import should_execute
from yamlflow.engine.execute import begin
from yamlflow.engine.hooks import has_hooks, start_hooks
from yamlflow.engine.inputs import Arguments, resolve_arguments
from yamlflow.engine.loops import LoopError, Round, is_loop, rounds, without_list
from yamlflow.engine.node import SKIPPED_TYPE, Node
from yamlflow.engine.run import Call, ExecutionError, Run
from yamlflow.engine.scope import EVERYTHING, REFERENCES, Scope, SubstitutionError, fill, fill_data

Step = dict[str, Any]
EMPTY_LOOP = "Skipped, empty params"


class Ready(NamedTuple):
    """A child that can be made: with these arguments, or skipped or in error at once for the reason given."""

    name: str
    step: Step
    arguments: Arguments
    skip: str = ""
    error: str = ""


class Family:
    """The children of a group: which still have to be made, and which are not over."""

    __slots__ = ("children", "open", "pending", "place", "scope")

    def __init__(self, place: str, scope: Scope) -> None:
        self.place = place
        self.scope = scope
        self.pending: deque[Ready] = deque()
        self.children: dict[str, Ready] = {}
        self.open: set[str] = set()

    @property
    def over(self) -> bool:
        """Whether every child was made and is over, its hooks too."""
        return not self.pending and not self.open


def prepare(step: Step, scope: Scope, base: str) -> list[Ready]:
    """Return the children that a step or task stands for; `base` is the start of their names."""
    step = without_list(step, scope)
    looped = is_loop(step)
    when = fill(step.get("when") or "", scope, REFERENCES)
    go_on: bool | None
    try:
        go_on = should_execute(when)
    except SubstitutionError:
        if not looped:
            raise
        go_on = None  # it names `item`
    if looped:
        return _prepare_loop(step, scope, base, when, go_on)
    if not go_on:
        return [Ready(base + step["name"], step, {}, skip=_skipped(when))]
    arguments = resolve_arguments(step.get("arguments"), scope, REFERENCES)
    return [Ready(base + step["name"], _filled_holder(step, scope, *_OF_CALL), arguments)]


def _prepare_loop(step: Step, scope: Scope, base: str, when: str, go_on: bool | None) -> list[Ready]:
    try:
        elements = rounds(step, scope)
    except SubstitutionError:
        if go_on is not False:
            raise
        elements = []
    if not elements:
        return [Ready(base + step["name"], step, {}, skip=EMPTY_LOOP)]
    if go_on is False:
        return [Ready(base + element.name, step, {}, skip=_skipped(when)) for element in elements]
    return [_prepare_round(step, scope, base, element, go_on) for element in elements]


def _prepare_round(step: Step, outside: Scope, base: str, element: Round, go_on: bool | None) -> Ready:
    named = {**step, "name": element.name}
    scope = outside.with_layer(element.item)
    try:
        arguments = resolve_arguments(step.get("arguments"), scope, EVERYTHING)
        when = fill(step.get("when") or "", scope, EVERYTHING)
    except SubstitutionError as error:
        resolve_arguments(step.get("arguments"), outside, REFERENCES)  # what is wrong without a round comes first
        raise LoopError(str(error)) from error
    try:
        if go_on is None and not should_execute(when):
            return Ready(base + element.name, named, {}, skip=_skipped(when))
    except SubstitutionError as error:
        return Ready(base + element.name, named, {}, error=str(error))
    return Ready(base + element.name, _filled_holder(named, scope, *_OF_CALL, "hooks"), arguments)


_OF_CALL = ("template", "templateRef", "inline")


def _filled_holder(step: Step, scope: Scope, *keys: str) -> Step:
    """Fill in what a step says of its template; hooks wait, for they may name what the step puts out."""
    changed: Step = {key: fill_data(step[key], scope) for key in keys if key in step}
    return {**step, **changed}


def _skipped(when: str) -> str:
    return f"when '{when}' evaluated false"


def adopt(run: Run, group: Node, family: Family, children: Iterable[Ready]) -> None:
    """Take in the children of a group: those that exist already (after a restart) are not made again."""
    for ready in children:
        node = run.state.nodes.get(node_id(run.state.name, ready.name))
        if node is None:
            family.pending.append(ready)
            continue
        run.link(group, node.id)
        family.children[node.id] = ready
        if not is_settled(node, ready.step):
            family.open.add(node.id)


def is_settled(node: Node, step: Step) -> bool:
    """Whether a step or task is over, its hooks too."""
    return node.fulfilled and (not has_hooks(step) or bool(node.call.get("settled")))


def start_pending(run: Run, group: Node, family: Family, link_to: Iterable[Node], boundary: str) -> str:
    """Make the children that there is room for. Return the message of an error that ends the group, or ""."""
    while family.pending:
        ready = family.pending[0]
        call = Call(ready.name, ready.step, ready.arguments, group.id, boundary, group.inner_scope, family.place)
        call = call._replace(on_exit=bool(group.call.get("onExit")))
        problem = ""
        if ready.skip or ready.error:
            phase = ERROR if ready.error else SKIPPED
            child: Node | None = run.create(call, SKIPPED_TYPE, phase, ready.skip or ready.error)
            problem = ready.error
        else:
            try:
                child = begin(run, call)
            except ExecutionError as error:
                problem = f"{ready.name}\n{error}"
                child = run.state.node(ready.name)
        if child is None:
            run.state.blocked[group.id] = None
            return ""
        family.pending.popleft()
        family.children[child.id] = ready
        family.open.add(child.id)
        for parent in link_to:
            run.link(parent, child.id, found_again=parent is group)
        if problem:
            return problem
        if child.active:
            with suppress(SubstitutionError):  # it may name what is only known at the end, and is asked then again
                start_hooks(run, child, ready.step, family.scope, family.place)
    return ""


def child_over(run: Run, family: Family, child: Node) -> bool:
    """Note that a child, or a hook of one, is over; start the hooks that are due. Return whether a child is settled."""
    owner_id = child.call.get("hookOf")
    node = run.state.nodes[owner_id] if owner_id else child
    if node.id not in family.open:
        return False
    ready = family.children[node.id]
    if start_hooks(run, node, ready.step, family.scope, family.place) or not node.fulfilled:
        return False
    family.open.discard(node.id)
    if has_hooks(ready.step):
        node.call["settled"] = True
        run.touch(node)
    return True


def failed_child(run: Run, children: Iterable[str], family: Family) -> Node | None:
    """Return the first child that failed and that its step does not forgive."""
    for child in children:
        node = run.state.nodes[child]
        ready = family.children.get(child)
        if node.phase in UNSUCCESSFUL and ready is not None and not forgives(ready.step, node.phase):
            return node
    return None


def forgives(step: Step, phase: str) -> bool:
    """Whether `continueOn` of a step or task covers a phase."""
    allowed = step.get("continueOn") or {}
    return bool((phase == FAILED and allowed.get("failed")) or (phase == ERROR and allowed.get("error")))
