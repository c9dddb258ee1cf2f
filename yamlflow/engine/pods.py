"""Pods: how they begin, run, end and run out of time."""

import contextlib
from signal import SIGTERM
from typing import Any

from yamlflow.argo.durations import parse_duration
from yamlflow.argo.phases import ERROR, FAILED, PENDING, RUNNING, SUCCEEDED
from yamlflow.argo.progress import ANNOTATION, read_progress
from yamlflow.engine.events import OOM_KILLED, START_ERROR, Ended, Progressed, Ready, Start, Started, Waiting
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.node import HTTP, POD, Node
from yamlflow.engine.operator import Handler, no_child
from yamlflow.engine.outputs import export_globals
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.run import Call, Run, container_ids
from yamlflow.engine.scope import Scope, SubstitutionError, fill
from yamlflow.engine.templates import TemplateDict
from yamlflow.engine.variables import pod_layer

TOO_LONG = "Pod was active on the node longer than the specified deadline"
_EXECUTOR_FAILED = 64
_PENDING_LIMITS = ("timeout", "pendingTimeout")
_NOT_IN_TIME = "Step exceeded its deadline"


def start(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None, *, kind: str = POD) -> Node:
    """Make a pod node and ask for its program to be run."""
    node = run.create(call, kind, PENDING)
    node.inputs = inputs
    node.progress = _first_progress(run, node, template) if kind == POD else ""
    if template.get("name") and not call.holder.get("template") and not call.holder.get("templateRef"):
        node.call["inline"] = template
    if run.state.shutdown and not (call.on_exit and run.state.shutdown == "Stop"):
        run.mark(node, FAILED, f"workflow shutdown with strategy: {run.state.shutdown}")
        return node
    run.actions.append(Start(node.id))
    _set_timers(run, node, template)
    return node


def _first_progress(run: Run, node: Node, template: TemplateDict) -> str:
    """Return how far a pod is at its beginning, where an annotation says it."""
    holders = (template.get("metadata"), run.state.spec.get("podMetadata"))
    said = next((text for item in holders if item and (text := (item.get("annotations") or {}).get(ANNOTATION))), "")
    if not said:
        return ""
    with contextlib.suppress(SubstitutionError):
        said = fill(plain_text(said), pod_scope(run, node))
        return said if read_progress(said) else ""
    return ""


def _set_timers(run: Run, node: Node, template: TemplateDict) -> None:
    """Have a pending pod looked at when it has waited for too long."""
    for key in _PENDING_LIMITS:
        seconds = _seconds(run, node, template.get(key))
        if seconds is not None:
            run.state.set_timer(_since(node) + seconds, node.id)


def _since(node: Node) -> float:
    """Return when a pod began to wait for its program; one that is begun anew has all its time again."""
    return float(node.call.get("anew", node.started))


def started(run: Run, event: Started) -> None:
    """The program runs: note it, and until when it may."""
    node = run.state.nodes.get(event.node)
    if node is None or node.phase != PENDING:
        return
    node.host = event.host
    node.call["began"] = run.now
    run.mark(node, RUNNING, "")
    for container in [run.state.nodes[item] for item in container_ids(run.state, node)]:
        if container.active and not container.call.get("waits"):
            run.mark(container, RUNNING)
    deadline = _deadline(run, node)
    if deadline is not None:
        run.state.set_timer(deadline, node.id)


def waiting(run: Run, event: Waiting) -> None:
    """Note what a pod that has not begun waits for."""
    node = run.state.nodes.get(event.node)
    if node is not None and node.phase == PENDING:
        run.mark(node, PENDING, event.message)


def progressed(run: Run, event: Progressed) -> None:
    """Note what a program says of how far it is."""
    node = run.state.nodes.get(event.node)
    if node is not None and node.active:
        node.progress = event.progress
        run.touch(node)


def ready(run: Run, event: Ready) -> None:
    """The program of a daemon can be used: those who wait for it go on."""
    node = run.state.nodes.get(event.node)
    if node is not None and node.phase == RUNNING and not node.daemoned:
        node.ip = event.address
        run.daemonize(node)


def ended(run: Run, event: Ended) -> None:
    """The program is over: outputs, phase and message."""
    node = run.state.nodes.get(event.node)
    if node is None or not node.active:
        return
    _end_containers(run, node, event)
    outputs = dict(event.outputs or {})
    stopped = node.call.get("stopped", "")
    if event.exit_code is not None and not stopped:
        outputs["exitCode"] = str(event.exit_code)
    node.outputs = outputs or None
    export_globals(run, node.outputs)
    late = node.call.get("late", "")
    if stopped:
        run.mark(node, FAILED, stopped)
    elif template_of(run, node).get("daemon") and not event.error:
        # as Argo has it: a daemon must not end by itself, but one that fails is forgiven
        run.mark(node, SUCCEEDED if event.exit_code else FAILED, "")
    elif late and (event.exit_code is not None or event.containers):
        run.mark(node, FAILED, late)
    elif node.kind == HTTP and event.failure:
        run.mark(node, FAILED, event.failure)
    elif message := _failure(event, beside=False):
        run.mark(node, FAILED, message)
    elif event.error:
        run.mark(node, ERROR, event.error)
    elif message := _failure(event, beside=True):
        run.mark(node, FAILED, message)
    else:
        run.mark(node, SUCCEEDED, "")


