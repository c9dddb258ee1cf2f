"""Laying one part of a manifest over another, as Kubernetes' strategic merge does."""

from typing import Any

_LISTS_BY_NAME = frozenset(
    {"parameters", "artifacts", "env", "volumes", "sidecars", "initContainers", "containers", "templates"}
)
_KEYS = {**dict.fromkeys(_LISTS_BY_NAME, "name"), "volumeMounts": "mountPath"}
DIRECTIVE = "$patch"


def merge(low: object, high: object, key: str = "") -> object:
    """Lay `high` over `low` as Kubernetes' strategic merge does: mappings by key, some lists by name."""
    if isinstance(low, dict) and isinstance(high, dict):
        if high.get(DIRECTIVE) == "replace":
            return {name: value for name, value in high.items() if name != DIRECTIVE}
        merged = {name: merge(low[name], high[name], name) if name in low else high[name] for name in high}
        return {**merged, **{name: low[name] for name in low if name not in high}}
    if isinstance(low, list) and isinstance(high, list) and key in _KEYS:
        return _lists(low, high, _KEYS[key])
    return high


def _lists(low: list[dict[str, Any]], high: list[dict[str, Any]], key: str) -> list[object]:
    """Merge lists of mappings by a key. The order is Kubernetes': that of `high`, and what it lacks where it was."""
    gone = {item.get(key) for item in high if item.get(DIRECTIVE) == "delete"}
    if any(item.get(DIRECTIVE) == "replace" for item in high):
        return [item for item in high if DIRECTIVE not in item]
    places = {item.get(key): index for index, item in enumerate(low)}
    top = [item for item in high if DIRECTIVE not in item]
    above = {item.get(key) for item in top} | gone
    kept = [item for item in low if item.get(key) not in above]
    merged: list[object] = []
    for item in top:
        place = places.get(item.get(key), -1)
        while kept and places[kept[0].get(key)] < place:
            merged.append(kept.pop(0))
        merged.append(merge(low[place], item) if place >= 0 else item)
    return merged + list(kept)
