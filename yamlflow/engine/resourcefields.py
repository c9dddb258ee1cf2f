"""What a container may ask of its own resources, as Kubernetes' `resourceFieldRef` answers it."""

import os
from collections.abc import Mapping
from typing import Any

from yamlflow.argo.quantities import PARTS, quantity


def resource_value(container: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    """Return a limit or request of a container, in units of `divisor`, rounded up; ValueError when there is no such.

    Without a limit it is what the machine has; without a request it is the limit that is written.
    """
    kind, _, name = str(reference.get("resource") or "").partition(".")
    if kind not in ("limits", "requests") or not name:
        raise ValueError(f"unsupported container resource: {reference.get('resource') or ''}")
    declared = container.get("resources") or {}
    written = [(declared.get(key) or {}).get(name) for key in (kind, "limits")]
    found = next((quantity(str(item)) for item in written if item is not None), None)
    if found is None:
        found = _of_machine(name) * PARTS if kind == "limits" else 0
    divisor = quantity(str(reference.get("divisor") or "1")) or PARTS
    return str(-(-found // divisor))


def _of_machine(name: str) -> int:
    if name == "cpu":
        return os.cpu_count() or 1
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if name == "memory" else 0
