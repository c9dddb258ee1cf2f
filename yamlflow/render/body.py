"""A body of tasks as an Argo DAG template: arguments threaded in, edges as `depends`, conditions as `when`."""

from typing import Any

from yamlflow.components import sanitize
from yamlflow.expressions import Expr, Step, print_expr
from yamlflow.expressions.ast import Binary
from yamlflow.pipeline.model import Body, EdgeKind, Output, Pipeline, Task, Value
from yamlflow.pipeline.scope import STATUS_FIELDS, reference
from yamlflow.render.demand import Demand, can_be_file, plain_use
from yamlflow.render.edges import depends_text, waits_of
from yamlflow.render.leaf import leaf_template
from yamlflow.render.options import retry_strategy
from yamlflow.render.templates import Templates
from yamlflow.render.text import Reference, expression_of, is_succeeded, tag, text_of, translate
from yamlflow.source import Scalar
from yamlflow.types import Type

Template = dict[str, Any]


class Shared:
    """What all builders of one manifest share."""

    __slots__ = ("conditions", "demand", "pipeline", "templates")

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.demand = Demand(pipeline)
        self.templates = Templates()
        self.conditions: dict[str, str] = {}


class Imports:
    """What a DAG template takes from outside: its inputs, and for each the reference that the caller passes."""

    __slots__ = ("artifacts", "parameters")

    def __init__(self) -> None:
        self.parameters: dict[str, tuple[Step, ...]] = {}
        self.artifacts: dict[str, tuple[Step, ...]] = {}

    def name(self, steps: tuple[Step, ...], table: dict[str, tuple[Step, ...]]) -> str:
        """Return the input's name for a reference: `inputs.a` → `a`, `tasks.x.outputs.o` → `x-o`."""
        path = tuple(step.name for step in steps)
        base = sanitize("-".join(part for part in path[1:] if part != "outputs"))
        name, number = base, 2
        while name in table and tuple(step.name for step in table[name]) != path:
            name, number = f"{base}-{number}", number + 1
        table.setdefault(name, steps)
        return name


