"""Templates that a pipeline has no words for: they stay as Argo has them, below `argo`."""

from collections.abc import Callable, Iterator
from typing import Any

from yamlflow.app.importing.scope import Scope
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import UnknownTagError, argument
from yamlflow.argo.finding import Path
from yamlflow.argo.view import Data, Template, calls_in, hooks_of
from yamlflow.diagnostics import Diagnostic

_ANY_IMAGE = "alpine:3.20"
_FLOWS = ("dag", "steps")
_CALLS = {"template", "onExit"}
_ELSEWHERE = {"arguments", "inputs", "templateRef", "withItems"}
_SIDES = ("parameters", "artifacts")


def made_or_kept(
    found: Import, template: Template, scope: Scope, outputs: dict[str, str], result: str, make: Callable[[], Data]
) -> Data:
    """Return the task that `make` gives; if it reports errors, one that holds the template in Argo's words.

    `outputs` are the names that a pipeline has for what the template hands out, `result` the one of what it prints.
    """
    made, reasons = found.attempt(make)
    if not reasons:
        return made
    made, errors = found.attempt(lambda: _kept(found, template, scope, outputs, result))
    if errors:
        for reason in reasons:
            found.sink.add(reason)
        return {}
    found.say_kept(template.path, template.title, reasons[0])
    return made


def keep_hook(found: Import, hook: Data, template: Template | None, path: Path, reason: Diagnostic) -> None:
    """Keep a hook of the workflow, and what it runs, in Argo's words."""
    if template is not None and template.name:
        _keep(found, template)
        found.kept_calls.append(hook)
    found.say_kept(path, "the hook", reason)


def loosen(name: str, task: Data, loops: str) -> None:
    """Take the type of text away from outputs, of a task with a template in Argo's words, that the `loops` use."""
    if (task.get("argo") or {}).get("container", "") is None and name in loops:
        for item in task.get("outputs") or []:
            item.pop("type", None)


def kept_templates(found: Import, taken: set[str]) -> list[Data]:
    """Return the templates that tasks call by name, under names that are not taken."""
    new = {name: f"argo-{name}" for name in found.kept if any(_clash(name, other) for other in taken)}
    for step in found.kept_calls:
        for key in _CALLS & step.keys():
            step[key] = new.get(step[key], step[key])
        if "inline" in step:
            step["inline"] = _renamed(step["inline"], new)
    return [_renamed({**found.templates[name].data, "name": name}, new) for name in found.kept]


def _clash(name: str, other: str) -> bool:
    """Whether a rendered template may have the name: a task's, with or without the groups around it."""
    return name == other or name.endswith(f"-{other}") or name.startswith(f"{other}-")


