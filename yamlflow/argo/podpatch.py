"""Patches of the specs of pods (`podSpecPatch`): what they say, and what of that is in force without a cluster."""

import re
from collections.abc import Container, Iterator
from typing import Any

from yamlflow.argo.merge import DIRECTIVE

Patch = dict[str, Any]

FIELD = "podSpecPatch"
LISTS = ("containers", "initContainers")
VOLUMES = frozenset(("emptyDir", "persistentVolumeClaim", "configMap", "secret", "projected", "downwardAPI"))
_SECURITY = "securityContext"
_OF_PODS = frozenset((*LISTS, "volumes", "terminationGracePeriodSeconds"))
_OF_CONTAINERS = frozenset(
    (
        *("name", "env", "envFrom", "image", "imagePullPolicy", "command", "args", "workingDir", "resources"),
        "volumeMounts",
    )
)
_FORMS = {
    **dict.fromkeys(LISTS, "[Container]"),
    "volumes": "[Volume]",
    _SECURITY: "PodSecurityContext",
    "terminationGracePeriodSeconds": "int",
}
_UNKNOWN = "0"
_TAG = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def read_patch(text: str) -> Patch:
    """Return what a patch says, in YAML or JSON; ValueError when it is none."""
    from yamlflow.argo.form import check_value
    from yamlflow.argo.goyaml import go_data
    from yamlflow.diagnostics import Sink, SourceText
    from yamlflow.source import read_source

    if text.strip().startswith("{"):
        import json

        data = json.loads(text)
    else:
        sink = Sink()
        node = read_source(SourceText(FIELD, text), sink)
        if sink.failed:
            raise ValueError(sink.sorted()[0].message)
        data = None if node is None else go_data(node)
    patch = {} if data is None else data
    if not isinstance(patch, dict):
        raise ValueError("the patch is no mapping")
    for key, form in _FORMS.items():
        if wrong := [item.message for item in check_value(patch.get(key), form, (key,)) if item.code != "unknown-key"]:
            raise ValueError(wrong[0])
    return patch


def foreseen(text: object) -> Patch | None:
    """Return what a patch will say, as far as its tags let it be known; None when they do not."""
    try:
        return read_patch(_TAG.sub(_UNKNOWN, str(text or "")))
    except ValueError:
        return None


def refusals(patch: Patch) -> Iterator[str]:
    """Say what of a patch cannot be had: volumes that need a cluster, and what lets a task change this machine."""
    for volume in patch.get("volumes") or ():
        for kind in volume.keys() - VOLUMES - {"name", DIRECTIVE, _UNKNOWN}:
            if volume[kind] is not None:
                yield f"the local engine does not support `{kind}` in a `{FIELD}`"
    for _, container in _containers(patch):
        if (container.get(_SECURITY) or {}).get("privileged"):
            yield f"the local engine does not support `privileged` in a `{FIELD}`"


def not_in_force(text: object, names: Container[str], also: Container[str]) -> Iterator[str]:
    """Yield the names of what is left out of a patch for pods whose containers have these names.

    `also` are fields that are in force beside those that always are.
    """
    patch = foreseen(text)
    if patch is None:
        if _TAG.search(str(text)):
            yield f"{FIELD} apart from its containers and volumes"
        return
    yield from (f"{FIELD}.{key}" for key in patch if key not in _OF_PODS and key not in also)
    for key, container in _containers(patch):
        name = str(container.get("name") or "")
        if name not in names or DIRECTIVE in container:
            yield f"{FIELD}.{key}[{name}]"
            continue
        unknown = (item for item in container if item not in _OF_CONTAINERS and item not in also)
        yield from (f"{FIELD}.{key}.{item}" for item in unknown)


def limits_in(patch: Patch | None) -> Iterator[str]:
    """Yield the names of the resources that a patch limits."""
    for _, container in _containers(patch or {}):
        yield from (container.get("resources") or {}).get("limits") or {}


def _containers(patch: Patch) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((key, item) for key in LISTS for item in patch.get(key) or ())


def names_in(spec: dict[str, Any]) -> frozenset[str]:
    """Return the names of the containers of all templates of a workflow."""
    found = {"main"}
    for template in (*(spec.get("templates") or ()), spec.get("templateDefaults") or {}):
        listed = [template.get("initContainers"), template.get("sidecars")]
        listed.append((template.get("containerSet") or {}).get("containers"))
        found |= {str(item.get("name") or "") for items in listed for item in items or ()}
    return frozenset(found)
