"""Pipelines and graph components that tasks call: each is parsed and linked once, whatever number of tasks call it."""

import os
from collections.abc import Callable
from typing import NamedTuple

from yamlflow.components import Component, Loader
from yamlflow.diagnostics import Related, Sink, Span
from yamlflow.expressions import references
from yamlflow.pipeline.model import Body, Pipeline, Task
from yamlflow.pipeline.parse import parse_pipeline
from yamlflow.source import Mapping
from yamlflow.source.fields import place

_Key = tuple[tuple[str, int], frozenset[str]]
_OF_THE_RUN = (
    *("serviceAccount", "timeout", "hooks", "mutex", "semaphore", "schedule", "priority", "ttl", "podGC"),
    "experiment",
    *("imagePullSecrets", "archiveLogs", "artifacts", "nodeSelector", "tolerations", "affinity", "securityContext"),
    *("metrics", "pod", "argo"),
)
_OF_THE_END = ("failures", "duration")
_OF_PODS = (
    *("env", "resources", "workdir", "imagePullPolicy", "nodeSelector", "serviceAccount", "timeout"),
    *(
        "labels",
        "annotations",
        "artifacts",
        "volumes",
        "tolerations",
        "affinity",
        "securityContext",
        "sidecars",
        "init",
        "daemon",
    ),
    *("metrics", "pod", "argo"),
)


class _Open(NamedTuple):
    """A pipeline that is being linked, and the task of it that is looked at."""

    key: _Key
    pipeline: Pipeline
    task: Task | None


class Calls:
    """The pipelines that one pipeline calls, directly and through others."""

    def __init__(self, top: Pipeline, sink: Sink, link: Callable[[Pipeline, Sink, "Calls"], None]) -> None:
        self.loader = Loader(sink, top.shared.store)
        self.sink = sink
        self._link = link
        key = (_identity(top.path, top.node if top.graph is not None else None), frozenset[str]())
        self._known: dict[_Key, Pipeline] = {key: top}
        self._trail = [_Open(key, top, None)]

    def pipeline(self, task: Task, component: Component) -> Pipeline | None:
        """Return the linked pipeline that a task calls; one that is being linked already is a cycle."""
        key = _key(task, component)
        self._trail[-1] = self._trail[-1]._replace(task=task)
        depth = next((at for at, item in enumerate(self._trail) if item.key[0] == key[0]), -1)
        if depth >= 0 and not self._may_recur(self._trail[depth:]):
            self._report_cycle(self._trail[depth:])
            return None
        if key not in self._known:
            self._known[key] = self._parse(component, key[1])
            self._trail.append(_Open(key, self._known[key], None))
            self._link(self._known[key], self.sink, self)
            self._trail.pop()
        return self._known[key]

    def _parse(self, component: Component, absent: frozenset[str]) -> Pipeline:
        shared = self._trail[-1].pipeline.shared
        if component.pipeline is not None:
            return parse_pipeline(component.pipeline, component.origin.path, self.sink, shared)
        from yamlflow.pipeline.graph_component import graph_pipeline

        return graph_pipeline(component, absent, shared, self.sink)

    def _may_recur(self, cycle: list[_Open]) -> bool:
        """Whether a cycle can end: it is of pipelines alone, and a condition that a run decides stands in it."""
        tasks = [item.task for item in cycle if item.task is not None]
        return all(item.pipeline.graph is None for item in cycle) and any(map(_is_conditional, tasks))

    def _report_cycle(self, cycle: list[_Open]) -> None:
        names = [f"`{os.path.basename(item.pipeline.path)}`" for item in [*cycle, cycle[0]]]
        spans = [_reference_span(item.task) for item in cycle if item.task is not None]
        message = f"{names[0]} contains itself: {' → '.join(names)}"
        hint = ""
        if all(item.pipeline.graph is None for item in cycle):
            hint = "a pipeline can call itself in a task whose `when` depends on the run"
        related = tuple(Related(span, "by this reference") for span in spans[:-1])
        self.sink.error("component-cycle", message, spans[-1], hint, related=related)


def _key(task: Task, component: Component) -> _Key:
    optional = (item.name for item in component.inputs if item.optional and item.default is None)
    absent = frozenset(name for name in optional if name not in task.arguments)
    return _identity(component.origin.path, component.graph), absent


def _identity(path: str, graph: Mapping | None) -> tuple[str, int]:
    """Return what tells a pipeline from all others; a file may hold several graphs."""
    return os.path.abspath(path), graph.span.start if graph is not None else -1


def _is_conditional(task: Task) -> bool:
    at: Task | None = task
    while at is not None:
        if at.when is not None and any(True for expr in at.when.expressions for _ in references(expr)):
            return True
        at = at.parent.owner
    return False


def _reference_span(task: Task) -> Span:
    return place(task.component_ref) if task.component_ref is not None else task.span


def check_call(task: Task, called: Pipeline, sink: Sink) -> None:
    """Report options that a task cannot have when it calls a pipeline, and what of that pipeline does not count."""
    if "retry" not in task.node and "executionOptions" not in task.node:
        task.options.retry = None  # the defaults are for tasks that run something
    task.env, task.volumes = {}, []
    for key in _OF_PODS:
        if key in task.node:
            message = f"`{key}` cannot be given to a task that calls a pipeline"
            sink.error("misplaced-key", message, task.node.key_span(key), "give it to the tasks inside")
    name = os.path.basename(called.path)
    if called.on_exit is not None and (task.loop is not None or "exit" in task.hooks):
        message = f"`onExit` of `{name}` does not run here: the task is a loop"
        if task.loop is None:
            message = f"`onExit` of `{name}` does not run here: the task has its own"
        hint = "call the pipeline in a group that has this" if task.loop is None else "call it in a group with the loop"
        sink.warning("ignored-setting", message, _reference_span(task), hint)
    if called.on_exit is not None:
        _check_exit(task, called.on_exit, name, sink)
    for key in _OF_THE_RUN:
        if called.graph is None and key in called.node:
            message = f"`{key}` of `{name}` does not count here"
            hint = "only that of the outermost pipeline does"
            sink.warning("ignored-setting", message, _reference_span(task), hint)


def _check_exit(task: Task, on_exit: Body, name: str, sink: Sink) -> None:
    """Report what `onExit` of a called pipeline cannot see: there it is a hook of the call, not the end of a run."""
    seen: list[Span] = []
    for inner in on_exit.all_tasks():
        for value in inner.values():
            seen += [use.span for use in value.uses if not use.task.parent.at_exit]
            for expr in value.expressions:
                for _, steps in references(expr):
                    if steps[0].name == "workflow" and steps[-1].name in _OF_THE_END:
                        seen.append(value.at(steps[0].start, steps[-1].end))
    if seen:
        message = f"`onExit` of `{name}` uses what only the outermost pipeline's `onExit` knows"
        related = tuple(Related(span, "this") for span in seen)
        sink.error("out-of-scope", message, _reference_span(task), related=related)