def _renamed(template: Data, new: dict[str, str]) -> Data:
    """Return a template with other names for some templates, its own and those that it calls."""

    def walk(value: Any, key: str = "") -> Any:  # noqa: ANN401 - parts of manifests
        if isinstance(value, dict):
            return {name: item if name in _ELSEWHERE else walk(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        return new.get(value, value) if key in _CALLS else value

    flow = {kind: walk(template[kind]) for kind in _FLOWS if template.get(kind)}
    name = template.get("name")
    return {**template, **({"name": new.get(name, name)} if name else {}), **flow}


def _kept(found: Import, template: Template, scope: Scope, outputs: dict[str, str], result: str) -> Data:
    found.tasks += 1
    named = _inputs(template, scope)
    try:
        arguments = {name: argument(scope.inputs[f"{side}.{name}"]) for name, side in named.items()}
    except UnknownTagError as error:
        found.refuse_tag(template.path, error)
        return {}
    handed = sorted({name for source, name in outputs.items() if source != "result" or result})
    program = [{"inputValue" if side == "parameters" else "inputPath": name} for name, side in named.items()]
    task: Data = {"inputs": [{"name": name} for name in named], "arguments": arguments}
    args = [*program, *({"outputPath": name} for name in handed)]
    task["container"] = {"image": _ANY_IMAGE, **({"args": args} if args else {})}
    texts = {name for source, name in outputs.items() if not source.startswith("artifacts.")}
    task["outputs"] = [{"name": name, **({"type": "String"} if name in texts else {})} for name in handed]
    whole = template.kind not in (*_FLOWS, "container") and not result
    own = _own(template, named) if whole else _wrapped(found, template, named, result and outputs["result"])
    return {key: value for key, value in task.items() if value} | {"argo": {"container": None, **own}}


def _inputs(template: Template, scope: Scope) -> dict[str, str]:
    """Return the inputs that are given, each with what it is."""
    declared = template.data.get("inputs") or {}
    listed = ((str(item["name"]), side) for side in _SIDES for item in declared.get(side) or [])
    return {name: side for name, side in listed if f"{side}.{name}" in scope.inputs}


def _own(template: Template, named: dict[str, str]) -> Data:
    """Return the template as the patch of a template with these inputs."""
    body = {key: value for key, value in template.data.items() if key not in ("name", "outputs") and value is not None}
    files = [item for item in (body.get("inputs") or {}).get("artifacts") or [] if named.get(item["name"])]
    body["inputs"] = {"artifacts": [{key: item[key] for key in item if key in _FILE} for item in files]}
    outputs = template.data.get("outputs") or {}
    body["outputs"] = {
        "parameters": [
            {**item, "valueFrom": {"path": None, **(item.get("valueFrom") or {})}}
            for item in outputs.get("parameters") or []
        ],
        "artifacts": outputs.get("artifacts") or [],
    }
    return _filled(body)


_FILE = ("name", "path", "mode", "recurseMode", "archive", "optional")


def _filled(body: Data) -> Data:
    """Return a patch without what is empty."""
    for side in ("inputs", "outputs"):
        kinds = {key: value for key, value in body.pop(side).items() if value}
        body |= {side: kinds} if kinds else {}
    return body


def _wrapped(found: Import, template: Template, named: dict[str, str], result: str) -> Data:
    """Return steps, as a patch, whose only one runs the template."""
    name = template.name or "main"
    step: Data = {"name": name}
    if template.kind in _FLOWS and template.name:
        _keep(found, template)
        step["template"] = template.name
    else:
        step["inline"] = {key: value for key, value in template.data.items() if key != "name"}
        for called in _reached(found, template):
            _keep(found, called)
    found.kept_calls.append(step)
    given = {
        "parameters": [_given(key, "value", side) for key, side in named.items() if side == "parameters"],
        "artifacts": [_given(key, "from", side) for key, side in named.items() if side == "artifacts"],
    }
    step["arguments"] = {side: items for side, items in given.items() if items}
    outputs = template.data.get("outputs") or {}
    handed: Data = {
        "parameters": [
            _handed(item["name"], f"{{{{steps.{name}.outputs.parameters.{item['name']}}}}}")
            for item in outputs.get("parameters") or []
        ],
        "artifacts": [
            {"name": item["name"], "path": None, "from": f"{{{{steps.{name}.outputs.artifacts.{item['name']}}}}}"}
            for item in outputs.get("artifacts") or []
        ],
    }
    if result:
        handed["parameters"].append(_handed(result, f"{{{{steps.{name}.outputs.result}}}}"))
    files = [{"name": key, "path": None} for key, side in named.items() if side == "artifacts"]
    return _filled({"inputs": {"artifacts": files}, "steps": [[step]], "outputs": handed})


def _given(name: str, key: str, side: str) -> Data:
    return {"name": name, key: f"{{{{inputs.{side}.{name}}}}}"}


def _handed(name: str, tag: str) -> Data:
    return {"name": name, "valueFrom": {"path": None, "parameter": tag}}


def _keep(found: Import, template: Template) -> None:
    """Keep a template and those that it calls."""
    if template.name in found.kept:
        return
    found.kept.append(template.name)
    for called in _reached(found, template):
        _keep(found, called)


def _reached(found: Import, template: Template) -> Iterator[Template]:
    """Yield the templates that a template calls by name, also from the middle of its steps."""
    for call in calls_in(template):
        for said in (call, *hooks_of(call)):
            name = str(said.data.get("template") or "")
            if name in found.templates:
                yield found.templates[name]
        if call.data.get("inline"):
            yield from _reached(found, Template(call.data["inline"], ()))
