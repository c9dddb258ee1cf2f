"""Argo manifests, and what the compiler of Kubeflow Pipelines v1 wrote, as pipelines."""

import json
import re
from collections.abc import Iterable
from typing import Any

from yamlflow.app.importing.calls import Call
from yamlflow.app.importing.comments import KEY, comment_above
from yamlflow.app.importing.flow import Flow
from yamlflow.app.importing.hooks import write_hooks
from yamlflow.app.importing.kept import kept_templates, loosen, made_or_kept
from yamlflow.app.importing.kubeflow import NUMBERS, pipeline_of
from yamlflow.app.importing.leaves import FLOWS, leaf, outputs_of
from yamlflow.app.importing.names import slug, task_names
from yamlflow.app.importing.older import mend
from yamlflow.app.importing.options import merge_argo
from yamlflow.app.importing.run_options import metadata, run_options, schedule
from yamlflow.app.importing.scope import Scope, plain, read
from yamlflow.app.importing.sharing import share
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.tidy import component, tidy
from yamlflow.app.importing.values import Code, Parts, UnknownTagError, member
from yamlflow.app.importing.volumes import named_tasks, say_volumes
from yamlflow.argo.finding import Path
from yamlflow.argo.goyaml import go_mapping
from yamlflow.argo.problems import find_problems
from yamlflow.argo.report import report
from yamlflow.argo.templaterefs import merged_spec
from yamlflow.argo.view import Data, Template, View
from yamlflow.diagnostics import Sink
from yamlflow.engine.objects import index
from yamlflow.source import Mapping
from yamlflow.source.fields import place
from yamlflow.types import constant_error, parse_type

_KINDS = ("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow")
_MOST_NAME = 52
_NO_PLACE = {"name", "path", "mode", "recurseMode", "description"}
_USED = re.compile(r"\{\{\s*workflow\.parameters\.([A-Za-z0-9_-]+)\s*\}\}")
_FIRST = (
    "name",
    "description",
    "labels",
    "annotations",
    "experiment",
    "schedule",
    "inputs",
    "volumes",
    "components",
    "tasks",
    "onExit",
    "hooks",
)
_ORDER = (*_FIRST, "outputs", "", "argo")


def import_manifest(node: Mapping, sink: Sink, beside: Iterable[Data] = ()) -> Data:
    """Return a manifest as the data of a pipeline; what cannot be imported is reported.

    `beside` are WorkflowTemplates that it may be made of.
    """
    manifest: dict[str, Any] = go_mapping(node)
    if manifest.get("kind") not in _KINDS:
        sink.error("unsupported-kind", f"a {manifest.get('kind')} is no pipeline", place(node.get("kind") or node))
        return {}
    mend(manifest)
    view = View(manifest)
    report(find_problems(manifest), node, sink)
    if sink.failed:
        return {}
    spec = merged_spec(view.spec, index(beside))
    found = Import(node, spec, view.spec_path, sink)
    if "workflowTemplateRef" in view.spec and spec is view.spec:
        hint = "bring it along: `--with FILE`"
        found.refuse((*view.spec_path, "workflowTemplateRef"), "the template that it is made of is not there", hint)
        return {}
    spec.pop("workflowTemplateRef", None)
    if not spec.get("entrypoint") and len(found.templates) == 1:
        spec["entrypoint"] = next(iter(found.templates))
    pipeline = _pipeline(found, manifest)
    return _ordered(found, pipeline)


def _ordered(found: Import, pipeline: Data) -> Data:
    if found.sink.failed:
        return {}
    loops = json.dumps([task.get("foreach") for _, task in named_tasks(pipeline)])
    for name, task in named_tasks(pipeline):
        loosen(name, task, loops)
    say_volumes(pipeline, [found.templates[name].data for name in found.kept])
    components = share(found.programs, found.components)
    pipeline["components"] = {name: component(spec, name) for name, spec in components.items()}
    for key in ("tasks", "onExit"):
        if key in pipeline:
            pipeline[key] = tidy(pipeline[key])
    if found.kept:
        taken = {pipeline["name"], *components, *(name for name, _ in named_tasks(pipeline))}
        merge_argo(pipeline, {"templates": kept_templates(found, taken)})
    return {key: pipeline[key] for key in sorted(pipeline, key=_place) if pipeline[key] not in ({}, [])}


