"""Patches: what a user writes for Argo as it is, merged into what we render."""

from typing import Any

from yamlflow.pipeline.defaults import ITEM_NAMES
from yamlflow.pipeline.shapes import Shaped


def merged(base: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with a patch merged in, as Kubernetes' strategic merge does.

    Mappings merge key by key; null takes a key away; lists whose items have names (or mount paths) merge by them, the
    new ones at the end; all other lists and values are replaced.
    """
    result = dict(base)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        elif isinstance(value, list) and isinstance(result.get(key), list):
            result[key] = _lists(result[key], value)
        else:
            result[key] = value
    return result


def patched(base: dict[str, Any], shaped: Shaped) -> dict[str, Any]:
    """Return a template or spec with the option `argo` merged in, if there is one."""
    patch = shaped["argo"].data() if "argo" in shaped else None
    return merged(base, patch) if isinstance(patch, dict) else base


def _lists(base: list[Any], patch: list[Any]) -> list[Any]:
    name = next(
        (name for name in ITEM_NAMES if all(isinstance(item, dict) and name in item for item in (*base, *patch))), ""
    )
    if not name:
        return patch
    changes = {item[name]: item for item in patch}
    kept = [merged(item, changes.pop(item[name])) if item[name] in changes else item for item in base]
    return kept + list(changes.values())
