"""The variables of a node, and of the steps and tasks before it."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from yamlflow.argo.durations import format_rfc3339
from yamlflow.argo.ids import pod_name
from yamlflow.engine.gojson import dumps, plain_text
from yamlflow.engine.node import RETRY, Node
from yamlflow.engine.scope import MISSING, Layer, nest
from yamlflow.engine.state import State


def locals_layer(state: State, node: Node) -> Layer:
    """Return the variables that name a node itself, and which attempt it is."""
    flat: dict[str, Any] = {"node.name": node.name}
    if place := node.call.get("place"):
        flat[f"{place}.name"] = node.call.get("holder", "")
    owner = state.nodes.get(node.owner) if node.retried else None
    if owner is not None and owner.kind == RETRY:
        flat |= {"node.name": owner.name, **retry_variables(state, owner, node)}
    return Layer(flat)


def pod_layer(state: State, node: Node) -> Layer:
    """Return the variables of a pod: its name."""
    return Layer({"pod.name": pod_name(state.name, node.name, node.template_name)})


def retry_variables(state: State, retry: Node, attempt: Node) -> dict[str, Any]:
    """Return what the template of an attempt may know of the attempt before."""
    attempts = [state.nodes[item] for item in retry.children if state.nodes[item].retried]
    index = attempts.index(attempt) if attempt in attempts else len(attempts)
    flat = {"retries": str(index), "lastRetry.exitCode": "0", "lastRetry.duration": "0"}
    flat |= {"lastRetry.status": "", "lastRetry.message": ""}
    if index:
        flat |= last_retry(attempts[index - 1], "0")
    return flat


def last_retry(attempt: Node, no_exit_code: str) -> dict[str, Any]:
    """Return the variables of a finished attempt."""
    finished = attempt.started if attempt.finished is None else attempt.finished
    return {
        "lastRetry.exitCode": (attempt.outputs or {}).get("exitCode", no_exit_code),
        "lastRetry.status": attempt.phase,
        "lastRetry.duration": str(int(finished) - int(attempt.started)),
        "lastRetry.message": attempt.message,
    }


def result_of(state: State, node: Node) -> Node:
    """Return the node whose outputs count: of a Retry node its last attempt."""
    if node.kind == RETRY:
        for child in reversed(node.children):
            if not state.nodes[child].hooked:
                return state.nodes[child]
    return node


def node_variables(state: State, prefix: str, node: Node) -> dict[str, Any]:
    """Return what others may know of a step or task: `prefix` is `steps.NAME` or `tasks.NAME`."""
    node = result_of(state, node)
    flat: dict[str, Any] = {f"{prefix}.id": node.id, f"{prefix}.startedAt": format_rfc3339(node.started)}
    if node.finished is not None:
        flat[f"{prefix}.finishedAt"] = format_rfc3339(node.finished)
    if node.phase:
        flat[f"{prefix}.status"] = node.phase
    if node.host:
        flat[f"{prefix}.hostNodeName"] = node.host
    if node.ip:
        flat[f"{prefix}.ip"] = node.ip
    return flat | output_variables(prefix, node.outputs)


def output_variables(prefix: str, outputs: dict[str, Any] | None) -> dict[str, Any]:
    """Return the variables of a node's outputs."""
    flat: dict[str, Any] = {}
    if not outputs:
        return flat
    if "result" in outputs:
        flat[f"{prefix}.outputs.result"] = outputs["result"]
    if "exitCode" in outputs:
        flat[f"{prefix}.exitCode"] = outputs["exitCode"]
    for parameter in outputs.get("parameters") or []:
        if "value" in parameter:
            flat[f"{prefix}.outputs.parameters.{parameter['name']}"] = parameter["value"]
    for artifact in outputs.get("artifacts") or []:
        flat[f"{prefix}.outputs.artifacts.{artifact['name']}"] = artifact
    return flat


def skipped_variables(prefix: str, template: dict[str, Any], *, artifacts: bool) -> dict[str, Any]:
    """Return the outputs of a step or task that was skipped: their defaults, or absent."""
    flat: dict[str, Any] = {}
    outputs = template.get("outputs") or {}
    for parameter in outputs.get("parameters") or []:
        default = (parameter.get("valueFrom") or {}).get("default")
        value = None if default is None else plain_text(default)
        flat[f"{prefix}.outputs.parameters.{parameter['name']}"] = value
    if artifacts:
        flat |= {f"{prefix}.outputs.artifacts.{item['name']}": {} for item in outputs.get("artifacts") or []}
    return flat


def aggregate_variables(prefix: str, children: Iterable[Node]) -> dict[str, Any]:
    """Return the outputs of a loop: JSON lists in the order of the items. ValueError when a result is no JSON."""
    parameters: list[dict[str, str]] = []
    by_name: dict[str, list[str]] = {}
    results: list[Any] = []
    for child in children:
        outputs = child.outputs
        if child.phase != "Succeeded" or not outputs:
            continue
        values = {item["name"]: item.get("value", "") for item in outputs.get("parameters") or []}
        if values:
            parameters.append(values)
            for name, value in values.items():
                by_name.setdefault(name, []).append(value)
        if "result" in outputs:
            results.append(_raw_json(outputs["result"]))
    flat = {f"{prefix}.outputs.result": "[" + ",".join(results) + "]"}
    flat[f"{prefix}.outputs.parameters"] = "[" + ",".join(dumps(item, sort=True) for item in parameters) + "]"
    flat |= {f"{prefix}.outputs.parameters.{name}": _json_list(values) for name, values in by_name.items()}
    return flat


def _raw_json(text: str) -> str:
    """Return JSON text without blanks between its signs."""
    from yamlflow.engine.gojson import loads

    return dumps(loads(text))


def _json_list(values: list[str]) -> str:
    """Return a list of texts, or of what they hold when all of them are JSON objects or lists."""
    try:
        inner = [json.loads(value) for value in values]
    except ValueError:
        inner = []
    if inner and all(isinstance(item, (dict, list)) for item in inner):
        return json.dumps(inner, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return dumps(values)


class NodesLayer:
    """The steps or tasks that a text may name; each is looked up when it is named."""

    __slots__ = ("_flat", "_known", "_look_up", "_root")

    def __init__(self, root: str, known: Callable[[], Iterable[str]], look_up: Callable[[str], dict[str, Any]]) -> None:
        self._root = root
        self._known = known
        self._look_up = look_up
        self._flat: dict[str, dict[str, Any]] = {}

    def _of(self, name: str) -> dict[str, Any]:
        if name not in self._flat:
            self._flat[name] = self._look_up(name)
        return self._flat[name]

    def get(self, name: str) -> object:
        """Return the value of a dotted name, or MISSING."""
        root, _, rest = name.partition(".")
        if root != self._root or not rest:
            return MISSING
        return self._of(rest.partition(".")[0]).get(name, MISSING)

    def tree(self, root: str, names: Iterable[str] | None) -> object:
        """Return what an expression sees of the named steps or tasks, or of all."""
        if root != self._root:
            return MISSING
        known = set(self._known())
        wanted = known if names is None else known.intersection(names)
        return {name: nest(self._of(name)).get(root, {}).get(name, {}) for name in sorted(wanted)}
