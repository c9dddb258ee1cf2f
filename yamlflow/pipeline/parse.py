"""Parsing a pipeline file: from nodes to the model; never stops at the first mistake."""

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.defaults import over, parse_defaults
from yamlflow.pipeline.keys import KEYS
from yamlflow.pipeline.model import Body, Pipeline
from yamlflow.pipeline.names import check_pipeline_name
from yamlflow.pipeline.options import Shared
from yamlflow.pipeline.parse_inputs import parse_inputs
from yamlflow.pipeline.parse_locks import parse_locks
from yamlflow.pipeline.parse_options import duration, fields
from yamlflow.pipeline.parse_run import parse_run_options
from yamlflow.pipeline.parse_tasks import exit_hint, parse_hooks, parse_outputs, parse_tasks
from yamlflow.pipeline.parse_volumes import parse_volumes
from yamlflow.source import Mapping
from yamlflow.source.fields import Fields

_MEANT = {
    **dict.fromkeys(("steps", "jobs", "dag", "stages"), "tasks"),
    **dict.fromkeys(("parameters", "params", "arguments"), "inputs"),
    **dict.fromkeys(("cron", "schedules"), "schedule"),
    "activeDeadlineSeconds": "timeout",
    **{key: f"defaults: {{{key}: ...}}" for key in KEYS["defaults"] if key not in KEYS["pipeline"]},
}
"""What others call our keys."""


def parse_pipeline(node: Mapping, path: str, sink: Sink, shared: Shared | None = None) -> Pipeline:
    """Return the pipeline of a file's top mapping; what is wrong is reported and left out."""
    pipeline = Pipeline(path, node, shared)
    found = fields(node, sink, "the pipeline", "pipeline", _MEANT)
    name = found.text("name")
    if name is not None:
        check_pipeline_name(name, sink, scheduled="schedule" in node)
        pipeline.name, pipeline.span = name.value, name.span
    description = found.text("description")
    pipeline.description = description.value if description else ""
    account = found.text("serviceAccount")
    pipeline.service_account = account.value if account else ""
    pipeline.parallelism = found.integer("parallelism", 1)
    pipeline.timeout = duration(found.text("timeout", "a duration, such as `1h30m`"), "`timeout` of the pipeline", sink)
    pipeline.labels = {key: text.value for key, text in found.texts("labels").items()}
    pipeline.annotations = {key: text.value for key, text in found.texts("annotations").items()}
    pipeline.inputs = parse_inputs(found)
    pipeline.components = {
        entry.key.value: entry.value for entry in found.entries("components", "a mapping of names to components")
    }
    common = parse_defaults(pipeline.shared.defaults, sink)
    pipeline.defaults = over(parse_defaults(found.mapping("defaults"), sink), common)
    pipeline.run = parse_run_options(found)
    _bodies(pipeline, found)
    return pipeline


def _bodies(pipeline: Pipeline, found: Fields) -> None:
    tasks = found.mapping("tasks", "a mapping of tasks")
    if tasks is not None:
        parse_tasks(tasks, pipeline.body, pipeline.defaults, found.sink)
    parse_outputs(found.get("outputs"), pipeline.body, "the pipeline", found.sink)
    on_exit = found.mapping("onExit", "a mapping of tasks", exit_hint(found))
    if on_exit is not None:
        pipeline.on_exit = Body(None, is_exit=True)
        parse_tasks(on_exit, pipeline.on_exit, pipeline.defaults, found.sink)
    pipeline.locks = parse_locks(found)
    pipeline.volumes = parse_volumes(found)
    pipeline.hooks = parse_hooks(found, None, pipeline.defaults)
