"""Arguments: what a template must be given."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.view import Call, Template, View

_LOCATIONS = frozenset({"raw", "s3", "http", "git", "gcs", "oss", "azure", "hdfs", "artifactory", "plugin"})


def supplied(view: View) -> Iterator[Finding]:
    """Every input without a value of its own is given one."""
    entry = Call({**view.spec, "template": view.spec.get("entrypoint")}, view.spec_path, "entrypoint", None)
    runs = view.kind in ("Workflow", "CronWorkflow")
    for call in (*([entry] if runs else []), *view.calls):
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
                yield Finding("missing-argument", message, _place(call))


def _place(call: Call) -> Path:
    """Return what to point at: the name of a step or task, the hook, or the workflow's entrypoint."""
    if call.kind == "hook":
        return call.path
    return (*call.path, "entrypoint" if call.kind == "entrypoint" else "name")


def unset(view: View) -> Iterator[Finding]:
    """A parameter of a workflow that is to run has a value. This is no rule: it may come with the command."""
    for index, parameter in enumerate((view.spec.get("arguments") or {}).get("parameters") or []):
        if parameter.get("value") is None and parameter.get("valueFrom") is None:
            path = (*view.spec_path, "arguments", "parameters", index)
            yield Finding("missing-parameter", f"parameter `{parameter.get('name', '')}` has no value", path)


def _has_value(parameter: dict[str, Any]) -> bool:
    return any(parameter.get(key) is not None for key in ("value", "default", "valueFrom"))


def _has_location(artifact: dict[str, Any]) -> bool:
    return bool(artifact.get("optional")) or any(key in artifact for key in _LOCATIONS)
