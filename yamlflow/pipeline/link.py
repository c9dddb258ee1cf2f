"""Linking: component references to components, `${{ }}` to inputs and tasks, arguments to inputs."""

import os

from yamlflow.components import Component, Loader
from yamlflow.diagnostics import Sink, did_you_mean, nearest
from yamlflow.expressions.hints import conversion_hint
from yamlflow.pipeline.artifacts import check_destinations
from yamlflow.pipeline.calls import Calls, check_call
from yamlflow.pipeline.check_held import check_cache, check_locks, check_mounts, check_size
from yamlflow.pipeline.constants import given
from yamlflow.pipeline.container_set import images
from yamlflow.pipeline.contents import Resource
from yamlflow.pipeline.graph import build_graph
from yamlflow.pipeline.model import Body, Output, Pipeline, Task, Value
from yamlflow.pipeline.objects import check_object, load_object
from yamlflow.pipeline.ports import component_ports, content_ports, group_ports, pipeline_ports, script_ports
from yamlflow.pipeline.typing import Checker
from yamlflow.pipeline.unfilled import refuse_unfilled
from yamlflow.source import Node, Scalar
from yamlflow.source.fields import place
from yamlflow.types import constant_error, fits, type_text


def link(pipeline: Pipeline, sink: Sink, calls: Calls | None = None) -> None:
    """Resolve every name of the pipeline, and of those that it calls; what cannot be resolved is reported."""
    calls = calls or Calls(pipeline, sink, link)
    aliases: dict[str, Component | None] = {}
    for body in pipeline.bodies():
        for task in body.all_tasks():
            _interface(task, pipeline, calls, aliases)
    for name, node in pipeline.components.items():
        if name not in aliases:
            calls.loader.load(node, os.path.dirname(pipeline.path))
    checker = Checker(pipeline, sink)
    for body in pipeline.bodies():
        _check_body(body, checker)
    for hook in pipeline.hooks.values():
        checker.hook(hook)
    for lock in pipeline.locks:
        checker.check(lock.name, Body(None))
    for volume in pipeline.volumes.values():
        if volume.size is not None:
            check_size(volume.size, sink)
    build_graph(pipeline, sink)
    for body in pipeline.bodies():
        _check_absent(body, sink)
    refuse_unfilled(pipeline, sink)


def _interface(task: Task, pipeline: Pipeline, calls: Calls, aliases: dict[str, Component | None]) -> None:
    if task.kind == "run":
        script_ports(task, calls.sink)
    elif task.kind == "tasks":
        group_ports(task)
    elif task.content is not None:
        if isinstance(task.content, Resource):
            load_object(task.content, os.path.dirname(pipeline.path), calls.sink)
            check_object(task, task.content, calls.sink)
        content_ports(task, calls.loader.sink)
    elif task.component_ref is not None:
        component = _component(task, task.component_ref, pipeline, calls.loader, aliases)
        if component is None:
            return
        if component.graph is None and component.pipeline is None:
            component_ports(task, component)
            return
        called = calls.pipeline(task, component)
        if called is not None:
            check_call(task, called, calls.sink)
            pipeline_ports(task, component, called)


def _component(
    task: Task, node: Node, pipeline: Pipeline, loader: Loader, aliases: dict[str, Component | None]
) -> Component | None:
    base = os.path.dirname(pipeline.path)
    if not isinstance(node, Scalar) or task.kind != "component":
        return loader.load(node, base)
    name = node.value
    if name in pipeline.components:
        if name not in aliases:
            aliases[name] = loader.load(pipeline.components[name], base)
        return aliases[name]
    shared = pipeline.shared
    if name in shared.components:
        if name not in aliases:
            aliases[name] = loader.load(shared.components[name], shared.folder)
        return aliases[name]
    if "/" in name or ":" in name or name.endswith((".yaml", ".yml")) or loader.finds(name):
        return loader.load(node, base)
    names = {**pipeline.components, **shared.components}
    known = ", ".join(names)
    loader.sink.error(
        "component-not-found",
        f"there is no component `{name}`",
        node.span,
        did_you_mean(name, names),
        notes=(
            f"`components` names: {known}" if known else "the pipeline has no `components`; a path begins with `./`",
        ),
    )
    return None


