"""What tasks have used: seconds of processor and memory by what they asked for, as Argo estimates it."""

from collections.abc import Iterable, Iterator
from typing import Any

from yamlflow.argo.durations import parse_rfc3339
from yamlflow.argo.phases import FINAL
from yamlflow.argo.quantities import PARTS, quantity
from yamlflow.engine.node import POD
from yamlflow.engine.templates import TemplateDict, kind_of

Amounts = dict[str, int]
_DEFAULTS = {"cpu": "100m", "memory": "100Mi"}
_UNITS = {"memory": 100 * 1024 * 1024 * PARTS}
_MINUTE = len("2026-01-02T03:04:")


def add_usage(nodes: list[dict[str, Any]], templates: Iterable[TemplateDict]) -> Amounts:
    """Give every node what it and all that comes after it has used; return what the workflow has.

    `nodes` are in the order in which they were made. The pods below a node are the bits of a number, and the seconds
    are added up by their own bits, which keeps this linear for long chains and wide loops.
    """
    asked = {str(item.get("name")): dict(_asked(item)) for item in templates}
    pods = [(node, used) for node in nodes if (used := _used(node, asked)) is not None]
    if not pods:
        return {}
    bits = {node["id"]: 1 << index for index, (node, _) in enumerate(pods)}
    planes = {
        name: _planes([used.get(name, 0) for _, used in pods]) for name in {key for _, used in pods for key in used}
    }
    below: dict[str, int] = {}
    for node in reversed(nodes):
        found = bits.get(node["id"], 0)
        for child in node.get("children", ()):
            found |= below.get(child, 0)
        below[node["id"]] = found
        if found and (node["type"] != POD or node["id"] in bits):
            own = bits.get(node["id"], 0) or found
            node["resourcesDuration"] = _sums(planes, own)
    return _sums(planes, (1 << len(pods)) - 1)


def _planes(values: list[int]) -> list[int]:
    """Return for each binary digit the set of the values that have it."""
    planes = [0] * max(value.bit_length() for value in values)
    for index, value in enumerate(values):
        for digit in range(value.bit_length()):
            planes[digit] |= (value >> digit & 1) << index
    return planes


def _sums(planes: dict[str, list[int]], chosen: int) -> Amounts:
    return {
        name: sum((plane & chosen).bit_count() << digit for digit, plane in enumerate(digits))
        for name, digits in sorted(planes.items())
    }


def _used(node: dict[str, Any], asked: dict[str, Amounts]) -> Amounts | None:
    """Return what a pod has used; None when no program of it has ended."""
    if node["type"] != POD or node["phase"] not in FINAL or "exitCode" not in (node.get("outputs") or {}):
        return None
    seconds = _seconds(node["startedAt"], node["finishedAt"])
    name = str((node.get("templateRef") or {}).get("template") or node.get("templateName") or "")
    amounts = asked.get(name) or dict(_asked({}))
    return {key: amount * seconds // _UNITS.get(key, PARTS) for key, amount in amounts.items()}


def _seconds(start: str, end: str) -> int:
    if start[:_MINUTE] == end[:_MINUTE]:
        return int(float(end[_MINUTE:-1]) - float(start[_MINUTE:-1]))
    return int(parse_rfc3339(end) - parse_rfc3339(start))


def _asked(template: TemplateDict) -> Iterator[tuple[str, int]]:
    """Return what a template asks for, in parts."""
    main = template.get(kind_of(template)) or {}
    container = main if isinstance(main, dict) else {}
    resources = container.get("resources") or {}
    texts = {**_DEFAULTS, **(resources.get("limits") or {}), **(resources.get("requests") or {})}
    for name, text in texts.items():
        amount = quantity(str(text))
        if amount is not None:
            yield name, amount