def _place(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else _ORDER.index("argo") - 1


def _pipeline(found: Import, manifest: Data) -> Data:
    names = manifest.get("metadata") or {}
    name = str(names.get("name") or names.get("generateName") or "pipeline")
    pipeline: Data = {"name": slug(name, _MOST_NAME), KEY: comment_above(found.node, ())}
    metadata(manifest, pipeline)
    if manifest["kind"] == "CronWorkflow":
        pipeline["schedule"] = schedule(manifest["spec"])
    run_options(found.spec, pipeline)
    noted = pipeline_of(manifest)
    if noted.get("description"):
        pipeline.setdefault("description", str(noted["description"]).strip())
    inputs = _inputs(found, pipeline, {str(item["name"]): item for item in noted.get("inputs") or []})
    if inputs:
        pipeline["inputs"] = inputs
    entry = found.templates.get(str(found.spec.get("entrypoint")))
    if entry is None:
        found.refuse(found.path, "there is no `entrypoint`", "say which template is the pipeline")
        return pipeline
    _entry(found, entry, pipeline)
    write_hooks(found, pipeline)
    return pipeline


def _inputs(found: Import, pipeline: Data, noted: Data) -> list[Data]:
    made = []
    named = [{"name": name} for name in (*_open_files(found), *_undeclared(found))]
    for item in [*_parameters(found), *named]:
        known: Data = {"name": str(item["name"])}
        said = noted.get(known["name"]) or {}
        if _fits(said, item):
            known["type"] = said["type"]
        if item.get("description") or said.get("description"):
            known["description"] = item.get("description") or said["description"]
        if known.get("type") in NUMBERS:
            found.numbers.add(member("inputs", known["name"]))
        if known.get("type") in ("JsonArray", "List"):
            found.lists.add(member("inputs", known["name"]))
        if item.get("enum"):
            known["enum"] = [plain(one) for one in item["enum"]]
        value = item.get("value", item.get("default"))
        if item.get("valueFrom") is not None:
            default = item["valueFrom"].get("default")
            value = "" if default is None else default
            patch = {"name": item["name"], "value": None, "valueFrom": item["valueFrom"]}
            merge_argo(pipeline, {"arguments": {"parameters": [patch]}})
        if value is not None:
            known["default"] = _constant(plain(value))
        made.append(known)
    return made


def _fits(said: Data, item: Data) -> bool:
    """Whether the type that the compiler noted holds for the default, which it did not check."""
    if not said.get("type"):
        return False
    try:
        type_ = parse_type(said["type"])
    except ValueError:
        return False
    value = item.get("value", item.get("default"))
    return value is None or not constant_error(plain(value), type_)


def _constant(text: str) -> int | str:
    """Return a number where that is what a person would write."""
    return int(text) if re.fullmatch(r"0|[1-9]\d{0,8}", text) else text


def _parameters(found: Import) -> list[Data]:
    """Return the parameters of the workflow, and those of the entry template that come from elsewhere or are open."""
    listed = list((found.spec.get("arguments") or {}).get("parameters") or [])
    entry = found.templates.get(str(found.spec.get("entrypoint")))
    own = (entry.data.get("inputs") or {}).get("parameters") or [] if entry else []
    names = {item["name"] for item in listed}
    elsewhere = [item for item in own if item.get("valueFrom") or not {"value", "default"} & item.keys()]
    return [*listed, *(item for item in elsewhere if item["name"] not in names)]


def _open_files(found: Import) -> list[str]:
    """Return the files that the entry template of a library wants, and that nobody gives."""
    entry = found.templates.get(str(found.spec.get("entrypoint")))
    own = (entry.data.get("inputs") or {}).get("artifacts") or [] if entry else []
    given = {item["name"] for item in (found.spec.get("arguments") or {}).get("artifacts") or []}
    return [str(item["name"]) for item in own if item["name"] not in given and item.keys() <= _NO_PLACE]


def _undeclared(found: Import) -> list[str]:
    """Return the parameters that a template on the cluster uses and leaves to those who run it."""
    known = {str(item["name"]) for item in _parameters(found)} | {"json"}
    return [name for name in dict.fromkeys(_USED.findall(json.dumps(found.spec))) if name not in known]


def _entry_scope(found: Import, entry: Template) -> Scope:
    given = {str(item["name"]) for item in _parameters(found)}
    inputs: dict[str, Parts] = {}
    scope = Scope(inputs, {})
    for number, item in enumerate((entry.data.get("inputs") or {}).get("parameters") or []):
        path = (*entry.path, "inputs", "parameters", number)
        name = str(item["name"])
        value = item.get("value", item.get("default"))
        inputs[f"parameters.{name}"] = (
            (Code(member("inputs", name)),) if name in given else _default(found, value, scope, path)
        )
    given_files = {"arguments": {"artifacts": (found.spec.get("arguments") or {}).get("artifacts") or []}}
    files = Call(found, {"template": entry.name, **given_files}, found.path).files(Scope({}, {}), inputs)
    open_files: dict[str, Parts] = {f"artifacts.{name}": (Code(member("inputs", name)),) for name in _open_files(found)}
    return Scope({**inputs, **files, **open_files}, {})


def _default(found: Import, value: object, scope: Scope, path: Path) -> Parts:
    try:
        return read(value, scope.names) or ("",)
    except UnknownTagError as error:
        found.refuse_tag(path, error)
        return ("",)


def _entry(found: Import, entry: Template, pipeline: Data) -> None:
    """Write the tasks of the pipeline."""
    scope = _entry_scope(found, entry)
    if entry.kind not in FLOWS:
        task = leaf(found, entry, scope, "")
        pipeline["tasks"] = {task_names([entry.name], ())[0]: task}
        return
    names = outputs_of(entry)
    made = made_or_kept(found, entry, scope, names, "", lambda: _flow(found, entry, scope, pipeline["name"]))
    if "tasks" not in made:
        name = task_names([entry.name], ())[0]
        made = {"tasks": {name: made}, "outputs": _handed(entry, name)}
    pipeline["tasks"] = made["tasks"]
    if made.get("outputs"):
        pipeline["outputs"] = made["outputs"]
    if "argo" in made:
        merge_argo(pipeline, made["argo"])


def _handed(entry: Template, task: str) -> list[Data]:
    """Return the outputs of a pipeline whose entry stays in Argo's words: only texts can be told."""
    names = [str(item["name"]) for item in (entry.data.get("outputs") or {}).get("parameters") or []]
    return [{"name": name, "value": f"${{{{ {member(f'tasks.{task}.outputs', name)} }}}}"} for name in names]


def _flow(found: Import, entry: Template, scope: Scope, name: str) -> Data:
    """Return the tasks, outputs and patch of a pipeline whose entry is a dag or steps."""
    flow = Flow(found, entry, scope, ())
    group: Data = {"tasks": flow.tasks(), "outputs": flow.outputs()}
    flow.options(group)
    if "argo" in group:
        group["argo"] = {"templates": [{"name": name, **group["argo"]}]}
    return group
