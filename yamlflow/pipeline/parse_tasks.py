"""Parsing tasks: one kind each, options, and groups of tasks in them."""

from collections.abc import Container

from yamlflow.diagnostics import Sink, nearest
from yamlflow.pipeline.artifacts import is_artifact
from yamlflow.pipeline.defaults import apply_defaults, image_of
from yamlflow.pipeline.keys import KEYS
from yamlflow.pipeline.model import Body, Hook, Output, Task, Value
from yamlflow.pipeline.names import check_hook_name, check_task_name
from yamlflow.pipeline.options import Defaults, Kind, Script
from yamlflow.pipeline.parse_contents import parse_content, printed_output
from yamlflow.pipeline.parse_inputs import parse_type_node
from yamlflow.pipeline.parse_locks import parse_cache, parse_locks
from yamlflow.pipeline.parse_loop import parse_loop
from yamlflow.pipeline.parse_options import fields, names, parse_env, parse_options, parse_value
from yamlflow.pipeline.parse_volumes import parse_mounts
from yamlflow.pipeline.shapes import GROUP, TASK, refuse_expressions
from yamlflow.pipeline.structure import parse_structure
from yamlflow.source import Entry, Mapping, Node, Scalar
from yamlflow.source.fields import Fields, as_list, as_mapping, as_text, meant_names, place

_KINDS: tuple[Kind, ...] = (
    *("component", "container", "containerSet", "run", "tasks", "approve", "pause", "sleep"),
    *("resource", "http", "template", "volume", "snapshot"),
)
_MAX_DEPTH = 30
_MOST = 200
_ONE: tuple[Kind, ...] = ("component", "container", "run")
_PODS: tuple[Kind, ...] = (*_ONE, "containerSet")
_TRIED: tuple[Kind, ...] = (*_PODS, "tasks", "resource", "http", "template", "volume", "snapshot")
_ONLY: dict[str, tuple[Kind, ...]] = {
    "image": ("run",),
    "shell": ("run",),
    "inputs": ("container", "containerSet", "run", "template"),
    "outputs": ("container", "containerSet", "run", "tasks", "resource", "template"),
    "arguments": (*_PODS, "template"),
    "retry": (*_PODS, "tasks", "resource", "http", "volume", "snapshot"),
    "continueOnError": _TRIED,
    **dict.fromkeys(("mutex", "semaphore"), (*_PODS, "tasks", "resource", "http")),
    **dict.fromkeys(("artifacts", "cache"), _PODS),
    "volumes": _PODS,
    **dict.fromkeys(("env", "nodeSelector"), _PODS),
    **dict.fromkeys(("resources", "workdir", "imagePullPolicy"), _ONE),
    **dict.fromkeys(("serviceAccount", "timeout", "labels", "annotations"), (*_PODS, "resource")),
    **dict.fromkeys((key for key in TASK if key not in GROUP), _PODS),
    "securityContext": _ONE,
    **dict.fromkeys(GROUP, (*_PODS, "tasks", "resource", "http")),
}
_MEANT = {
    **dict.fromkeys(("command", "args"), "container: {image, command, args}"),
    **dict.fromkeys(("dependencies", "needs", "dependsOn", "depends_on"), "after"),
    **dict.fromkeys(("withItems", "withParam", "withSequence", "loop"), "foreach"),
    **dict.fromkeys(("steps", "dag"), "tasks"),
    **dict.fromkeys(("parameters", "with", "params"), "arguments"),
    **dict.fromkeys(("if", "condition"), "when"),
    **dict.fromkeys(("script", "source"), "run"),
    **dict.fromkeys(("uses", "templateRef"), "component"),
    **dict.fromkeys(("activeDeadlineSeconds", "timeout-minutes"), "timeout"),
    **dict.fromkeys(("strategy", "matrix"), "foreach"),
    "concurrency": "mutex",
    "continueOn": "continueOnError",
    "initContainers": "init",
    "memoize": "cache",
    "podSpecPatch": "pod",
    "retries": "retry: {limit: ...}",
    **dict.fromkeys(("working-directory", "workingDir", "cwd"), "workdir"),
    "retryStrategy": "retry",
    "synchronization": "mutex",
    "volumeMounts": "volumes",
}
"""What others call our keys."""
_HOOK = "write `{when: ..., tasks: {NAME: ...}}`"
_PLACEHOLDERS = (
    "name an input of the task, give it in `arguments`, and write `{inputValue: NAME}`; or use `env` of the task"
)
_CALLED = {
    "tasks": "a group",
    "approve": "a task that waits for a person",
    "pause": "a task that waits for a person",
    "sleep": "a task that sleeps",
}


