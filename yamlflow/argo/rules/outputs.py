"""Outputs of templates: where their values come from."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.view import Template, View

_SOURCES = ("path", "parameter", "expression", "jsonPath", "jqFilter", "supplied", "configMapKeyRef", "event")
_FITTING = {
    "container": ("path",),
    "containerSet": ("path",),
    "script": ("path",),
    "resource": ("jsonPath", "jqFilter"),
    "steps": ("parameter", "expression"),
    "dag": ("parameter", "expression"),
}


def sources(view: View) -> Iterator[Finding]:
    """An output parameter has one source, of the kind that its template can have."""
    for template in view.all_templates:
        outputs = template.data.get("outputs") or {}
        for index, parameter in enumerate(outputs.get("parameters") or []):
            path = (*template.path, "outputs", "parameters", index)
            yield from _source(template, parameter, path)


def _source(template: Template, parameter: dict[str, Any], path: Path) -> Iterator[Finding]:
    title = f"output parameter `{parameter.get('name', '')}`"
    source = parameter.get("valueFrom")
    if source is None:
        if parameter.get("value") is None:
            yield Finding("missing-key", f"{title} needs a `valueFrom`", path)
        return
    if parameter.get("value") is not None:
        yield Finding("several-kinds", f"{title} has both `value` and `valueFrom`", (*path, "value"), key=True)
    given = [key for key in _SOURCES if key in source]
    fitting = next((keys for kind in template.kinds if (keys := _FITTING.get(kind))), None)
    if not given:
        yield Finding("missing-key", f"{title} has a `valueFrom` without a source", (*path, "valueFrom"))
    elif len(given) > 1:
        message = f"{title} has several sources: {', '.join(given)}"
        yield Finding("invalid-value", message, (*path, "valueFrom", given[1]), key=True)
    elif fitting and given[0] not in fitting:
        wanted = " or ".join(f"`{key}`" for key in fitting)
        message = f"{title} of a {template.kinds[0]} template needs {wanted}, not `{given[0]}`"
        yield Finding("invalid-value", message, (*path, "valueFrom", given[0]), key=True)
