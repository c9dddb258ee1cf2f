"""Finding the template that a step, a task or a hook means, with the workflow's defaults merged in."""

from typing import Any, cast

TemplateDict = dict[str, Any]

KINDS = (
    "container",
    "containerSet",
    "steps",
    "dag",
    "script",
    "resource",
    "data",
    "suspend",
    "http",
    "plugin",
)
"""Kinds of templates; where a template has several, the first one counts."""

POD_KINDS = frozenset({"container", "containerSet", "script", "resource", "data"})


class TemplateNotFoundError(Exception):
    """No template of that name."""


def kind_of(template: TemplateDict) -> str:
    """Return which kind of template it is, or ""."""
    return next((kind for kind in KINDS if template.get(kind) is not None), "")


class Templates:
    """The templates that a run can reach."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._defaults: TemplateDict = spec.get("templateDefaults") or {}
        self._by_name: dict[str, TemplateDict] = {item.get("name", ""): item for item in spec.get("templates") or []}
        self._merged: dict[str, TemplateDict] = {}

    def resolve(self, holder: dict[str, Any], scope: str) -> tuple[TemplateDict, str]:
        """Return the template that a step, task or hook means, and the scope in which its own names count."""
        inline = holder.get("inline")
        if inline:
            return self._with_defaults(inline), scope
        name = holder.get("template") or ""
        if name not in self._by_name:
            raise TemplateNotFoundError(f"template reference {name} not found")
        if name not in self._merged:
            self._merged[name] = self._with_defaults(self._by_name[name])
        return self._merged[name], scope

    def _with_defaults(self, template: TemplateDict) -> TemplateDict:
        if not self._defaults:
            return template
        kind = kind_of(template)
        defaults = {key: value for key, value in self._defaults.items() if key not in KINDS or key == kind}
        return cast(TemplateDict, _merge(defaults, template))


_LISTS_BY_NAME = frozenset({"parameters", "artifacts", "env", "volumes", "sidecars", "initContainers", "containers"})


def _merge(low: object, high: object, key: str = "") -> object:
    """Lay `high` over `low` as Kubernetes' strategic merge does: mappings by key, some lists by name."""
    if isinstance(low, dict) and isinstance(high, dict):
        merged = {name: _merge(low[name], high[name], name) if name in low else high[name] for name in high}
        return {**merged, **{name: low[name] for name in low if name not in high}}
    if isinstance(low, list) and isinstance(high, list) and key in _LISTS_BY_NAME:
        names = {item.get("name"): item for item in low}
        top = [_merge(names[item.get("name")], item) if item.get("name") in names else item for item in high]
        above = {item.get("name") for item in high}
        return top + [item for item in low if item.get("name") not in above]
    return high
