"""Templates that are no dag and no steps: a table of their kinds."""

from collections.abc import Callable

from yamlflow.app.importing.kept import made_or_kept
from yamlflow.app.importing.kubeflow import component_of, component_outputs, component_task
from yamlflow.app.importing.names import MOST, slug
from yamlflow.app.importing.options import merge_argo, template_options
from yamlflow.app.importing.others import http, resource, suspend
from yamlflow.app.importing.programs import component_settings, container, script
from yamlflow.app.importing.scope import Scope, filled
from yamlflow.app.importing.sets import container_set
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import UnknownTagError
from yamlflow.argo.view import Data, Template

_KINDS: dict[str, Callable[[Import, Template, Scope, str], Data]] = {
    "container": container,
    "script": script,
    "containerSet": container_set,
    "suspend": suspend,
    "resource": resource,
    "http": http,
}
FLOWS = ("dag", "steps")


def leaf(found: Import, template: Template, scope: Scope, result: str) -> Data:
    """Return the task of a template; `result` is the output for what it prints, or ""."""
    names = outputs_of(template)
    return made_or_kept(found, template, scope, names, result, lambda: _leaf(found, template, scope, result))


def _leaf(found: Import, template: Template, scope: Scope, result: str) -> Data:
    make = _KINDS.get(template.kind)
    if make is None:
        found.refuse(template.path, f"a template of kind `{template.kind}` cannot be imported")
        return {}
    spec = component_of(template)
    try:
        if spec is not None and not result:
            task = component_task(found, template, spec, scope)
            component_settings(found, template, scope, task)
        else:
            task = make(found, template, scope, result)
        if task:
            _destinations(template, scope, task)
    except UnknownTagError as error:
        found.refuse_tag((*template.path, template.kind), error)
        return {}
    if task:
        template_options(found, template, scope, task)
    if "container" in task and template.kind in ("container", "script"):
        found.programs.append((slug(template.name or "program", MOST), task))
    return task


def _destinations(template: Template, scope: Scope, task: Data) -> None:
    """Write where the outputs go, and by which names all of the run knows them."""
    outputs, names = template.data.get("outputs") or {}, outputs_of(template)
    for item in outputs.get("artifacts") or []:
        said = {key: value for key, value in item.items() if key not in ("name", "path", "description")}
        name = names.get(f"artifacts.{item['name']}")
        if said and name:
            task.setdefault("artifacts", {})[name] = filled(said, scope.names)
    known = [item for item in outputs.get("parameters") or [] if item.get("globalName")]
    if known:
        merge_argo(task, {"outputs": {"parameters": known}})


def outputs_of(template: Template) -> dict[str, str]:
    """Return what a template hands out, by `outputs.` names of Argo, as the names of a pipeline."""
    spec = component_of(template)
    if spec is not None:
        return component_outputs(template, spec)
    outputs = template.data.get("outputs") or {}
    found = {
        f"{kind}.{item['name']}": str(item["name"])
        for kind in ("parameters", "artifacts")
        for item in outputs.get(kind) or []
    }
    if template.kind == "http":
        found["result"] = "body"
    elif template.kind not in FLOWS:
        found["result"] = "result" if "result" not in found.values() else "printed"
    return found
