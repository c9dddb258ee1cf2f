"""Parsing what any task may say: retry, timeout, resources, env, labels."""

import re

from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.expressions import split
from yamlflow.pipeline.durations import parse_duration
from yamlflow.pipeline.keys import KEYS, REQUIRED
from yamlflow.pipeline.model import Value
from yamlflow.pipeline.options import Options, Resources, Retry, Source
from yamlflow.pipeline.secrets import parse_key
from yamlflow.pipeline.shapes import TASK, parse_shaped, refuse_expression
from yamlflow.source import Mapping, Node, Scalar
from yamlflow.source.ambiguous import cut_by_comment, warn_of_text
from yamlflow.source.fields import Fields, as_mapping, as_text, place, wrong_kind

_POLICIES = ("Always", "OnFailure", "OnError", "OnTransientError")
_PULL = ("Always", "IfNotPresent", "Never")
_SHORT = {"cpu": "cpu", "memory": "memory"}
_WHOLE = 'write the whole value as one expression: `"${{ [inputs.a, inputs.b] }}"`'
_UNITS = (*(f"{unit}i" for unit in "KMGTPE"), *"mkMGTPE")
_GPU = "nvidia.com/gpu"
_DURATION = "write it as `90s`, `1h30m` or a number of seconds"
_QUANTITY = "write a number, or one with a unit: `500m`, `2Gi`"
_RESOURCES = ("cpu", "memory", "ephemeral-storage", "storage")
_NAMES = {
    "mem": "write `memory`",
    **dict.fromkeys(("gpu", "gpus"), f"write `{_GPU}`"),
    **dict.fromkeys(("cpus", "cores"), "write `cpu`"),
    "disk": "write `ephemeral-storage`",
}
_LOOSE = re.compile(r"(?i)([0-9.]+) *([kmgtp])i?b?")
_OF_RETRY = {
    "affinity": "argo: {retryStrategy: {affinity: ...}}",
    "retryPolicy": "policy",
    "attempts": "limit",
    "max_attempts": "limit",
    **dict.fromkeys(("duration", "factor", "maxDuration"), "backoff: {duration, factor, maxDuration}"),
}
"""Where else the keys belong that people give to `retry`."""


def fields(node: Mapping, sink: Sink, what: str, table: str, meant: dict[str, str] | None = None) -> Fields:
    """Return the fields of a mapping against one of the pipeline schema's tables."""
    return Fields(node, sink, what, KEYS[table], REQUIRED[table], meant)


def parse_value(node: Node, sink: Sink) -> Value:
    """Return a value; mistakes in the grammar of its expressions are reported at their place."""
    if not isinstance(node, Scalar) or "${{" not in node.value:
        if not isinstance(node, Scalar):
            _refuse_nested(node, sink)
        return Value(node, None)
    value = Value(node, split(node.value))
    for part in value.parts or ():
        for problem in getattr(part, "problems", ()):
            if problem.code == "unclosed-expression" and cut_by_comment(node, sink):
                continue
            sink.error(
                problem.code,
                problem.message,
                value.at(problem.start, max(problem.end, problem.start + 1)),
                problem.hint,
            )
    return value


def _refuse_nested(node: Node, sink: Sink) -> None:
    children = [entry.value for entry in node] if isinstance(node, Mapping) else getattr(node, "items", [])
    for child in children:
        if not isinstance(child, Scalar):
            _refuse_nested(child, sink)
        else:
            refuse_expression(child, "a list or a mapping", _WHOLE, sink)


def duration(node: Scalar | None, where: str, sink: Sink) -> int | None:
    """Return seconds, or None after reporting what is no duration."""
    if node is None:
        return None
    seconds = parse_duration(node.value)
    if seconds is None or seconds == 0:
        hint = "it must be known before the run" if "${{" in node.value else _DURATION
        sink.error("invalid-value", f"{where} is no duration: `{node.value}`", node.span, hint)
        return None
    return seconds


def _retry_hint(node: Node | None) -> str:
    number = node.value if isinstance(node, Scalar) and isinstance(node.data(), int) else "3"
    return f"write `{{limit: {number}}}`"


def parse_retry(owner: Fields) -> Retry | None:
    """Parse `retry`."""
    node = owner.mapping("retry", "a mapping {limit, policy, expression, backoff}", _retry_hint(owner.get("retry")))
    if node is None:
        return None
    what = f"`retry` of {owner.what}"
    retry = fields(node, owner.sink, what, "retry", _OF_RETRY)
    policy = retry.choice("policy", _POLICIES)
    limit = retry.integer("limit")
    condition = retry.text("expression", "a condition on `lastRetry`")
    head = limit, policy.value if policy else "", condition.value if condition else ""
    backoff_node = retry.mapping("backoff", "a mapping {duration, factor, maxDuration}")
    if backoff_node is None:
        return Retry(*head, None, None, None)
    backoff = fields(backoff_node, owner.sink, f"`backoff` of {what}", "backoff")
    return Retry(
        *head,
        duration(backoff.text("duration"), f"`duration` of {what}", owner.sink),
        backoff.integer("factor", 1),
        duration(backoff.text("maxDuration"), f"`maxDuration` of {what}", owner.sink),
    )


def _resources_hint(node: Node | None) -> str:
    return "" if isinstance(node, Scalar) and node.value[:1].isdigit() else "write `{memory: 1Gi, cpu: 500m}`"


