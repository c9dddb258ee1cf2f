"""Arguments: what a template must be given."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.finding import Finding
from yamlflow.argo.view import Call, Template, View

_LOCATIONS = frozenset({"raw", "s3", "http", "git", "gcs", "oss", "azure", "hdfs", "artifactory", "plugin"})


def supplied(view: View) -> Iterator[Finding]:
    """Every input without a value of its own is given one."""
    for call in view.calls:
        template = _target(view, call)
        if template is None:
            continue
        arguments = call.data.get("arguments") or {}
        if call.kind == "hook" and not arguments.get("parameters") and not arguments.get("artifacts"):
            arguments = view.spec.get("arguments") or {}
        yield from _missing(call, template, arguments)


def _target(view: View, call: Call) -> Template | None:
    if call.data.get("inline"):
        return Template(call.data["inline"], (*call.path, "inline"))
    return view.by_name.get(call.data.get("template") or "")


def _missing(call: Call, template: Template, arguments: dict[str, Any]) -> Iterator[Finding]:
    inputs = template.data.get("inputs") or {}
    for key, is_given in (("parameters", _has_value), ("artifacts", _has_location)):
        given = {item.get("name") for item in arguments.get(key) or []}
        for item in inputs.get(key) or []:
            if item.get("name") and item["name"] not in given and not is_given(item):
                message = f"{call.title} does not give {key[:-1]} `{item['name']}` to {template.title}"
                yield Finding("missing-argument", message, call.path if call.kind == "hook" else (*call.path, "name"))


def _has_value(parameter: dict[str, Any]) -> bool:
    return any(parameter.get(key) is not None for key in ("value", "default", "valueFrom"))


def _has_location(artifact: dict[str, Any]) -> bool:
    return bool(artifact.get("optional")) or any(key in artifact for key in _LOCATIONS)