def _check_body(body: Body, checker: Checker) -> None:
    for task in body.tasks.values():
        _check_arguments(task, checker.sink)
        checker.loop(task)
        checker.condition(task)
        for name, (_, value) in task.arguments.items():
            checker.argument(task, name, value)
        for item in task.env.values():
            if isinstance(item, Value):
                checker.check(item, body, pod=True, task=task, secret=True)
        for value in images(task):
            checker.image(value, task)
        for value in task.content.values() if task.content is not None else ():
            checker.check(value, body, pod=task.kind == "containerSet", task=task, secret=task.kind == "containerSet")
        _check_held(task, checker)
        check_destinations(task, checker.sink)
        for _, place_of in task.destinations.values():
            for _, value in place_of.filled:
                checker.check(value, body, pod=True, task=task)
        for hook in task.hooks.values():
            checker.hook(hook)
        for inner in task.bodies():
            _check_body(inner, checker)
    for output in body.outputs.values():
        _check_output(output, body, checker)


def _check_held(task: Task, checker: Checker) -> None:
    for lock in task.locks:
        checker.check(lock.name, task.parent, task=task)
    if task.call is not None:
        check_locks(task.locks, checker.sink)
    for mount in task.volumes:
        if mount.name is not None:
            checker.check(mount.name, task.parent, task=task)
    check_mounts(task, checker.pipeline, checker.sink)
    if task.cache is not None:
        check_cache(task, task.cache, checker.sink)
        if task.cache.key is not None:
            checker.check(task.cache.key, task.parent, task=task)


def _check_output(output: Output, body: Body, checker: Checker) -> None:
    found = checker.check(output.value, body)
    whole = output.value.whole
    if output.value.parts is None:
        problem = constant_error(given(output.value.node), output.declared)
        if problem:
            message = f"the value of output `{output.name}` is wrong: {problem}"
            checker.sink.error("invalid-constant", message, place(output.value.node))
    elif output.declared is not None and not fits(found, output.declared):
        checker.sink.error(
            "type-mismatch",
            f"output `{output.name}` is declared as {type_text(output.declared)}, its value is {type_text(found)}",
            place(output.value.node),
            conversion_hint(whole.expr, found, output.declared) if whole is not None and whole.expr is not None else "",
        )


def _fallback(output: Output) -> str:
    """Return what may stand for an output that is absent, by its type."""
    type_ = output.declared or output.value.type
    if type_ is None or type_.is_text:
        return "'none'"
    return "0" if type_.is_number else "false" if type_.name == "Bool" else "[]" if type_.is_list else "{}"


def _check_absent(body: Body, sink: Sink) -> None:
    """Report outputs of a group or pipeline whose producer a condition may skip."""
    for output in body.outputs.values():
        for use in output.value.uses:
            if use.kind == "data" and use.task.skippable:
                sink.error(
                    "maybe-absent",
                    f"output `{output.name}` may be absent: task `{use.task.name}` can be skipped",
                    use.span,
                    f"say what it is then: `... ?? {_fallback(output)}`",
                )
        for need in output.value.needs:
            if len(need) > 1 and all(task.skippable for task in need):
                sink.error(
                    "maybe-absent",
                    f"output `{output.name}` may be absent: each of these tasks can be skipped",
                    output.value.uses[-1].span,
                    f"say what it is then: `... ?? {_fallback(output)}`",
                )
    for task in body.tasks.values():
        for inner in task.bodies():
            _check_absent(inner, sink)


def _check_arguments(task: Task, sink: Sink) -> None:
    if task.inputs is None:
        return
    known = ", ".join(task.inputs) or "none"
    meant: set[str | None] = set()
    for name, (span, _) in task.arguments.items():
        if name not in task.inputs:
            meant.add(nearest(name, task.inputs))
            sink.error(
                "unknown-argument",
                f"task `{task.name}` has no input `{name}`",
                span,
                did_you_mean(name, task.inputs, task.arguments),
                notes=(f"its inputs: {known}",),
            )
    for port in task.inputs.values():
        if port.required and port.name not in task.arguments and port.name not in meant:
            at = task.node.key_span("arguments") if "arguments" in task.node else task.span
            sink.error("missing-argument", f"task `{task.name}` needs the argument `{port.name}`", at)
