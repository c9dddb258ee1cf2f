"""The manifest as a whole."""

from typing import Any

from yamlflow.components import sanitize
from yamlflow.expressions import Step
from yamlflow.pipeline.constants import given as written
from yamlflow.pipeline.limits import canonical
from yamlflow.pipeline.model import Body, Input, Pipeline, Task
from yamlflow.pipeline.secrets import is_secret
from yamlflow.render.annotations import CONDITIONS, EXPERIMENT, pipeline_annotation, to_json
from yamlflow.render.body import BodyBuilder
from yamlflow.render.hook import condition_of
from yamlflow.render.level import Level, Shared, Template
from yamlflow.render.merge import patched
from yamlflow.render.spec import cron_fields, run_fields
from yamlflow.render.text import Reference, tag
from yamlflow.render.volumes import run_volumes
from yamlflow.types import constant_text

API_VERSION = "argoproj.io/v1alpha1"
_EXIT = "on-exit"


def render(pipeline: Pipeline, parameters: dict[str, str] | None = None, kind: str = "") -> dict[str, Any]:
    """Return the Argo manifest of a valid pipeline as plain data, every value text; `parameters` by input name.

    Without a kind it is a Workflow, or with a schedule a CronWorkflow.
    """
    return _render(Shared(pipeline, None, parameters), parameters, kind)


def render_owned(pipeline: Pipeline) -> tuple[dict[str, Any], dict[str, Task | Body]]:
    """Return the Workflow of a valid pipeline, and by the names of its templates what these were made for."""
    shared = Shared(pipeline, None, None)
    return _render(shared, None, "Workflow"), shared.templates.owners


def _render(shared: Shared, parameters: dict[str, str] | None, kind: str) -> dict[str, Any]:
    pipeline = shared.pipeline
    templates = shared.templates
    entry = pipeline.name
    templates.reserve(entry)
    templates.fill(entry, BodyBuilder(pipeline.body, entry, shared).build())
    spec: dict[str, Any] = {"entrypoint": entry}
    arguments = [
        _argument(item, (parameters or {}).get(item.name))
        for item in pipeline.inputs.values()
        if not is_secret(item.type)
    ]
    if arguments:
        spec["arguments"] = {"parameters": arguments}
    if pipeline.on_exit is not None:
        spec["onExit"], _ = _at_exit(pipeline.on_exit, _EXIT, shared)
    hooks: dict[str, Any] = {}
    for hook in pipeline.hooks.values():
        name, template = _at_exit(hook.body, hook.name, shared)
        condition = condition_of(hook, RunLevel(pipeline.body, shared))
        hooks[hook.name] = {"template": name} | _parameters_of_run(template) | condition
    if hooks:
        spec["hooks"] = hooks
    spec |= run_fields(pipeline, RunLevel(pipeline.body, shared).text) | run_volumes(pipeline)
    spec["templates"] = list(templates)
    return _manifest(pipeline, patched(spec, pipeline.run.shaped), _metadata(pipeline, shared), kind)


def _manifest(pipeline: Pipeline, spec: dict[str, Any], metadata: dict[str, Any], kind: str) -> dict[str, Any]:
    schedule = pipeline.run.schedule
    kind = kind or ("Workflow" if schedule is None else "CronWorkflow")
    head = {"apiVersion": API_VERSION, "kind": kind}
    if kind == "Workflow":
        return {**head, "metadata": {"generateName": f"{pipeline.name}-", **metadata}, "spec": spec}
    named = {"name": pipeline.name, **metadata}
    if kind == "CronWorkflow" and schedule is not None:
        cron = {**cron_fields(schedule), "workflowMetadata": metadata, "workflowSpec": spec}
        return {**head, "metadata": named, "spec": patched(cron, schedule.shaped)}
    return {**head, "metadata": named, "spec": {"workflowMetadata": metadata, **spec}}


class RunLevel(Level):
    """Where the run as a whole is spoken of: outside of all templates."""

    def resolve(self, steps: tuple[Step, ...]) -> Reference:
        """Return a reference as it is called here."""
        names = tuple(step.name for step in steps)
        if names[0] != "inputs":
            return Reference(names, None)
        return Reference(("workflow", "parameters", sanitize(names[1])), self.shared.pipeline.inputs[names[1]].type)


def _parameters_of_run(template: Template) -> dict[str, Any]:
    """Return the arguments of a hook of the run: Argo gives it none by itself, as it does to `onExit`."""
    taken = [item["name"] for item in template.get("inputs", {}).get("parameters", ())]
    given = [{"name": name, "value": tag(("workflow", "parameters", name))} for name in taken]
    return {"arguments": {"parameters": given}} if given else {}


def _at_exit(body: Body, name: str, shared: Shared) -> tuple[str, Template]:
    """Add the template of tasks beside the pipeline's own; its inputs are the run's parameters of the same names."""
    templates = shared.templates
    name = templates.free(name, (shared.pipeline.name, name))
    templates.reserve(name)
    template = BodyBuilder(body, name, shared).build()
    templates.fill(name, template)
    return name, template


def _metadata(pipeline: Pipeline, shared: Shared) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if pipeline.labels:
        metadata["labels"] = dict(pipeline.labels)
    annotations = pipeline_annotation(pipeline) | pipeline.annotations
    if pipeline.run.experiment is not None:
        annotations[EXPERIMENT] = pipeline.run.experiment
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
        found["value"] = canonical(constant_text(written(item.default)), item.type, item.limits.enum)
    elif item.optional:
        found["value"] = ""
    if item.limits.enum and found.get("value") != "":
        found["enum"] = list(item.limits.enum)
    return found
