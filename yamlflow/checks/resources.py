"""Resources that Kubernetes refuses: what is no quantity, and more asked for than allowed."""

from collections.abc import Iterator

from yamlflow.argo.quantities import quantity, quantity_hint
from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.source import Mapping, Scalar
from yamlflow.source.fields import place


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each wrong quantity, and each request above its limit."""
    for owner in (pipeline.node.get("defaults"), *(task.node for task in all_tasks(pipeline))):
        resources = owner.get("resources") if isinstance(owner, Mapping) else None
        if isinstance(resources, Mapping):
            yield from _resources(resources)


def _resources(node: Mapping) -> Iterator[Diagnostic]:
    short = _scalars(node, ("cpu", "memory"))
    requests = short | _scalars(node.get("requests"))
    limits = short | _scalars(node.get("limits"))
    gpu = _scalars(node, ("gpu",))
    seen: set[int] = set()
    for text in (*requests.values(), *limits.values(), *gpu.values()):
        if text.span.start not in seen and quantity(text.value) is None and "{{" not in text.value:
            yield Diagnostic(
                "invalid-value", "error", f"`{text.value}` is no quantity", place(text), quantity_hint(text.value)
            )
        seen.add(text.span.start)
    for name, asked in requests.items():
        most = limits.get(name)
        low, high = quantity(asked.value), quantity(most.value) if most is not None else None
        if most is not None and low is not None and high is not None and low > high:
            message = f"the request of {name} is above its limit, {most.value}"
            yield Diagnostic("request-above-limit", "error", message, place(asked), f"at most `{most.value}`")


def _scalars(node: object, keys: tuple[str, ...] = ()) -> dict[str, Scalar]:
    if not isinstance(node, Mapping):
        return {}
    return {
        entry.key.value: entry.value
        for entry in node
        if isinstance(entry.value, Scalar) and (not keys or entry.key.value in keys)
    }
