"""The core: what happened comes in, what is to be stored and to be done comes out. No clock, no I/O, no thread."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from yamlflow.argo.durations import format_rfc3339
from yamlflow.argo.phases import ERROR, FAILED, PENDING, RUNNING, SUCCEEDED, UNSUCCESSFUL
from yamlflow.engine import locks, pods
from yamlflow.engine.events import (
    Acquire,
    Acquired,
    Action,
    Cached,
    Denied,
    Ended,
    Event,
    Progressed,
    Ready,
    Release,
    Resume,
    SetNodes,
    Shutdown,
    Start,
    Started,
    Suspend,
    Waiting,
)
from yamlflow.engine.globals import forget_globals, globals_layer
from yamlflow.engine.handlers import begin_root, exit_node, run_hooks, workflow_phase
from yamlflow.engine.node import HTTP, POD, RETRY, SUSPEND, Node
from yamlflow.engine.operators import HANDLERS, suspend
from yamlflow.engine.run import ExecutionError, Run
from yamlflow.engine.scope import Scope, SubstitutionError
from yamlflow.engine.state import State


class Changes(NamedTuple):
    """What is to be stored: the nodes that changed, and whether the workflow itself did."""

    nodes: list[Node]
    workflow: bool


def reconcile(state: State, events: Sequence[Event], now: float) -> tuple[Changes, list[Action]]:
    """Bring a run forward. Store the changes first, then do what the actions say."""
    run = Run(state, now)
    if not state.phase:
        _begin_workflow(run)
    for event in events:
        _take(run, event)
        _settle(run)
    for node_id in state.due(now):
        _wake(run, node_id)
        _settle(run)
    _settle(run)
    if state.spec.get("hooks"):
        _advance_workflow(run)
        _settle(run)
    changes = Changes(list(state.changed.values()), state.workflow_changed)
    state.changed, state.workflow_changed = {}, False
    return changes, run.actions


def resume_stored(state: State, now: float) -> tuple[Changes, list[Action]]:
    """Go on with a run that was read from the store: nothing that ended runs again, what ran is started anew."""
    run = Run(state, now)
    if state.phase == PENDING:
        _begin_workflow(run)
    elif state.phase and not state.final:
        for node in [item for item in state.nodes.values() if not item.fulfilled]:
            if locks.is_waiting(run, node):
                locks.ask(run, node)
            elif node.kind in (POD, HTTP):
                pods.resume(run, node)
            else:
                _wake(run, node.id)
            state.set_timer(now, node.id)
        run.actions += [Start(item) for item in sorted(state.daemons) if state.nodes[item].kind == POD]
        _arm_deadline(run)
        _settle(run)
        _advance_workflow(run)
        _settle(run)
    changes = Changes(list(state.changed.values()), state.workflow_changed)
    state.changed, state.workflow_changed = {}, False
    return changes, run.actions


def end_at_once(state: State, phase: str, message: str, now: float) -> None:
    """End a run that cannot go on: what is not over gets the phase and the message."""
    run = Run(state, now)
    for node in [item for item in state.nodes.values() if item.active]:
        run.mark(node, phase, message)
    if not state.final:
        _end_workflow(run, phase, message)


def _take(run: Run, event: Event) -> None:
    if isinstance(event, Started):
        pods.started(run, event)
        _tell_owner(run, event.node)
    elif isinstance(event, Waiting):
        pods.waiting(run, event)
    elif isinstance(event, Progressed):
        pods.progressed(run, event)
    elif isinstance(event, Ready):
        pods.ready(run, event)
    elif isinstance(event, Ended):
        pods.ended(run, event)
    elif isinstance(event, Cached):
        run.state.answers[event.cache, event.key] = event.entry
        run.state.asked.discard((event.cache, event.key))
    elif isinstance(event, (Acquired, Denied)):
        _take_lock(run, event)
    elif isinstance(event, Shutdown):
        _shut_down(run, event)
    elif isinstance(event, Resume):
        _resume(run, event)
    elif isinstance(event, SetNodes):
        for node in _suspended(run, event.nodes):
            suspend.set_node(run, node, event)
    elif isinstance(event, Suspend):
        _suspend(run, on=True)


def _suspended(run: Run, chosen: Sequence[str]) -> list[Node]:
    waiting = [node for node in run.state.nodes.values() if node.kind == SUSPEND and node.active]
    return [node for node in waiting if not chosen or node.id in chosen]


def _resume(run: Run, event: Resume) -> None:
    if not event.nodes:
        _suspend(run, on=False)
    for node in _suspended(run, event.nodes):
        suspend.go_on(run, node)


def _suspend(run: Run, *, on: bool) -> None:
    """Have the run make no new nodes, or make them again."""
    state = run.state
    if bool(state.spec.get("suspend")) != on:
        state.spec["suspend"] = state.status["suspend"] = on
        run.touch_workflow()


def _take_lock(run: Run, event: Acquired | Denied) -> None:
    """A node, or the workflow itself, has got its locks, or has to wait."""
    if not event.node:
        if isinstance(event, Acquired):
            _begin_entry(run)
        elif run.state.phase == PENDING and run.state.status.get("message") != event.message:
            run.state.status["message"] = event.message
            run.touch_workflow()
        return
    node = run.state.nodes.get(event.node)
    if node is None or not node.active or not locks.is_waiting(run, node):
        return
    if isinstance(event, Acquired):
        locks.go_on(run, node)
    else:
        locks.denied(run, node, event.lock, event.message)


def _tell_owner(run: Run, node_id: str) -> None:
    """Let who waits for a node see that it runs: hooks may be due."""
    node = run.state.nodes.get(node_id)
    owner = run.state.nodes.get(node.owner) if node is not None else None
    if owner is None and run.state.spec.get("hooks"):
        _advance_workflow(run)
    elif node is not None and owner is not None:
        while owner.kind == RETRY and owner.owner in run.state.nodes:  # it is the step or task that has hooks
            node, owner = owner, run.state.nodes[owner.owner]
        HANDLERS[owner.kind].child_over(run, owner, node)


def _settle(run: Run) -> None:
    """Tell every node that waits for one that has ended, until nothing more follows."""
    state = run.state
    while True:
        while run.ended:
            child = state.nodes[run.ended.popleft()]
            owner = state.nodes.get(child.owner)
            if owner is None:
                _advance_workflow(run)
            else:
                HANDLERS[owner.kind].child_over(run, owner, child)
        if not state.blocked or not _has_room(state):
            return
        waiting, state.blocked = state.blocked, {}
        for node_id in waiting:
            _wake(run, node_id)
        if not run.ended and state.blocked.keys() == waiting.keys():
            return


def _has_room(state: State) -> bool:
    limit = state.spec.get("parallelism")
    if state.spec.get("suspend"):
        return False
    return limit is None or state.active_pods < int(limit)


def _wake(run: Run, node_id: str) -> None:
    node = run.state.nodes.get(node_id)
    if node is None:
        _advance_workflow(run)
    else:
        _wake_node(run, node)


def _wake_node(run: Run, node: Node) -> None:
    if locks.is_waiting(run, node):
        locks.wake(run, node)
    else:
        HANDLERS[node.kind].wake(run, node)


def _begin_workflow(run: Run) -> None:
    """Begin a run, or have it wait for its locks."""
    state = run.state
    try:
        globals_layer(state, run.now)
    except SubstitutionError as error:
        _end_workflow(run, FAILED, f"failed to set global parameters: {error}")
        return
    if not state.spec.get("synchronization"):
        _begin_entry(run)
        return
    state.status["phase"] = PENDING
    run.touch_workflow()
    scope = Scope(globals_layer(state, run.now))
    try:
        wanted = locks.locks_of(state.spec["synchronization"], state.namespace, state.objects, scope)
    except SubstitutionError as error:
        _end_workflow(run, FAILED, f"Failed to acquire the synchronization lock. {error}")
        return
    run.actions.append(Acquire("", wanted, int(state.spec.get("priority") or 0)))


def _begin_entry(run: Run) -> None:
    state = run.state
    state.status.pop("message", None)
    state.status["phase"] = RUNNING
    state.status["startedAt"] = format_rfc3339(run.now, fraction=True)
    state.status["finishedAt"] = None
    run.touch_workflow()
    if state.spec.get("workflowTemplateRef"):
        state.status["storedWorkflowTemplateSpec"] = state.spec
    if state.repository is not None:
        state.status["artifactRepositoryRef"] = state.repository.status
    if claims := state.own_claims():
        listed = [{"name": volume, "persistentVolumeClaim": {"claimName": claim}} for claim, volume in claims.items()]
        state.status["persistentVolumeClaims"] = listed
    forget_globals(state)
    _arm_deadline(run)
    _begin_entry_node(run)


def _begin_entry_node(run: Run) -> None:
    state = run.state
    holder = {"template": state.spec.get("entrypoint", "")}
    try:
        begin_root(run, state.name, holder, state.spec.get("arguments"))
    except (ExecutionError, SubstitutionError) as error:
        _end_workflow(run, ERROR, f"error in entry template execution: {error}")


def _arm_deadline(run: Run) -> None:
    limit = pods.workflow_deadline(run)
    if limit is not None:
        run.state.set_timer(limit, "")


def _advance_workflow(run: Run) -> None:
    """Look at what the workflow waits for: its entry node, then its exit handler."""
    state = run.state
    if state.final:
        return
    if (limit := pods.workflow_deadline(run)) is not None and limit <= run.now:
        for node in [item for item in state.nodes.values() if item.active and not item.call.get("onExit")]:
            if node.kind in (POD, HTTP, SUSPEND) or locks.is_waiting(run, node):
                _wake_node(run, node)
    entry = state.node(state.name)
    if entry is None and state.phase == RUNNING:
        _begin_entry_node(run)
    if _end_by_raised(run, entry, "error in entry template execution"):
        return
    if entry is None or (state.spec.get("hooks") and run_hooks(run, entry)) or not entry.fulfilled:
        return
    try:
        last = exit_node(run, entry)
    except (ExecutionError, SubstitutionError) as error:
        _end_workflow(run, ERROR, f"error in exit template execution : {error}")
        return
    if _end_by_raised(run, last, "error in exit template execution "):
        return
    if "" not in state.blocked and (last is None or last.fulfilled):
        _conclude(run, entry, last)


def _end_by_raised(run: Run, node: Node | None, what: str) -> bool:
    """End the run when its entry or exit template could not be run to its end."""
    error = run.raised.get(node.id) if node is not None else None
    if error is not None:
        _end_workflow(run, ERROR, f"{what}: {error}")
    return error is not None


def _conclude(run: Run, entry: Node, last: Node | None) -> None:
    phase, message = workflow_phase(entry), entry.message
    if entry.phase in UNSUCCESSFUL and run.state.shutdown:
        message = f"Stopped with strategy '{run.state.shutdown}'"
    if phase == SUCCEEDED:
        message = ""
        if last is not None and last.phase in UNSUCCESSFUL:
            phase, message = last.phase, last.message
    _end_workflow(run, phase, message)


def _time_to_live(strategy: dict[str, Any], phase: str) -> float | None:
    """Return for how many seconds a run is kept after its end, or None."""
    keys = {SUCCEEDED: "secondsAfterSuccess", FAILED: "secondsAfterFailure"}
    listed = [strategy.get("secondsAfterCompletion"), strategy.get(keys.get(phase, ""))]
    return min((float(item) for item in listed if item is not None), default=None)


def _end_workflow(run: Run, phase: str, message: str) -> None:
    state = run.state
    run.end_daemons(None)
    if state.spec.get("synchronization"):
        run.actions.append(Release(""))
    state.status["phase"] = phase
    if message:
        state.status["message"] = message
    state.status["finishedAt"] = format_rfc3339(run.now, fraction=True)
    expires = _time_to_live(state.spec.get("ttlStrategy") or {}, phase)
    if expires is not None:
        state.status["expires"] = run.now + expires
    run.touch_workflow()
    state.timers.clear()
    for node in [item for item in state.nodes.values() if item.active]:  # left by a template that ended early
        if node.kind in (POD, HTTP):
            run.kill(node)
        run.mark(node, FAILED, node.message or "ended with the workflow")


def _shut_down(run: Run, event: Shutdown) -> None:
    """End what runs, exit handlers apart when the strategy is `Stop`."""
    state = run.state
    if state.final:
        return
    if state.phase == PENDING:
        _end_workflow(run, FAILED, f"Stopped with strategy '{event.strategy}'")
    state.spec["shutdown"] = event.strategy
    run.touch_workflow()
    for node in [item for item in state.nodes.values() if item.active]:
        if node.call.get("onExit") and event.strategy == "Stop":
            continue
        if locks.is_waiting(run, node):
            locks.wake(run, node)
        elif node.kind in (POD, HTTP):
            pods.stop(run, node)
        elif node.kind == SUSPEND:
            suspend.stop(run, node)
    for node in [item for item in state.nodes.values() if item.active and item.kind not in (POD, HTTP, SUSPEND)]:
        _wake_node(run, node)
