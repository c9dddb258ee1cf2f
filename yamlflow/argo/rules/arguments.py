"""Arguments: what a template must be given."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.view import Call, Template, View
from yamlflow.diagnostics.nearest import did_you_mean

_ARGUMENT_SOURCES = ("configMapKeyRef", "event", "supplied")
_OUTPUT_SOURCES = ("path", "jsonPath", "parameter", "expression")
_LOCATIONS = {
    "artifactory": ("url",),
    "azure": ("blob",),
    "gcs": ("key",),
    "git": ("repo",),
    "hdfs": ("path", "addresses"),
    "http": ("url",),
    "oss": ("key",),
    "plugin": ("key",),
    "s3": ("key",),
}
"""Where an artifact can come from, and what each must say: one of these. The rest may be the repository's."""


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


def values(view: View) -> Iterator[Finding]:
    """An argument has a value, from a source that arguments can have, and among those that it may have."""
    for call in view.calls:
        if call.kind in ("step", "task"):
            yield from _values(call.data.get("arguments") or {}, call.path, required=True)
    yield from _values(view.spec.get("arguments") or {}, view.spec_path, required=view.kind == "CronWorkflow")


def _values(arguments: dict[str, Any], path: Path, *, required: bool) -> Iterator[Finding]:
    for index, parameter in enumerate(arguments.get("parameters") or []):
        where = (*path, "arguments", "parameters", index)
        yield from _parameter(parameter, where, required=required)
    for index, artifact in enumerate(arguments.get("artifacts") or []):
        where = (*path, "arguments", "artifacts", index)
        if not artifact.get("from") and not artifact.get("fromExpression") and not _has_location(artifact):
            message = f"artifact `{artifact.get('name', '')}` needs a `from` or a location"
            kind = next((kind for kind in _LOCATIONS if kind in artifact), "")
            hint = f"`{kind}` needs `{_LOCATIONS[kind][0]}`" if kind else ""
            yield Finding("missing-key", message, where, hint)
        elif artifact.get("from") and artifact.get("fromExpression"):
            message = f"artifact `{artifact.get('name', '')}` has both `from` and `fromExpression`"
            yield Finding("several-kinds", message, (*where, "fromExpression"), key=True)


def _parameter(parameter: dict[str, Any], path: Path, *, required: bool) -> Iterator[Finding]:
    name, value, source = parameter.get("name", ""), parameter.get("value"), parameter.get("valueFrom")
    if value is None and source is None and required:
        yield Finding("missing-key", f"parameter `{name}` needs a `value`", path)
    if source is not None and not any(key in source for key in _ARGUMENT_SOURCES):
        message = f"an argument takes its value from {', '.join(f'`{key}`' for key in _ARGUMENT_SOURCES)} only"
        yield Finding("invalid-value", message, (*path, "valueFrom"))
    for key in _OUTPUT_SOURCES:
        if (source or {}).get(key):
            yield Finding("misplaced-key", f"`{key}` is for outputs", (*path, "valueFrom", key), key=True)
    options = parameter.get("enum")
    if options is None:
        return
    if not options:
        yield Finding("invalid-value", f"the `enum` of parameter `{name}` is empty", (*path, "enum"))
    elif value is not None and _text(value) not in map(_text, options):
        message = f"`{_text(value)}` is not in the `enum` of parameter `{name}`"
        yield Finding("invalid-value", message, (*path, "value"), did_you_mean(_text(value), map(_text, options)))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _has_value(parameter: dict[str, Any]) -> bool:
    return any(parameter.get(key) is not None for key in ("value", "default", "valueFrom"))


def _has_location(artifact: dict[str, Any]) -> bool:
    if artifact.get("optional") or artifact.get("raw") is not None:
        return True
    return any((artifact.get(kind) or {}).get(key) for kind, keys in _LOCATIONS.items() for key in keys)
