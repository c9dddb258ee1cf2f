"""Templates that stand in other objects: finding them, and the spec of a workflow that takes all of one."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.merge import merge
from yamlflow.argo.view import Template, View, calls_in, hooks_of

Data = dict[str, Any]
Objects = Mapping[tuple[str, str], Data]

LOCAL = "local/"
_KINDS = {"namespaced": "WorkflowTemplate", "cluster": "ClusterWorkflowTemplate"}
_BY_NAME = ("parameters", "artifacts")


class Reached(NamedTuple):
    """A template of another object that a workflow runs."""

    key: str
    template: Data
    parent: tuple[str, str]


def scope_of(reference: Data) -> str:
    """Return the scope of a `templateRef`: `namespaced/NAME` or `cluster/NAME`."""
    return f"{'cluster' if reference.get('clusterScope') else 'namespaced'}/{reference.get('name', '')}"


def parent_of(scope: str) -> tuple[str, str]:
    """Return kind and name of the object that a scope means."""
    where, _, name = scope.partition("/")
    return _KINDS[where], name


def find_template(objects: Objects, scope: str, name: str) -> Data | None:
    """Return a template of another object, or None."""
    parent = objects.get(parent_of(scope))
    listed = (parent or {}).get("spec", {}).get("templates") or []
    return next((item for item in listed if item.get("name") == name), None)


def merged_spec(spec: Data, objects: Objects) -> Data:
    """Return a workflow's spec laid over that of the template that it takes, if it takes one that is there."""
    reference = spec.get("workflowTemplateRef")
    parent = objects.get(parent_of(scope_of(reference))) if reference else None
    if parent is None:
        return spec
    below: Data = parent.get("spec") or {}
    merged: Any = merge(below, spec)
    arguments = {key: _whole(spec, below, key) for key in _BY_NAME}
    merged["arguments"] = {key: listed for key, listed in arguments.items() if listed}
    return dict(merged)


def _whole(high: Data, low: Data, key: str) -> list[Data]:
    """Return arguments of both; one of the same name is taken whole from above."""
    above = (high.get("arguments") or {}).get(key) or []
    names = {item.get("name") for item in above}
    return [*above, *(item for item in (low.get("arguments") or {}).get(key) or [] if item.get("name") not in names)]


def reach(manifest: Data, objects: Objects) -> tuple[dict[tuple[str, str], Reached], list[Finding]]:
    """Return the templates of other objects that a manifest runs, by scope and name, and what is not there."""
    found: dict[tuple[str, str], Reached] = {}
    problems: list[Finding] = []
    view = View(manifest)
    queue: list[tuple[str, str, Path]] = []
    for call in view.calls:
        reference = call.data.get("templateRef") or {}
        if reference.get("name"):
            queue.append((scope_of(reference), str(reference.get("template") or ""), (*call.path, "templateRef")))
    while queue:
        scope, name, path = queue.pop()
        if (scope, name) in found or "{{" in scope + name:
            continue
        template = find_template(objects, scope, name)
        if template is None:
            problems.append(_missing(objects, scope, name, path))
            continue
        found[scope, name] = Reached(f"{scope}/{name}", template, parent_of(scope))
        queue += [(*item, path) for item in _called(template, scope)]
    return found, problems


def _called(template: Data, scope: str) -> Iterator[tuple[str, str]]:
    """Return what the steps, tasks and hooks of a template call, as scope and name."""
    for call in calls_in(Template(template, ())):
        for each in (call, *hooks_of(call)):
            reference = each.data.get("templateRef") or {}
            if reference.get("name"):
                yield scope_of(reference), str(reference.get("template") or "")
            elif each.data.get("inline"):
                yield from _called(each.data["inline"], scope)
            elif each.data.get("template"):
                yield scope, str(each.data["template"])


def _missing(objects: Objects, scope: str, name: str, path: Path) -> Finding:
    kind, owner = parent_of(scope)
    if (kind, owner) in objects:
        return Finding("unknown-object", f"{kind} `{owner}` has no template `{name}`", path)
    how = "bring it `--with` a file, or `yamlflow template create` it"
    return Finding("unknown-object", f"there is no {kind} `{owner}`: {how}", path)
