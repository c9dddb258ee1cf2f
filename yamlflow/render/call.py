"""Tasks that call a pipeline: one template for each pipeline, and what each call passes to it."""

from typing import Any

from yamlflow.components import sanitize
from yamlflow.expressions import Step
from yamlflow.pipeline.model import Pipeline, Task
from yamlflow.render.held import synchronization
from yamlflow.render.level import CallTemplate, Imports, Level, Shared, Template
from yamlflow.render.options import retry_strategy
from yamlflow.render.text import constant, tag
from yamlflow.source import Scalar
from yamlflow.types import constant_text

Fields = dict[str, Any]
WORKFLOW_STATUS = ("workflow", "status")


def call_template(task: Task, called: Pipeline, level: Level) -> Template:
    """Return the template that a task calls, with what, and the hook that runs `onExit` of the called pipeline."""
    locks = synchronization(task.locks, constant)
    key = (id(called), repr((task.options.retry, locks)))
    if key not in level.shared.calls:
        _build(key, task, called, level.shared, locks)
    known = level.shared.calls[key]
    found: Template = {"template": known.name}
    arguments = _arguments(task, called, level)
    if arguments:
        found["arguments"] = arguments
    if known.exit_name and task.loop is None:
        found["hooks"] = {"exit": _hook(task, called, known, level)}
    return found


def _build(key: tuple[int, str], task: Task, called: Pipeline, caller: Shared, locks: Template) -> None:
    from yamlflow.render.body import BodyBuilder

    shared = Shared(called, caller)
    templates = shared.templates
    name = templates.free(called.name, (*task.path, called.name))
    templates.reserve(name)
    exit_name, exit_imports = _exit(task, called, shared)
    # A pipeline may call itself: the call finds its template before that is complete.
    shared.calls[key] = CallTemplate(name, exit_name, exit_imports)
    body = BodyBuilder(called.body, name, shared).build()
    if task.options.retry is not None:
        body = {"retryStrategy": retry_strategy(task.options.retry), **body}
    templates.fill(name, body | locks)


def _exit(task: Task, called: Pipeline, shared: Shared) -> tuple[str, Imports]:
    """Return the template of `onExit`, "" if there is none, and what it takes in."""
    from yamlflow.render.body import BodyBuilder

    for (pipeline, _), known in shared.calls.items():
        if pipeline == id(called):
            return known.exit_name, known.exit_imports
    if called.on_exit is None:
        return "", Imports()
    name = shared.templates.free(f"{called.name}-on-exit", (*task.path, called.name, "on-exit"))
    shared.templates.reserve(name)
    builder = BodyBuilder(called.on_exit, name, shared)
    shared.templates.fill(name, builder.build())
    return name, builder.imports


def _arguments(task: Task, called: Pipeline, level: Level) -> Fields:
    parameters: list[Fields] = []
    artifacts: list[Fields] = []
    for name in called.inputs:
        wanted = level.shared.demand.of_input(called, name)
        if "value" in wanted:
            parameters.append({"name": sanitize(name), "value": _text(name, task, called, level)})
        if "path" in wanted:
            artifacts.append({"name": sanitize(name), **_file(name, task, called, level)})
    return {key: items for key, items in (("parameters", parameters), ("artifacts", artifacts)) if items}


def _text(name: str, task: Task, called: Pipeline, level: Level) -> str:
    """Return the text of an input: the argument, else the default, else nothing."""
    if name in task.arguments:
        return level.text(task.arguments[name][1])
    default = called.inputs[name].default
    if default is None:
        return ""
    return constant_text(default.value if isinstance(default, Scalar) else default.data())


def _file(name: str, task: Task, called: Pipeline, level: Level) -> Fields:
    if name in task.arguments:
        return level.artifact(task.arguments[name][1])
    return {"raw": {"data": _text(name, task, called, level)}}


def _hook(task: Task, called: Pipeline, known: CallTemplate, level: Level) -> Fields:
    """Return the exit hook of a call: to the called pipeline, `workflow.status` is that of the call."""

    def passed(steps: tuple[Step, ...]) -> str:
        if tuple(step.name for step in steps) == WORKFLOW_STATUS:
            return tag(("tasks", task.name, "status"))
        return _text(steps[1].name, task, called, level)

    imports = known.exit_imports
    arguments: Fields = {}
    if imports.parameters:
        arguments["parameters"] = [{"name": name, "value": passed(steps)} for name, steps in imports.parameters.items()]
    if imports.artifacts:
        arguments["artifacts"] = [
            {"name": name, **_file(steps[1].name, task, called, level)} for name, steps in imports.artifacts.items()
        ]
    return {"template": known.exit_name, **({"arguments": arguments} if arguments else {})}