def parse_resources(owner: Fields) -> Resources | None:
    """Parse `resources`: `cpu` and `memory` are request and limit alike, `gpu` is a limit."""
    node = owner.mapping("resources", "a mapping {memory, cpu, gpu, ...}", _resources_hint(owner.get("resources")))
    if node is None:
        return None
    found = fields(node, owner.sink, f"`resources` of {owner.what}", "resources")
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}
    for key, resource in _SHORT.items():
        text = found.text(key)
        if text is not None:
            requests[resource] = limits[resource] = checked_quantity(text, owner.sink)
    gpu = found.text("gpu")
    if gpu is not None:
        limits[_GPU] = _gpus(gpu, owner.sink)
    for key, named in (("requests", requests), ("limits", limits)):
        texts = found.texts(key, numbers=True)
        _check_resource_names(found.get(key), owner.sink)
        named.update({name: checked_quantity(text, owner.sink) for name, text in texts.items()})
    return Resources(requests, limits)


def _check_resource_names(node: Node | None, sink: Sink) -> None:
    """Report names without a domain that Kubernetes does not know."""
    for entry in node if isinstance(node, Mapping) else ():
        name = entry.key.value
        if "/" not in name and name not in _RESOURCES and not name.startswith("hugepages-"):
            hint = _NAMES.get(name) or did_you_mean(name, _RESOURCES)
            sink.error("unknown-key", f"Kubernetes knows no resource `{name}`", entry.key.span, hint)


def _gpus(node: Scalar, sink: Sink) -> str:
    """Return how many GPUs are asked for; there are no parts of one."""
    count = node.data()
    if isinstance(count, float) and not count.is_integer():
        sink.error("invalid-value", f"`{node.value}` is no whole number of GPUs", place(node))
        return node.value
    return checked_quantity(node, sink)


def checked_quantity(node: Scalar, sink: Sink) -> str:
    """Return a quantity of Kubernetes as it is written; what is none is reported."""
    number = node.data()
    if isinstance(number, str | bool) or number is None or number < 0:
        digits = node.value.removesuffix(next((unit for unit in _UNITS if node.value.endswith(unit)), ""))
        if not digits.isascii() or not digits.replace(".", "0", 1).isdigit() or not (digits[0] + digits[-1]).isdigit():
            message = f"`{node.value}` is no quantity"
            sink.error("invalid-value", message, place(node), _quantity_hint(node.value))
    return node.value


def _quantity_hint(text: str) -> str:
    if "${{" in text:
        return "it must be known before the run"
    found = _LOOSE.fullmatch(text)
    return f"write `{found[1]}{found[2].upper()}i`" if found else _QUANTITY


def parse_env(owner: Fields) -> dict[str, Value | Source]:
    """Parse `env`: text, or a reference to a secret, a config map or a field of the pod."""
    found: dict[str, Value | Source] = {}
    for entry in owner.entries("env", "a mapping of variables to text"):
        name, node = entry.key.value, entry.value
        if not name.replace("_", "a").isalnum() or not name.isascii() or name[0].isdigit():
            owner.sink.error(
                "invalid-name",
                f"`{name}` cannot be the name of an environment variable",
                entry.key.span,
                "use A-Z, 0-9 and _",
            )
        elif isinstance(node, Mapping):
            source = parse_source(node, f"`{name}` in `env` of {owner.what}", owner.sink, "env", name)
            if source is not None:
                found[name] = source
        elif isinstance(node, Scalar):
            warn_of_text(node, owner.sink)
            found[name] = parse_value(node, owner.sink)
        else:
            wrong_kind(owner.sink, node, "text or a reference", f"`{name}` in `env` of {owner.what}")
    return found


def parse_source(node: Mapping, what: str, sink: Sink, table: str, name: str) -> Source | None:
    """Parse where the text of that name comes from; `table` names the kinds that are known there."""
    form = fields(node, sink, what, table, {"value": f"{name}: VALUE"})
    if form.has_unknown:
        return None
    if len(node.entries) != 1:
        known = ", ".join(f"`{kind}`" for kind in KEYS[table])
        sink.error("wrong-kind", f"{what}: expected one of {known}", place(node))
        return None
    if form.get(next(iter(node.entries))) is None:
        wrong_kind(sink, node, "one of `secret`, `configMap`, `field` with a value", what)
        return None
    path = form.text("field")
    if path is not None:
        return Source("field", path.value, "")
    for kind in ("secret", "configMap"):
        inner = as_mapping(
            form.get(kind), f"`{kind}` of {what}", sink, "a mapping {name, key}", "write `{name: NAME, key: KEY}`"
        )
        if inner is not None:
            return parse_key(inner, f"`{kind}` of {what}", sink, kind)
    return None


def parse_options(owner: Fields) -> Options:
    """Parse the options that every task kind shares."""
    options = Options()
    options.description = _plain(owner, "description")
    options.retry = parse_retry(owner)
    options.timeout = duration(
        owner.text("timeout", "a duration, such as `1h30m`"), f"`timeout` of {owner.what}", owner.sink
    )
    options.resources = parse_resources(owner)
    options.workdir = _plain(owner, "workdir")
    options.service_account = _plain(owner, "serviceAccount")
    options.labels = {name: text.value for name, text in owner.texts("labels").items()}
    options.annotations = {name: text.value for name, text in owner.texts("annotations").items()}
    options.node_selector = {name: text.value for name, text in owner.texts("nodeSelector").items()}
    pull = owner.choice("imagePullPolicy", _PULL)
    options.image_pull_policy = pull.value if pull else ""
    options.shaped = parse_shaped(owner, TASK)
    return options


def _plain(owner: Fields, key: str) -> str:
    node = owner.text(key)
    return node.value if node is not None else ""


def names(nodes: list[Node], where: str, sink: Sink) -> list[Scalar]:
    """Return a list of names; other items are reported."""
    found = [as_text(node, where, sink, "the name of a task") for node in nodes]
    return [node for node in found if node is not None]