def parse_tasks(node: Mapping, body: Body, defaults: Defaults, sink: Sink, depth: int = 0) -> None:
    """Parse a mapping of tasks into a body."""
    if not node.entries:
        sink.error("no-tasks", "there are no tasks here", place(node))
    if depth > _MAX_DEPTH:
        sink.error("too-deep", f"groups are nested more than {_MAX_DEPTH} deep", place(node))
        return
    if _is_one_task(node):
        hint = f"put it under a name: `NAME: {{{next(iter(node.entries))}: ...}}`"
        sink.error("wrong-kind", "tasks stand here by their names, this is one without", place(node), hint)
        return
    if len(node.entries) > _MOST:
        message = f"{len(node.entries)} tasks stand beside each other; Argo 4, as it is installed, takes {_MOST}"
        hint = f"put them into groups of at most {_MOST}, or use `foreach`"
        note = (
            f"a manifest takes {_MOST} templates: tasks of one component share one, each script of its own is one more"
        )
        sink.warning("too-many-tasks", message, list(node)[_MOST].key.span, hint, notes=(note,))
    for entry in node:
        check_task_name(entry.key, sink)
        hint = _task_hint(entry.value)
        content = as_mapping(entry.value, f"task `{entry.key.value}`", sink, "a mapping", hint)
        task = Task(entry.key.value, entry.key.span, content or Mapping(entry.value.span, {}), body)
        body.tasks[task.name] = task  # also one that is wrong: who uses it finds it
        if content is not None:
            _parse_task(task, defaults, sink, depth)


def _is_one_task(node: Mapping) -> bool:
    """Whether a task stands where tasks by their names are due."""
    kinds = [kind for kind in _KINDS if kind in node]
    return (
        bool(kinds)
        and all(name in KEYS["task"] for name in node.entries)
        and any(isinstance(node.get(kind), Scalar) for kind in kinds)
    )


def _task_hint(node: Node) -> str:
    """Return what a text that stands for a task may have been meant to be."""
    text = node.value if isinstance(node, Scalar) and node.data() is not None else ""
    if text and " " not in text and (text[0] in "./" or ":" in text):
        return f"write `{{component: {text}}}`"
    return "write `{image: IMAGE, run: SCRIPT}`" if text or node.span.text.startswith("[") else ""


def _parse_task(task: Task, defaults: Defaults, sink: Sink, depth: int) -> None:
    found = fields(task.node, sink, f"task `{task.name}`", "task", _MEANT)
    task.kind = _kind(task, found)
    _check_options_of_kind(task, sink)
    task.options = parse_options(found)
    task.env = parse_env(found)
    task.after = names(found.list("after", "a list of tasks' names"), f"`after` of {found.what}", sink)
    task.depends = found.text("depends", "a condition such as `a.Succeeded || b.Failed`")
    if found.get("when") is not None:
        text = found.text("when", "one expression: `${{ ... }}`")
        task.when = parse_value(text, sink) if text is not None else None
    task.forgiving = found.flag("continueOnError")
    task.locks, task.cache = parse_locks(found), parse_cache(found)
    task.volumes = parse_mounts(found)
    if task.kind != "tasks":
        apply_defaults(task, defaults, [key for key, kinds in _ONLY.items() if task.kind not in kinds])
    parse_loop(task, found)
    task.hooks = parse_hooks(found, task, defaults, depth)
    for entry in found.entries("arguments", "a mapping of inputs to values"):
        parse = parse_structure if is_artifact(entry.value) else parse_value
        task.arguments[entry.key.value] = (entry.key.span, parse(entry.value, sink))
    for entry in found.entries("artifacts", "a mapping of outputs to places"):
        if as_mapping(entry.value, f"`{entry.key.value}` in `artifacts` of {found.what}", sink) is not None:
            task.destinations[entry.key.value] = (entry.key.span, parse_structure(entry.value, sink))
    if task.kind == "component":
        task.component_ref = found.get("component")
    elif task.kind == "container":
        task.component_ref = _as_component(task.node)
        _parse_container(task, sink)
    elif task.kind == "run":
        task.script = _script(task, found, defaults)
    elif task.kind == "tasks":
        _parse_group(task, found, defaults, depth)
    else:
        task.content = parse_content(task, found, defaults)


def _kind(task: Task, found: Fields) -> Kind:
    present = [kind for kind in _KINDS if kind in task.node]
    if not present and not any(_is_meant(key) for key in task.node.entries):
        found.sink.error(
            "no-kind",
            f"task `{task.name}` does nothing",
            task.span,
            f"give it one of: {', '.join(_KINDS)}",
        )
    if not present:
        return "component"
    for extra in present[1:]:
        found.sink.error(
            "several-kinds",
            f"task `{task.name}` is both `{present[0]}` and `{extra}`",
            task.node.key_span(extra),
            "a task has one kind",
        )
    kind = present[0]
    if found.get(kind) is None:
        found.sink.error("wrong-kind", f"`{kind}` of task `{task.name}` is empty", task.node.key_span(kind))
    return kind


def _is_meant(key: str) -> bool:
    """Whether an unknown key was reported as one that says what a task does."""
    known = KEYS["task"]
    return key not in known and _MEANT.get(key, nearest(key, known)) in _KINDS


def takes(keys: Container[str], option: str) -> bool:
    """Whether a task with these keys, one of which says what it does, may have an option."""
    present = [kind for kind in _KINDS if kind in keys]
    return not present or option not in _ONLY or any(kind in _ONLY[option] for kind in present)


