"""A component made of others (`implementation.graph`) as a pipeline: the same model, with places in the component."""

from yamlflow.components import Component
from yamlflow.components.keys import KEYS, REQUIRED
from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.pipeline.graph_values import ValueReader
from yamlflow.pipeline.limits import Limits
from yamlflow.pipeline.made import Made
from yamlflow.pipeline.model import Body, Input, Output, Pipeline, Task
from yamlflow.pipeline.names import MAX_PIPELINE, MAX_TASK, free_name
from yamlflow.pipeline.options import Retry, Shared
from yamlflow.source import Mapping, Scalar
from yamlflow.source.fields import Fields, as_mapping, place


def graph_pipeline(component: Component, absent: frozenset[str], shared: Shared | None, sink: Sink) -> Pipeline:
    """Return the pipeline that a graph is; `absent` are optional inputs that its caller does not give.

    What passes an absent input on passes nothing, as if its argument were not written.
    """
    graph = component.graph
    assert graph is not None
    pipeline = Pipeline(component.origin.path, graph, shared)
    pipeline.graph = component
    pipeline.name = free_name(component.name, "component", MAX_PIPELINE, ())
    pipeline.description = component.description
    for item in component.inputs:
        default = Made(item.span, item.default) if item.default is not None else None
        pipeline.inputs[item.name] = Input(
            item.name, item.span, item.type, item.description, default, Limits(), item.optional
        )
    return _Graph(component, pipeline, absent, sink).read(graph)


def _fields(node: Mapping, sink: Sink, what: str, table: str) -> Fields:
    return Fields(node, sink, what, KEYS[table], REQUIRED[table])


class _Graph:
    """Reads one graph into a pipeline."""

    def __init__(self, component: Component, pipeline: Pipeline, absent: frozenset[str], sink: Sink) -> None:
        self.component = component
        self.pipeline = pipeline
        self.sink = sink
        self.names: dict[str, str] = {}
        self.values = ValueReader(pipeline.inputs, self.names, absent, sink)

    def read(self, graph: Mapping) -> Pipeline:
        fields = _fields(graph, self.sink, "the graph", "graph")
        tasks = fields.mapping("tasks", "a mapping of tasks")
        if tasks is not None and not tasks.entries:
            self.sink.error("no-tasks", "there are no tasks here", place(tasks))
        for entry in tasks or ():
            name = entry.key.value
            self.names[name] = free_name(name, "task", MAX_TASK, self.names.values())
        for entry in tasks or ():
            node = as_mapping(entry.value, f"task `{entry.key.value}`", self.sink)
            if node is not None:
                self._task(entry.key, node, self.pipeline.body)
        self._outputs(fields)
        return self.pipeline

    def _task(self, key: Scalar, node: Mapping, body: Body) -> None:
        fields = _fields(node, self.sink, f"task `{key.value}`", "graphTask")
        task = Task(self.names[key.value], key.span, node, body)
        body.tasks[task.name] = task
        task.component_ref = fields.mapping("componentRef", "a mapping with one of: url, name, spec")
        for entry in fields.entries("arguments", "a mapping of arguments"):
            value = self.values.argument(entry.value, f"argument `{entry.key.value}` of task `{key.value}`")
            if value is not None:
                task.arguments[entry.key.value] = (entry.key.span, value)
        enabled = fields.get("isEnabled")
        if enabled is not None:
            task.when = self.values.condition(enabled, f"`isEnabled` of task `{key.value}`")
        fields.mapping("annotations")
        options = fields.mapping("executionOptions")
        if options is not None:
            self._options(task, options)

    def _options(self, task: Task, node: Mapping) -> None:
        fields = _fields(node, self.sink, "`executionOptions`", "executionOptions")
        retry, caching = fields.mapping("retryStrategy"), fields.mapping("cachingStrategy")
        if retry is not None:
            limit = _fields(retry, self.sink, "`retryStrategy`", "retryStrategy").integer("maxRetries")
            task.options.retry = Retry(limit, "Always", "", None, None, None) if limit else None
        if caching is not None:
            age = _fields(caching, self.sink, "`cachingStrategy`", "cachingStrategy").text("maxCacheStaleness")
            if age is not None:
                name = "pipelines.kubeflow.org/max_cache_staleness"
                task.options.annotations[name] = age.value

    def _outputs(self, fields: Fields) -> None:
        declared = {item.name: item for item in self.component.outputs}
        given: set[str] = set()
        for entry in fields.entries("outputValues", "a mapping of outputs"):
            name = entry.key.value
            given.add(name)
            if name not in declared:
                hint = did_you_mean(name, declared)
                note = f"its outputs: {', '.join(declared) or 'none'}"
                message = f"the component has no output `{name}`"
                self.sink.error("unknown-output", message, entry.key.span, hint, notes=(note,))
                continue
            value = self.values.output(entry.value, f"output `{name}`", self.pipeline.body)
            if value is not None:
                item = declared[name]
                output = Output(name, item.span, item.type, item.description, value)
                self.pipeline.body.outputs[name] = output
