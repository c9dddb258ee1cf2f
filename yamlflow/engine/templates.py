"""Finding the template that a step, a task or a hook means, with the workflow's defaults merged in."""

from collections.abc import Mapping
from typing import Any, cast

from yamlflow.argo.merge import merge
from yamlflow.argo.templaterefs import LOCAL, find_template, parent_of, scope_of
from yamlflow.argo.view import TEMPLATE_KINDS

TemplateDict = dict[str, Any]


class TemplateNotFoundError(Exception):
    """No template of that name."""


def kind_of(template: TemplateDict) -> str:
    """Return which kind of template it is, or ""."""
    return next((kind for kind in TEMPLATE_KINDS if template.get(kind) is not None), "")


class Templates:
    """The templates that a run can reach."""

    def __init__(self, spec: dict[str, Any], objects: Mapping[tuple[str, str], dict[str, Any]]) -> None:
        self._objects = objects
        self._defaults: TemplateDict = spec.get("templateDefaults") or {}
        self._by_name: dict[str, TemplateDict] = {item.get("name", ""): item for item in spec.get("templates") or []}
        self._merged: dict[tuple[str, str], TemplateDict] = {}

    def resolve(self, holder: dict[str, Any], scope: str) -> tuple[TemplateDict, str]:
        """Return the template that a step, task or hook means, and the scope in which its own names count."""
        inline = holder.get("inline")
        if inline:
            return self._with_defaults(inline), scope
        reference = holder.get("templateRef")
        within = scope_of(reference) if reference else scope
        name = (reference or holder).get("template") or ""
        key = (within, name) if reference or not within.startswith(LOCAL) else (LOCAL, name)
        if key not in self._merged:
            self._merged[key] = self._with_defaults(self._find(within, name, reference))
        return self._merged[key], within

    def _find(self, within: str, name: str, reference: dict[str, Any] | None) -> TemplateDict:
        if within.startswith(LOCAL):
            if name not in self._by_name:
                raise TemplateNotFoundError(f"template {name} not found")
            return self._by_name[name]
        found = find_template(self._objects, within, name)
        if found is None:
            parent = parent_of(within)
            if reference and parent not in self._objects:
                raise TemplateNotFoundError(f"workflow template {parent[1]} not found")
            inside = f" in workflow template {parent[1]}" if reference else ""
            raise TemplateNotFoundError(f"template {name} not found{inside}")
        return found

    def _with_defaults(self, template: TemplateDict) -> TemplateDict:
        if not self._defaults:
            return template
        kind = kind_of(template)
        defaults = {key: value for key, value in self._defaults.items() if key not in TEMPLATE_KINDS or key == kind}
        return cast(TemplateDict, merge(defaults, template))
