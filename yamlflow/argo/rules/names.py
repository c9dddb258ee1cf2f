"""Names: given, well formed, unique."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.ids import is_dns_subdomain
from yamlflow.argo.tags import filled
from yamlflow.argo.view import View, calls_in

_TEMPLATE = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
_PARAMETER = re.compile(r"[-a-zA-Z0-9_]+")
_LONGEST = {"CronWorkflow": 52}


def workflow_name(view: View) -> Iterator[Finding]:
    """A workflow has a name or the beginning of one, as Kubernetes takes it."""
    metadata = view.manifest.get("metadata") or {}
    key = "name" if metadata.get("name") else "generateName"
    name = metadata.get(key)
    if not name:
        if view.kind != "Workflow":
            yield Finding("missing-key", "`metadata` needs a `name`", ("metadata",))
        return
    limit = _LONGEST.get(view.kind, 63)
    whole = f"{name}x" if key == "generateName" else name
    if key == "name" and len(name) > limit:
        yield Finding("invalid-name", f"`{name}` is longer than {limit} characters", ("metadata", key))
    elif not is_dns_subdomain(whole):
        reason = "use small letters, digits and `-`, a letter or digit at both ends"
        yield Finding("invalid-name", f"`{name}` is no name for a {view.kind}", ("metadata", key), reason)


def template_names(view: View) -> Iterator[Finding]:
    """Templates have names of their own."""
    yield from _named([(item.data, item.path) for item in view.templates], "template", _TEMPLATE)


def call_names(view: View) -> Iterator[Finding]:
    """Steps and tasks have names of their own."""
    for template in view.all_templates:
        calls = list(calls_in(template))
        yield from _named([(call.data, call.path) for call in calls], calls[0].kind if calls else "", _TEMPLATE)


def parameter_names(view: View) -> Iterator[Finding]:
    """Parameters and artifacts have names of their own."""
    holders = [(view.spec.get("arguments"), (*view.spec_path, "arguments"))]
    for template in view.all_templates:
        holders += [(template.data.get(key), (*template.path, key)) for key in ("inputs", "outputs")]
    holders += [(call.data.get("arguments"), (*call.path, "arguments")) for call in view.calls]
    for holder, path in holders:
        for key in ("parameters", "artifacts"):
            listed = [(item, (*path, key, index)) for index, item in enumerate((holder or {}).get(key) or [])]
            yield from _named(listed, key[:-1], _PARAMETER)


def global_names(view: View) -> Iterator[Finding]:
    """The names under which all of a run knows an output are names too."""
    for template in view.all_templates:
        for key in ("parameters", "artifacts"):
            for index, item in enumerate((template.data.get("outputs") or {}).get(key) or []):
                name = item.get("globalName")
                if name and not _PARAMETER.fullmatch(filled(name)):
                    path = (*template.path, "outputs", key, index, "globalName")
                    yield Finding("invalid-name", f"`{name}` is no `globalName`", path, "use letters, digits, `-`, `_`")


def _named(items: Iterable[tuple[dict[str, Any], Path]], what: str, form: re.Pattern[str]) -> Iterator[Finding]:
    known: dict[str, Path] = {}
    for item, path in items:
        name = item.get("name")
        if not name:
            yield Finding("missing-key", f"a {what} needs a `name`", path)
        elif name in known:
            first = ((known[name], "the first one"),)
            yield Finding("duplicate-name", f"there are two {what}s named `{name}`", (*path, "name"), related=first)
        elif not form.fullmatch(filled(name)) or len(name) > 128:
            allowed = (
                "letters, digits and `-`, a letter or digit first" if form is _TEMPLATE else "letters, digits, `-`, `_`"
            )
            yield Finding("invalid-name", f"`{name}` is no name for a {what}", (*path, "name"), f"use {allowed}")
        else:
            known[name] = (*path, "name")


def is_template_name(name: str) -> bool:
    """Whether a text can name a template, a step, or a container of a set."""
    return _TEMPLATE.fullmatch(filled(name)) is not None
