"""Laying one part of a manifest over another, as Kubernetes' strategic merge does."""

_LISTS_BY_NAME = frozenset(
    {"parameters", "artifacts", "env", "volumes", "sidecars", "initContainers", "containers", "templates"}
)


def merge(low: object, high: object, key: str = "") -> object:
    """Lay `high` over `low` as Kubernetes' strategic merge does: mappings by key, some lists by name."""
    if isinstance(low, dict) and isinstance(high, dict):
        merged = {name: merge(low[name], high[name], name) if name in low else high[name] for name in high}
        return {**merged, **{name: low[name] for name in low if name not in high}}
    if isinstance(low, list) and isinstance(high, list) and key in _LISTS_BY_NAME:
        names = {item.get("name"): item for item in low}
        top = [merge(names[item.get("name")], item) if item.get("name") in names else item for item in high]
        above = {item.get("name") for item in high}
        return top + [item for item in low if item.get("name") not in above]
    return high
