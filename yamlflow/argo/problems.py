"""What is wrong with a manifest: first its form, then the rules."""

import copy
from typing import Any

from yamlflow.argo.finding import Finding
from yamlflow.argo.form import check_form
from yamlflow.argo.rules import RULES
from yamlflow.argo.rules.arguments import unset
from yamlflow.argo.view import View


def find_problems(manifest: dict[str, Any]) -> list[Finding]:
    """Return what is wrong with a manifest. The rules are only asked when its structure is right."""
    found = list(check_form(manifest, str(manifest.get("kind") or "Workflow")))
    if not isinstance(manifest.get("spec"), dict):
        found.append(Finding("missing-key", "a manifest needs a `spec`", ()))
    wrong = [item for item in found if item.code != "unknown-key"]
    mended = _as_meant(manifest, wrong)
    if mended is None:
        return found
    view = View(mended)
    return found + [item for rule in RULES for item in rule(view)]


def _as_meant(manifest: dict[str, Any], wrong: list[Finding]) -> dict[str, Any] | None:
    """Return a manifest whose scalars of the wrong kind are texts or gone, None when more than scalars is wrong."""
    if not wrong:
        return manifest
    mended = copy.deepcopy(manifest)
    for item in wrong:
        holder: Any = mended
        for part in item.path[:-1]:
            holder = holder[part]
        value = holder[item.path[-1]] if item.path else None
        if value is None or isinstance(value, (dict, list)) or item.code != "wrong-kind":
            return None
        if item.wanted == "text":
            holder[item.path[-1]] = str(value)
        elif item.wanted and isinstance(holder, dict):
            del holder[item.path[-1]]
        else:
            return None
    return mended


def find_unset(manifest: dict[str, Any]) -> list[Finding]:
    """Return the parameters of a right manifest that have no value; it cannot run like that."""
    return list(unset(View(manifest)))
