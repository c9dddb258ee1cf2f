"""What the compiler of Kubeflow Pipelines v1 wrote: components as they were, and what Argo no longer takes."""

import json
import re
from typing import Any

from yamlflow.app.importing.names import slug, task_names
from yamlflow.app.importing.scope import Scope, read
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import argument, in_text
from yamlflow.argo.view import Data, Template

NUMBERS = ("Integer", "Float")
_PIPELINE = "pipelines.kubeflow.org/pipeline_spec"
_SPEC = "pipelines.kubeflow.org/component_spec"
_ARGUMENTS = "pipelines.kubeflow.org/arguments.parameters"


def component_of(template: Template) -> Data | None:
    """Return the spec of the component that a template was made from, if it says so."""
    found = _annotation(template, _SPEC)
    implementation = found.get("implementation") if isinstance(found, dict) else None
    if template.kind != "container" or not isinstance(implementation, dict) or "container" not in implementation:
        return None
    return dict(found)


def component_outputs(template: Template, spec: Data) -> dict[str, str]:
    """Return the outputs of the component by the names that they have in the template, found by their paths."""
    container = spec["implementation"]["container"]
    files = {str(path): name for name, path in (container.get("fileOutputs") or {}).items()}
    files |= {f"/tmp/outputs/{_plain(item['name'])}/data": item["name"] for item in spec.get("outputs") or []}
    outputs = template.data.get("outputs") or {}
    found = {}
    for item in outputs.get("parameters") or []:
        found[f"parameters.{item['name']}"] = (item.get("valueFrom") or {}).get("path")
    for item in outputs.get("artifacts") or []:
        found[f"artifacts.{item['name']}"] = item.get("path")
    return {name: files[path] for name, path in found.items() if path in files}


def number_outputs(template: Template) -> list[str]:
    """Return the outputs of a component that are numbers by their type."""
    spec = component_of(template) or {}
    return [str(item["name"]) for item in spec.get("outputs") or [] if item.get("type") in NUMBERS]


def pipeline_of(manifest: Data) -> Data:
    """Return what the compiler noted of the pipeline: its description, and the types of its inputs."""
    found = _annotation(Template(manifest, ()), _PIPELINE)
    return found if isinstance(found, dict) else {}


def component_task(found: Import, template: Template, spec: Data, scope: Scope) -> Data:
    """Return the task that runs the component."""
    given = _annotation(template, _ARGUMENTS) or {}
    files = {
        str(item.get("path")): str(item["name"]) for item in (template.data.get("inputs") or {}).get("artifacts") or []
    }
    arguments = {}
    for item in spec.get("inputs") or []:
        name = str(item["name"])
        artifact = f"artifacts.{files.get(f'/tmp/inputs/{_plain(name)}/data', '')}"
        if name in given:
            arguments[name] = in_text(read(given[name], scope.names))
        elif artifact in scope.inputs:
            arguments[name] = argument(scope.inputs[artifact])
    task: Data = {"component": _name(found, template, _with_image(spec, template))}
    return {**task, "arguments": arguments} if arguments else task


def _with_image(spec: Data, template: Template) -> Data:
    container = {**spec["implementation"]["container"], "image": template.data["container"].get("image")}
    return {**spec, "implementation": {"container": container}}


def _name(found: Import, template: Template, spec: Data) -> str:
    """Return the name under which the pipeline holds a component; equal ones are held once."""
    for name, known in found.components.items():
        if known == spec:
            return name
    name = task_names([slug(str(spec.get("name") or template.name), 50)], found.components)[0]
    found.components[name] = spec
    return name


def _annotation(template: Template, name: str) -> Any:  # noqa: ANN401 - any JSON
    text = ((template.data.get("metadata") or {}).get("annotations") or {}).get(name)
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", str(name))
