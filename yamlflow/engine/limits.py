"""What a container may use of the machine."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from yamlflow.argo.quantities import PARTS, quantity


class Limits(NamedTuple):
    """Bytes of memory and numbers of processors; 0 is no limit."""

    memory: int = 0
    cpus: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.memory or self.cpus)


NO_LIMITS = Limits()


def limits_of(container: Mapping[str, Any]) -> Limits:
    """Return the limits that a container declares."""
    resources = container.get("resources")
    limits = resources.get("limits") if resources else None
    if not limits:
        return NO_LIMITS
    memory, cpus = (quantity(str(limits.get(name) or "")) or 0 for name in ("memory", "cpu"))
    return Limits(memory // PARTS, cpus / PARTS)
