"""The manifest as a whole."""

from typing import Any

from yamlflow.components import sanitize
from yamlflow.pipeline.model import Input, Pipeline
from yamlflow.render.annotations import CONDITIONS, pipeline_annotation, to_json
from yamlflow.render.body import BodyBuilder
from yamlflow.render.level import Shared
from yamlflow.source import Scalar
from yamlflow.types import constant_text

API_VERSION = "argoproj.io/v1alpha1"
_EXIT = "on-exit"


def render(pipeline: Pipeline, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the Argo Workflow of a valid pipeline as plain data, every value text; `parameters` by input name."""
    shared = Shared(pipeline)
    templates = shared.templates
    entry = pipeline.name
    templates.reserve(entry)
    templates.fill(entry, BodyBuilder(pipeline.body, entry, shared).build())
    spec: dict[str, Any] = {"entrypoint": entry}
    arguments = [_argument(item, (parameters or {}).get(item.name)) for item in pipeline.inputs.values()]
    if arguments:
        spec["arguments"] = {"parameters": arguments}
    if pipeline.on_exit is not None:
        spec["onExit"] = name = templates.free(_EXIT, (entry, _EXIT))
        templates.reserve(name)
        templates.fill(name, BodyBuilder(pipeline.on_exit, name, shared).build())
    if pipeline.service_account:
        spec["serviceAccountName"] = pipeline.service_account
    if pipeline.parallelism is not None:
        spec["parallelism"] = pipeline.parallelism
    if pipeline.timeout is not None:
        spec["activeDeadlineSeconds"] = pipeline.timeout
    spec["templates"] = list(templates)
    return {"apiVersion": API_VERSION, "kind": "Workflow", "metadata": _metadata(pipeline, shared), "spec": spec}


def _metadata(pipeline: Pipeline, shared: Shared) -> dict[str, Any]:
    metadata: dict[str, Any] = {"generateName": f"{pipeline.name}-"}
    if pipeline.labels:
        metadata["labels"] = dict(pipeline.labels)
    annotations = pipeline_annotation(pipeline) | pipeline.annotations
    if shared.conditions:
        annotations[CONDITIONS] = to_json(shared.conditions)
    metadata["annotations"] = annotations
    return metadata


def _argument(item: Input, given: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"name": sanitize(item.name)}
    if item.description:
        found["description"] = item.description
    if given is not None:
        found["value"] = given
    elif item.default is not None:
        default = item.default.value if isinstance(item.default, Scalar) else item.default.data()
        found["value"] = constant_text(default)
    elif item.optional:
        found["value"] = ""
    if item.enum and found.get("value") != "":
        found["enum"] = list(item.enum)
    return found
