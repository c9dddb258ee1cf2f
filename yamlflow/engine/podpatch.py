"""The spec of a pod with the patches of its workflow and its template, as far as it is known here."""

from typing import Any

from yamlflow.argo.merge import DIRECTIVE
from yamlflow.argo.podpatch import FIELD, LISTS, read_patch, refusals
from yamlflow.engine.resources.patches import patched
from yamlflow.engine.scope import Scope, SubstitutionError, fill

_UNREADABLE = "Error applying PodSpecPatch"
_UNFILLED = "Failed to substitute the PodSpecPatch variables"


def patched_pod(pod: dict[str, Any], holders: tuple[dict[str, Any], ...], scope: Scope) -> dict[str, Any]:
    """Return a pod's spec with the patches of those that hold some; SubstitutionError, in Argo's words."""
    for text in (str(holder[FIELD]) for holder in holders if holder.get(FIELD)):
        try:
            patch = read_patch(_filled(text, scope))
        except ValueError as error:
            raise SubstitutionError(_UNREADABLE) from error
        for reason in refusals(patch):
            raise SubstitutionError(reason)
        known = {key: {item["name"] for item in pod[key]} for key in LISTS}
        kept = {key: [item for item in patch[key] if _is_known(item, known[key])] for key in LISTS if patch.get(key)}
        pod = patched(pod, {**patch, **kept}, "strategic")
    return pod


def _filled(text: str, scope: Scope) -> str:
    try:
        return fill(text, scope)
    except SubstitutionError as error:
        raise SubstitutionError(_UNFILLED) from error


def _is_known(container: dict[str, Any], names: set[str]) -> bool:
    """Whether a container is one of the pod's own that stays: others, such as `wait`, are of Argo."""
    return container.get("name") in names and DIRECTIVE not in container