def _check_options_of_kind(task: Task, sink: Sink) -> None:
    for key in task.node.entries:
        if not takes(task.node.entries, key):
            kinds = _ONLY[key]
            what = _CALLED.get(task.kind, f"a `{task.kind}` task")
            hint = "give it to the tasks inside" if task.kind == "tasks" else f"it belongs to: {', '.join(kinds)}"
            sink.error("misplaced-key", f"`{key}` cannot be given to {what}", task.node.key_span(key), hint)


def _parse_container(task: Task, sink: Sink) -> None:
    """Look for expressions in a container: they can stand in its image only."""
    node = task.node.entries["container"].value
    for entry in node if isinstance(node, Mapping) else ():
        if entry.key.value != "image":
            refuse_expressions(entry.value, "a container", _PLACEHOLDERS, sink)
        elif isinstance(entry.value, Scalar) and "${{" in entry.value.value:
            task.options.image = parse_value(entry.value, sink)


def _as_component(node: Mapping) -> Node | None:
    container = node.entries.get("container")
    if container is None:
        return None
    implementation = Mapping(container.value.span, {"container": container})
    entries = {key: node.entries[key] for key in ("inputs", "outputs") if key in node}
    entries["implementation"] = Entry(Scalar(container.key.span, "implementation"), implementation)
    return Mapping(node.span, entries)


def _script(task: Task, found: Fields, defaults: Defaults) -> Script | None:
    source = found.text("run", "a script")
    image, shell = image_of(found, defaults, task.options), found.text("shell")
    if not image.strip() and not (found.get("image") is not None and not isinstance(found.get("image"), Scalar)):
        found.sink.error(
            "missing-key",
            f"task `{task.name}` needs an image to run in",
            task.span,
            "give it `image: bash:5.2`, or the pipeline `defaults: {image: ...}`",
        )
    if source is None:
        return None
    return Script(source, shell.value if shell else defaults.shell or "sh", image, printed_output(task, found.sink))


def parse_hooks(found: Fields, owner: Task | None, defaults: Defaults, depth: int = 0) -> dict[str, Hook]:
    """Parse `hooks` of a pipeline or a task, and the `onExit` of a task."""
    hooks: dict[str, Hook] = {}
    at_end = found.mapping("onExit", "a mapping of tasks", exit_hint(found)) if owner is not None else None
    if at_end is not None:
        body = Body(owner, is_hook=True)
        parse_tasks(at_end, body, defaults, found.sink, depth + 1)
        hooks["exit"] = Hook("exit", found.node.key_span("onExit"), None, body)
    for entry in found.entries("hooks", "a mapping of hooks"):
        name = entry.key.value
        check_hook_name(entry.key, found.sink)
        node = as_mapping(entry.value, f"hook `{name}`", found.sink, "a mapping {when, tasks}", _HOOK)
        if node is None:
            continue
        inner = fields(node, found.sink, f"hook `{name}`", "hook")
        when, tasks = inner.text("when", "one expression: `${{ ... }}`"), inner.mapping("tasks", "a mapping of tasks")
        body = Body(owner, is_exit=owner is None, is_hook=owner is not None)
        if tasks is not None:
            parse_tasks(tasks, body, defaults, found.sink, depth + 1)
        hooks.setdefault(name, Hook(name, entry.key.span, parse_value(when, found.sink) if when else None, body))
    return hooks


def exit_hint(found: Fields) -> str:
    """Return what to write for the name of a task or a template, as Argo has it."""
    node = found.get("onExit")
    is_name = isinstance(node, Scalar) and node.value.replace("-", "").isalnum()
    return f"write `{{NAME: {{component: {node.value}}}}}`" if is_name and isinstance(node, Scalar) else ""


def _parse_group(task: Task, found: Fields, defaults: Defaults, depth: int) -> None:
    task.body = Body(task)
    inner = found.mapping("tasks", "a mapping of tasks")
    if inner is not None:
        parse_tasks(inner, task.body, defaults, found.sink, depth + 1)
    parse_outputs(found.get("outputs"), task.body, found.what, found.sink)


def parse_outputs(node: Node | None, body: Body, what: str, sink: Sink) -> None:
    """Parse the `outputs` list of a pipeline or a group into a body."""
    if node is None:
        return
    for item in as_list(node, f"`outputs` of {what}", sink, "a list of {name, value}"):
        mapping = as_mapping(item, f"an output of {what}", sink, "a mapping {name, value}")
        if mapping is None:
            continue
        found = fields(mapping, sink, f"an output of {what}", "output")
        name = found.text("name")
        text = as_text(found.get("value"), "the value of an output", sink, "an expression")
        if name is None:
            continue
        if not name.value:
            sink.error("invalid-name", "the name of an output is empty", name.span)
            continue
        if name.value in body.outputs:
            sink.error("duplicate-name", f"a second output is named `{name.value}`", name.span)
            continue
        description = found.text("description")
        body.outputs[name.value] = Output(
            name.value,
            name.span,
            parse_type_node(found.get("type"), sink),
            description.value if description else "",
            parse_value(text, sink) if text is not None else Value(mapping, None),
        )
    for name in meant_names(node):
        body.outputs.setdefault(name.value, Output(name.value, name.span, None, "", Value(node, None)))
