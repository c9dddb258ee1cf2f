"""What the user should know about how a run is done on this machine."""

from collections.abc import Iterator
from typing import Any

from yamlflow.engine.limits import limits_of
from yamlflow.engine.runners.cgroups import Cgroups

_NO_SANDBOX = (
    "no sandbox: bubblewrap does not work here, so tasks see your files, and their paths are moved to others; "
    "`--runner container` runs them in containers, `--no-sandbox` says that this is meant"
)
_NO_CGROUPS = (
    "no cgroups can be had here: a limit of memory holds for each process of a task, and is no `OOMKilled`; "
    "limits of cpu are not in force"
)


def notices(spec: dict[str, Any], options: dict[str, Any], *, sandboxed: bool, cgroups: Cgroups | None) -> list[str]:
    """Return it line by line."""
    found = []
    if not options.get("containers"):
        if options.get("sandbox", True) and not sandboxed:
            found.append(_NO_SANDBOX)
        used = {str(item["image"]) for item in _containers(spec) if item.get("image")}
        if used:
            found.append(f"images are not used; the programs of this machine run instead of {', '.join(sorted(used))}")
        if cgroups is not None and not cgroups.works:
            found.append(_NO_CGROUPS)
    if options.get("leftOut"):
        found.append(f"not in force on this machine: {', '.join(options['leftOut'])}")
    return found


def has_limits(spec: dict[str, Any]) -> bool:
    """Whether a container of a run has limits."""
    return any(limits_of(item) for item in _containers(spec))


def _containers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for template in [*(spec.get("templates") or []), spec.get("templateDefaults") or {}]:
        yield from (template[kind] for kind in ("container", "script") if template.get(kind))
        yield from (template.get("containerSet") or {}).get("containers") or []
        for key in ("initContainers", "sidecars"):
            yield from template.get(key) or []
