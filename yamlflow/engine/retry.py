"""Retries: a Retry node and its attempts."""

from typing import Any

from yamlflow.argo.durations import parse_duration
from yamlflow.argo.ids import node_id
from yamlflow.argo.phases import ERROR, FAILED, RUNNING, SUCCEEDED, UNSUCCESSFUL
from yamlflow.engine.execute import begin, retry_strategy
from yamlflow.engine.expression import holds
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.node import RETRY, Node
from yamlflow.engine.operator import Handler
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.pods import workflow_deadline
from yamlflow.engine.run import Call, ExecutionError, Run, holder_of
from yamlflow.engine.scope import Layer, SubstitutionError, fill_data
from yamlflow.engine.templates import TemplateDict
from yamlflow.engine.variables import last_retry

Strategy = dict[str, Any]


def start(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None) -> Node:
    """Make a Retry node and its first attempt."""
    del template
    node = run.create(call, RETRY, RUNNING)
    node.inputs = inputs
    if node.hooked:  # Argo's hooks and their attempts share one flag
        node.flag = {"hooked": True, "retried": True}
    _attempt(run, node)
    return node


def _attempts(run: Run, node: Node) -> list[Node]:
    nodes = run.state.nodes
    attempts = [nodes[child] for child in node.children if nodes[child].retried]
    return [item for item in attempts if "hookOf" not in item.call]


def _attempt(run: Run, node: Node, until: float | None = None) -> None:
    """Start the next attempt, or wait until there is room."""
    name = f"{node.name}({len(_attempts(run, node))})"
    inputs = node.inputs or {}
    arguments = {"parameters": inputs.get("parameters") or [], "artifacts": inputs.get("artifacts") or []}
    call = Call(name, holder_of(node), arguments, node.id, node.boundary, node.scope, node.call.get("place", ""))
    call = call._replace(retried=True, hooked=node.hooked, on_exit=bool(node.call.get("onExit")))
    try:
        child = begin(run, call)
    except ExecutionError as error:
        child = run.state.node(name)
        run.raised[node_id(run.state.name, name)] = str(error)
    if child is None:
        run.state.blocked[node.id] = None
        return
    if until is not None:
        child.call["until"] = until
    if node.memo and not child.memo:
        child.memo = {**node.memo, "hit": False}
    run.link(node, child.id)


def _child_over(run: Run, node: Node, child: Node) -> None:
    error = run.raised.pop(child.id, "")
    if error and child.retried and node.active and not _forgives_errors(run, node):
        run.fail(node, ExecutionError(error))
        return
    _go_on(run, node)


def _forgives_errors(run: Run, node: Node) -> bool:
    """Whether what could not be run at all is tried again."""
    strategy = retry_strategy(run, template_of(run, node)) or {}
    return _policy(strategy) in ("Always", "OnError", "OnTransientError")


def _go_on(run: Run, node: Node) -> None:
    """Decide what follows when the last attempt is over."""
    if not node.active:
        return
    attempts = _attempts(run, node)
    if not attempts:
        _attempt(run, node)
        return
    last = attempts[-1]
    if not last.fulfilled:
        return
    if last.daemoned:
        node.ip = last.ip
        if not node.daemoned:
            run.daemonize(node)
        return
    if last.phase not in UNSUCCESSFUL:
        node.outputs = last.outputs
        run.mark(node, SUCCEEDED, "")
        return
    node.outputs = last.outputs
    try:
        _decide(run, node, attempts)
    except (SubstitutionError, ValueError) as error:
        run.fail(node, error)


def _decide(run: Run, node: Node, attempts: list[Node]) -> None:
    last = attempts[-1]
    strategy = _strategy(run, node)
    ending = _ended_by_run(run)
    until = None
    if not ending and strategy.get("backoff"):
        ending, wait, until = _back_off(run, strategy, attempts)
        if wait is not None:
            run.state.set_timer(wait[0], node.id)
            run.mark(node, RUNNING, f"Backoff for {_humanize(wait[1])}")
            return
        if not ending and node.message:
            run.mark(node, RUNNING, "")
    if not ending and not _policy_covers(strategy, last):
        run.mark(node, last.phase, last.message)
        return
    ending = ending or _given_up(run, node, strategy, attempts)
    if ending:
        run.mark(node, last.phase, ending)
    else:
        _attempt(run, node, until)


