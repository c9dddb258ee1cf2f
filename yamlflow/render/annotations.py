"""Annotations by which the Kubeflow UI shows components and pipelines, as KFP v1 writes them."""

from typing import Any

from yamlflow.components import Component, sanitize
from yamlflow.pipeline.constants import given
from yamlflow.pipeline.model import Pipeline
from yamlflow.pipeline.secrets import is_secret
from yamlflow.types import constant_text, type_data

_PREFIX = "pipelines.kubeflow.org"
CONDITIONS = "yamlflow.dev/conditions"
EXPERIMENT = "yamlflow.dev/experiment"


def to_json(data: object) -> str:
    """Return compact JSON in which Argo sees no tag: only inside a text two braces can stand together."""
    import json

    text = json.dumps(data, ensure_ascii=False, separators=(", ", ": "), sort_keys=True)
    return text.replace("{{", "{\\u007b")


def component_annotations(component: Component, parameters: list[str]) -> dict[str, str]:
    """Return KFP's annotations of a component's template; `parameters` are its inputs by value."""
    found = {
        f"{_PREFIX}/component_ref": to_json(_reference(component)),
        f"{_PREFIX}/component_spec": to_json(component.spec),
    }
    if parameters:
        values = ", ".join(
            f'{to_json(name)}: "{{{{inputs.parameters.{sanitize(name)}}}}}"' for name in sorted(parameters)
        )
        found[f"{_PREFIX}/arguments.parameters"] = "{" + values + "}"
    return dict(sorted((component.annotations | found).items()))


def _reference(component: Component) -> dict[str, str]:
    url = component.origin.path
    return {"digest": component.digest} | ({"url": url} if "://" in url else {})


def pipeline_annotation(pipeline: Pipeline) -> dict[str, str]:
    """Return KFP's annotation that describes the pipeline and its inputs."""
    inputs = []
    for item in pipeline.inputs.values():
        if is_secret(item.type):
            continue
        entry: dict[str, Any] = {"name": item.name}
        if item.default is not None:
            entry["default"] = constant_text(given(item.default))
        if item.description:
            entry["description"] = item.description
        if item.optional or item.default is not None:
            entry["optional"] = True
        if item.type is not None:
            entry["type"] = type_data(item.type)
        inputs.append(entry)
    spec: dict[str, Any] = {"name": pipeline.name, "inputs": inputs}
    if pipeline.description:
        spec["description"] = pipeline.description
    return {f"{_PREFIX}/pipeline_spec": to_json(spec)}