class BodyBuilder:
    """Builds the template of one body; `outer` builds the body around it."""

    def __init__(self, body: Body, name: str, shared: Shared, outer: "BodyBuilder | None") -> None:
        self.body = body
        self.name = name
        self.shared = shared
        self.outer = outer
        self.imports = Imports()
        self.waits: dict[Task, dict[Task, set[EdgeKind]]] = {}

    def build(self) -> Template:
        """Return the template without its name."""
        self.waits = waits_of(self.body)
        watched = {edge.producer for edge in self.body.edges if edge.kind == "status"}
        tasks = [self._task(task) for task in self.body.tasks.values()]
        outputs = self._outputs()
        dag: dict[str, Any] = {}
        if watched:
            waited = {edge.producer for edge in self.body.edges}
            targets = [task.name for task in self.body.tasks.values() if task in watched or task not in waited]
            dag["target"] = " ".join(targets)
            dag["failFast"] = False
        dag["tasks"] = tasks
        template: Template = {}
        inputs = self._inputs()
        if inputs:
            template["inputs"] = inputs
        if outputs:
            template["outputs"] = outputs
        if self.body.owner is not None and self.body.owner.options.retry is not None:
            template["retryStrategy"] = retry_strategy(self.body.owner.options.retry)
        template["dag"] = dag
        return template

    def _inputs(self) -> dict[str, Any]:
        inputs: dict[str, Any] = {}
        if self.imports.parameters:
            inputs["parameters"] = [{"name": name} for name in self.imports.parameters]
        if self.imports.artifacts:
            inputs["artifacts"] = [{"name": name} for name in self.imports.artifacts]
        return inputs

    def resolve(self, steps: tuple[Step, ...]) -> Reference:
        """Return a reference as this template knows it, threading what comes from outside in as a parameter."""
        names = tuple(step.name for step in steps)
        if names[0] == "workflow":
            return Reference(names, Type("Float") if names[1:] == ("duration",) else None)
        if names[0] == "retry":
            return Reference(("retries",), Type("Integer"))
        if names[0] == "pod":
            return Reference(names, None)
        if names[0] == "inputs":
            known = self.shared.pipeline.inputs[names[1]]
            return Reference(("inputs", "parameters", self.imports.name(steps, self.imports.parameters)), known.type)
        task = self.shared.pipeline.find(self.body, names[1])
        assert task is not None
        type_ = None if names[2] in STATUS_FIELDS else self._type(task, names[3])
        if task.parent is self.body:
            return self._local(task, names, type_)
        if self.body.at_exit and not task.parent.is_exit:
            return Reference(
                ("workflow", "outputs", "parameters", f"{task.name}-{sanitize(names[3])}"), type_, optional=True
            )
        return Reference(("inputs", "parameters", self.imports.name(steps, self.imports.parameters)), type_)

    def _local(self, task: Task, names: tuple[str, ...], type_: Type | None) -> Reference:
        status = ("tasks", task.name, "status")
        if names[2] in STATUS_FIELDS:
            return Reference(("tasks", task.name, names[2]), type_, absent=names[2] != "status")
        steps: tuple[str, ...]
        if task.script is not None and task.script.stdout == names[3]:
            steps = ("tasks", task.name, "outputs", "result")
        else:
            steps = ("tasks", task.name, "outputs", "parameters", sanitize(names[3]))
        return Reference(steps, type_, absent=task.skippable, succeeded=status)

    def _type(self, task: Task, output: str) -> Type | None:
        port = (task.outputs or {})[output]
        if port.type is None and task.body is not None:
            return task.body.outputs[output].value.type
        return port.type

    def artifact(self, value: Value) -> dict[str, Any]:
        """Return where an artifact argument comes from: a producer's file, or the value's text as `raw`."""
        use = plain_use(value)
        if use is None or not can_be_file(use):
            return {"raw": {"data": text_of(value, self.resolve)}}
        only = value.whole
        assert only is not None and only.expr is not None
        steps = reference(only.expr)
        assert steps is not None
        return {"from": self._file(steps, use.task, use.output)}

    def _file(self, steps: tuple[Step, ...], task: Task, output: str) -> str:
        if task.parent is self.body:
            return tag(("tasks", task.name, "outputs", "artifacts", sanitize(output)))
        return tag(("inputs", "artifacts", self.imports.name(steps, self.imports.artifacts)))

    def _task(self, task: Task) -> Template:
        if task.body is not None:
            template, arguments = self._group(task)
        else:
            template, arguments = leaf_template(task, self)
        found: Template = {"name": task.name, "template": template}
        depends = depends_text(task, self.waits.get(task, {}))
        if depends:
            found["depends"] = depends
        when = self._when(task)
        if when:
            found["when"] = when
        if arguments:
            found["arguments"] = arguments
        return found

    def _group(self, task: Task) -> tuple[str, dict[str, Any]]:
        assert task.body is not None
        templates = self.shared.templates
        name = templates.free(task.name, task.path)
        templates.reserve(name)
        inner = BodyBuilder(task.body, name, self.shared, self)
        templates.fill(name, inner.build())
        arguments: dict[str, Any] = {}
        parameters = [{"name": name, "value": self._passed(steps)} for name, steps in inner.imports.parameters.items()]
        if parameters:
            arguments["parameters"] = parameters
        artifacts = [
            {"name": name, "from": self._passed_file(steps)} for name, steps in inner.imports.artifacts.items()
        ]
        if artifacts:
            arguments["artifacts"] = artifacts
        return name, arguments

    def _passed(self, steps: tuple[Step, ...]) -> str:
        found = self.resolve(steps)
        return tag(found.steps)

    def _passed_file(self, steps: tuple[Step, ...]) -> str:
        task = self.shared.pipeline.find(self.body, steps[1].name)
        assert task is not None
        return self._file(steps, task, steps[3].name)

    def _when(self, task: Task) -> str:
        """Return `when`: the producers' success where one may be skipped, and the task's own condition."""
        conditions: list[Expr] = []
        for need in task.needs:
            if all(producer.skippable for producer in need) or len(need) > 1:
                terms = [is_succeeded(("tasks", producer.name, "status")) for producer in need]
                term = terms[0]
                for other in terms[1:]:
                    term = Binary("||", term, other)
                if print_expr(term) not in map(print_expr, conditions):
                    conditions.append(term)
        if task.when is not None and task.when.whole is not None and task.when.whole.expr is not None:
            conditions.append(translate(task.when.whole.expr, self.resolve))
            if isinstance(task.when.node, Scalar):
                source = task.when.node.value.strip()[3:-2].strip()
                self.shared.conditions[f"{self.name}.{task.name}"] = source
        if not conditions:
            return ""
        found = conditions[0]
        for condition in conditions[1:]:
            found = Binary("&&", found, condition)
        return "{{= " + print_expr(found) + " }}"

    def _outputs(self) -> dict[str, Any]:
        parameters: list[Template] = []
        artifacts: list[Template] = []
        top = self.body.owner is None
        for output in self.body.outputs.values():
            wanted = self.shared.demand.of_output(self.body, output)
            name = sanitize(output.name)
            exported = {"globalName": name} if top else {}
            if "value" in wanted:
                parameters.append({"name": name, **exported, "valueFrom": self._value_from(output)})
            if "path" in wanted:
                artifacts.append({"name": name, **exported, "from": self.artifact(output.value)["from"]})
        outputs: dict[str, Any] = {}
        if parameters:
            outputs["parameters"] = parameters
        if artifacts:
            outputs["artifacts"] = artifacts
        return outputs

    def _value_from(self, output: Output) -> dict[str, str]:
        if plain_use(output.value) is not None:
            return {"parameter": text_of(output.value, self.resolve)}
        return {"expression": print_expr(expression_of(output.value, self.resolve))}