def _strategy(run: Run, node: Node) -> Strategy:
    strategy = retry_strategy(run, template_of(run, node)) or {}
    filled: Strategy = fill_data(strategy, run.scope_of(node))
    return filled


def _ended_by_run(run: Run) -> str:
    if run.state.shutdown:
        return f"Stopped with strategy '{run.state.shutdown}'"
    limit = workflow_deadline(run)
    if limit is not None and run.now >= limit:
        from yamlflow.argo.durations import format_go

        return f"retry exceeded workflow deadline {format_go(limit)}"
    return ""


def _back_off(
    run: Run, strategy: Strategy, attempts: list[Node]
) -> tuple[str, tuple[float, float] | None, float | None]:
    """Return why it is over, or the time to wait for and how long that is, or until when attempts may run."""
    backoff = strategy["backoff"]
    until = None
    if backoff.get("maxDuration"):
        until = attempts[0].started + parse_duration(str(backoff["maxDuration"]))
        if run.now > until:
            return "Max duration limit exceeded", None, None
    if not backoff.get("duration"):
        raise ValueError("no base duration specified for retryStrategy")
    seconds = parse_duration(str(backoff["duration"]))
    factor = int(plain_text(backoff.get("factor")) or 0)
    if factor > 0:
        seconds *= float(factor) ** (len(attempts) - 1)
    if backoff.get("cap"):
        seconds = min(seconds, parse_duration(str(backoff["cap"])))
    at = (attempts[-1].finished or run.now) + seconds
    if until is not None and at > until:
        return "Backoff would exceed max duration limit", None, None
    limit = strategy.get("limit")
    if run.now < at and limit is not None and len(attempts) <= int(plain_text(limit) or 0):
        return "", (at, seconds), None
    return "", None, until


_UNITS = ((31536000, "year"), (2592000, "month"), (604800, "week"), (86400, "day"), (3600, "hour"), (60, "minute"))


def _humanize(seconds: float) -> str:
    """Return a duration as Argo's messages have it: `10 seconds`, `1 minute 0 seconds`, `2 days 3 hours`."""
    whole = int(seconds)
    size, name = next((unit for unit in _UNITS if whole >= unit[0]), (1, "second"))
    text = f"{whole // size} {name}{'' if whole // size == 1 else 's'}"
    if size == 1:
        return text
    size, name = {"minute": (1, "seconds"), "hour": (60, "minutes")}.get(name, (3600, "hours"))
    return f"{text} {whole // size % (24 if size == 3600 else 60)} {name}"


_TRANSIENT = (
    *("unexpected error when reading response body", "stream error when reading response body"),
    *("Connection closed by foreign host", "net/http: TLS handshake timeout", "i/o timeout", "connection timed out"),
    *("connection reset by peer", "http2: client connection lost", "http2: server sent GOAWAY and closed"),
    *("request did not complete within requested timeout", "connect: connection refused", "invalid connection"),
    *("etcdserver: leader changed", "etcdserver: request timed out", "etcdserver: too many requests"),
    *("client rate limiter Wait returned an error", "upper: no more rows in"),
)


def _policy(strategy: Strategy) -> str:
    return str(strategy.get("retryPolicy") or ("Always" if strategy.get("expression") else "OnFailure"))


def _policy_covers(strategy: Strategy, last: Node) -> bool:
    policy = _policy(strategy)
    if policy == "OnTransientError":
        return any(text in last.message for text in _TRANSIENT)
    covered = {"Always": (FAILED, ERROR), "OnError": (ERROR,), "OnFailure": (FAILED,)}.get(policy)
    if covered is None:
        raise ValueError(f"{policy} is not a valid RetryPolicy")
    return last.phase in covered


def _given_up(run: Run, node: Node, strategy: Strategy, attempts: list[Node]) -> str:
    limit = strategy.get("limit")
    if limit is not None and len(attempts) > int(plain_text(limit) or 0):
        return "No more retries left"
    if strategy.get("expression"):
        known = Layer({"retries": str(len(attempts) - 1), **last_retry(attempts[-1], "-1")})
        if not holds(strategy["expression"], run.scope_of(node).with_layer(known)):
            return "retryStrategy.expression evaluated to false"
    return ""


HANDLERS = {RETRY: Handler(_child_over, _go_on)}
