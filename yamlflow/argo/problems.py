"""What is wrong with a manifest: first its form, then the rules."""

from typing import Any

from yamlflow.argo.finding import Finding
from yamlflow.argo.form import check_form
from yamlflow.argo.rules import RULES
from yamlflow.argo.rules.arguments import unset
from yamlflow.argo.view import View


def find_problems(manifest: dict[str, Any]) -> list[Finding]:
    """Return what is wrong with a manifest. The rules are only asked when its form is right."""
    found = list(check_form(manifest, str(manifest.get("kind") or "Workflow")))
    if not isinstance(manifest.get("spec"), dict):
        found.append(Finding("missing-key", "a manifest needs a `spec`", ()))
    if any(item.code != "unknown-key" for item in found):
        return found
    view = View(manifest)
    return found + [item for rule in RULES for item in rule(view)]


def find_unset(manifest: dict[str, Any]) -> list[Finding]:
    """Return the parameters of a right manifest that have no value; it cannot run like that."""
    return list(unset(View(manifest)))