_ENDED_BY_ENGINE = (137, 143)


def _failure(event: Ended, *, beside: bool) -> str:
    """Return what the first program that failed says, or ""; `beside` is whether those beside the main one count."""
    for name, code, failure in _programs(event):
        if not code or (name in event.beside and (not beside or code in _ENDED_BY_ENGINE)):
            continue
        return _failure_message(name, code, failure).removesuffix(": ")
    return ""


def _failure_message(name: str, code: int, failure: str) -> str:
    """Return what Argo says of a program that failed."""
    reason, _, text = failure.partition(": ")
    if reason not in (OOM_KILLED, START_ERROR):
        reason, text = "Error", failure
    return f"{name}: {reason} (exit code {code}): {text}"


def _programs(event: Ended) -> tuple[tuple[str, int, str], ...]:
    """Return the programs of a pod that have ended: name, exit code, failure."""
    return event.containers or (("main", event.exit_code or 0, event.failure),)


def _end_containers(run: Run, pod: Node, event: Ended) -> None:
    """Give the nodes of a pod's containers their phases."""
    if event.exit_code is None and not event.containers:
        return
    for name, code, failure in _programs(event):
        node = run.state.node(f"{pod.name}.{name}")
        if node is None or node.boundary != pod.id or not node.active:
            continue
        if code == 0:
            run.mark(node, SUCCEEDED)
        else:
            phase = ERROR if code == _EXECUTOR_FAILED else FAILED
            run.mark(node, phase, _failure_message(name, code, failure))


def stop(run: Run, node: Node) -> None:
    """End a pod because the run is shut down. A program that runs is waited for."""
    message = f"workflow shutdown with strategy:  {run.state.shutdown}"
    run.kill(node)
    if node.phase == PENDING:
        run.mark(node, FAILED, message)
    elif run.state.shutdown == "Stop":
        node.call["stopped"] = message
        run.touch(node)


def resume(run: Run, node: Node) -> None:
    """Go on with a pod whose engine was killed: begin it anew, unless it was to end."""
    over = node.call.get("late") or node.call.get("stopped") or run.state.shutdown == "Terminate"
    if node.phase == RUNNING and over:
        ended(run, Ended(node.id, 128 + SIGTERM))
        return
    run.actions.append(Start(node.id))
    node.call["anew"] = run.now
    node.call.pop("began", None)
    run.touch(node)
    _set_timers(run, node, template_of(run, node))
    if node.phase == RUNNING and (deadline := _deadline(run, node)) is not None:
        run.state.set_timer(deadline, node.id)


def _wake(run: Run, node: Node) -> None:
    """A time of a pod has come."""
    if not node.active:
        return
    if node.phase == PENDING:
        _wake_pending(run, node)
    elif (deadline := _deadline(run, node)) is not None and deadline <= run.now and not node.call.get("late"):
        node.call["late"] = TOO_LONG
        run.touch(node)
        run.kill(node)


def _wake_pending(run: Run, node: Node) -> None:
    template = template_of(run, node)
    for key in _PENDING_LIMITS:
        seconds = _seconds(run, node, template.get(key))
        if seconds is not None and _since(node) + seconds <= run.now:
            run.kill(node)
            run.mark(node, FAILED, "timeout")
            return
    limit = workflow_deadline(run)
    if limit is not None and limit <= run.now and not node.call.get("onExit"):
        run.kill(node)
        run.mark(node, FAILED, _NOT_IN_TIME)


def _deadline(run: Run, node: Node) -> float | None:
    """Return until when the program of a pod may run."""
    template = template_of(run, node)
    limits = [
        (node.call.get("began", _since(node)), _seconds(run, node, template.get("activeDeadlineSeconds"))),
        (_since(node), _seconds(run, node, template.get("timeout"))),
    ]
    times = [start + seconds for start, seconds in limits if seconds is not None]
    if "until" in node.call:
        times.append(node.call["until"])
    limit = workflow_deadline(run)
    if limit is not None and not node.call.get("onExit"):
        times.append(limit)
    return min(times, default=None)


def workflow_deadline(run: Run) -> float | None:
    """Return when the time of the whole run is up."""
    seconds = run.state.spec.get("activeDeadlineSeconds")
    return None if seconds is None else run.state.began + float(seconds)


def _seconds(run: Run, node: Node, value: object) -> float | None:
    if value is None or value == "":
        return None
    try:
        return parse_duration(fill(str(value), pod_scope(run, node)))
    except (ValueError, SubstitutionError):
        return None


def pod_scope(run: Run, node: Node) -> Scope:
    """Return what the texts of a pod's template may name."""
    return run.scope_of(node).with_layer(pod_layer(run.state, node))


HANDLERS = {POD: Handler(no_child, _wake), HTTP: Handler(no_child, _wake)}
