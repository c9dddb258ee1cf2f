"""A body of tasks as an Argo DAG template: arguments threaded in, edges as `depends`, conditions as `when`."""

from collections.abc import Iterator
from typing import Any

from yamlflow.components import sanitize
from yamlflow.expressions import Expr, Step, print_expr
from yamlflow.expressions.ast import Binary, Text
from yamlflow.pipeline.contents import APPROVED, TemplateReference
from yamlflow.pipeline.model import Body, EdgeKind, Output, Task, Value
from yamlflow.pipeline.scope import STATUS_FIELDS
from yamlflow.render import forgiving
from yamlflow.render.call import WORKFLOW_STATUS, call_template
from yamlflow.render.choice import FILE, choice, choices_of, first
from yamlflow.render.demand import first_files, handed_out_as, plain_use
from yamlflow.render.edges import depends_text, waits_of
from yamlflow.render.forgiving import status_of, status_output
from yamlflow.render.held import synchronization
from yamlflow.render.hook import HookLevel, hooks_of
from yamlflow.render.leaf import leaf_template, reference_call
from yamlflow.render.level import Imports, Inner, Level, Shared, Template
from yamlflow.render.loop import ROUND, LoopLevel, wrapper
from yamlflow.render.merge import patched
from yamlflow.render.options import retry_strategy, shaped_fields
from yamlflow.render.text import Reference, braced, chain, expression_of, is_succeeded, joined, tag, text_of, translate
from yamlflow.source import Scalar
from yamlflow.types import Type


def _approved(gate: Task) -> Expr:
    """Return that a person has approved, or was not asked."""
    answer = chain(("tasks", gate.name, "outputs", "parameters", APPROVED))
    given: Expr = Binary("==", answer, Text("true"))
    if not gate.skippable:
        return given
    return Binary("||", Binary("==", chain(("tasks", gate.name, "status")), Text("Skipped")), given)


def _target(called: Template) -> Template:
    """Take what a task calls out of what is known of the call."""
    key = "template" if "template" in called else "templateRef"
    return {key: called.pop(key)}


class BodyBuilder(Level):
    """Builds the template of one body."""

    def __init__(self, body: Body, name: str, shared: Shared) -> None:
        super().__init__(body, shared)
        self.name = name
        self.waits: dict[Task, dict[Task, set[EdgeKind]]] = {}
        self.watched: set[Task] = set()

    def build(self) -> Template:
        """Return the template without its name."""
        self.shared.templates.owners[self.name] = self.body
        self.waits = waits_of(self.body)
        owner = self.body.owner if not self.body.is_hook else None
        locks = synchronization(owner.locks, lambda name: text_of(name, self._around)) if owner is not None else {}
        self.watched = watched = {
            edge.producer for edge in self.body.edges if edge.kind == "status" and not edge.producer.forgiving
        }
        tasks = [built for task in self.body.tasks.values() for built in (*self._choices(task), self._task(task))]
        outputs = self._outputs()
        dag: dict[str, Any] = {}
        if watched:
            waited = {edge.producer for edge in self.body.edges}
            targets = [task.name for task in self.body.tasks.values() if task in watched or task not in waited]
            dag["target"] = " ".join(targets)
            dag["failFast"] = False
        dag["tasks"] = tasks
        template: Template = {}
        inputs = self.imports.inputs()
        if inputs:
            template["inputs"] = inputs
        if outputs:
            template["outputs"] = outputs
        if self.shared.called and self.body.owner is None and self.shared.pipeline.parallelism is not None:
            template["parallelism"] = self.shared.pipeline.parallelism
        if owner is not None and owner.options.retry is not None:
            template["retryStrategy"] = retry_strategy(owner.options.retry)
        if owner is not None and owner.loop is None and owner.max_parallel is not None:
            template["parallelism"] = owner.max_parallel
        template["dag"] = dag
        if owner is None:
            return template
        shaped = owner.options.shaped
        return patched(template | locks | shaped_fields(shaped), shaped)

    def _around(self, steps: tuple[Step, ...]) -> Reference:
        """Return a reference of the group itself: a task of that name in it is not meant."""
        outer = self.body.outer
        task = self.shared.pipeline.find(outer, steps[1].name) if steps[0].name == "tasks" and outer else None
        if task is None or task.parent is self.body:
            return self.resolve(steps)
        return Reference(self.imports.parameter(steps), self._type(task, steps[3].name) if len(steps) > 3 else None)

    def resolve(self, steps: tuple[Step, ...]) -> Reference:
        """Return a reference as this template knows it, threading what comes from outside in as a parameter."""
        names = tuple(step.name for step in steps)
        if names == WORKFLOW_STATUS and self.shared.called:
            return Reference(self.imports.parameter(steps), None)
        if names[0] == "workflow":
            return Reference(names, Type("Float") if names[1:] == ("duration",) else None)
        if names[0] == "retry":
            return Reference(("retries",), Type("Integer"))
        if names[0] == "pod":
            return Reference(names, None)
        looped = self.shared.looped(self.body, names[0])
        if looped is not None:
            return self.shared.element_of(looped, self.element(steps[0]), steps)
        if names[0] == "inputs":
            return Reference(self.imports.parameter(steps), self.shared.pipeline.inputs[names[1]].type)
        task = self.shared.pipeline.find(self.body, names[1])
        assert task is not None
        type_ = None if names[2] in STATUS_FIELDS else self._type(task, names[3])
        if task.parent is self.body:
            return self._local(task, names, type_)
        if self.body.at_exit and not task.parent.at_exit:
            return Reference(
                ("workflow", "outputs", "parameters", f"{task.name}-{sanitize(names[3])}"), type_, optional=True
            )
        return Reference(self.imports.parameter(steps), type_)

    def _local(self, task: Task, names: tuple[str, ...], type_: Type | None) -> Reference:
        if names[2] in STATUS_FIELDS:
            if task.forgiving:
                return status_of(task)
            return Reference(("tasks", task.name, names[2]), type_, absent=names[2] not in ("status", "ip"))
        steps: tuple[str, ...]
        plain = task.loop is None and not task.forgiving
        if plain and task.printed == names[3]:
            steps = ("tasks", task.name, "outputs", "result")
        else:
            steps = ("tasks", task.name, "outputs", "parameters", sanitize(names[3]))
        return Reference(steps, type_, absent=task.skippable)

    def _type(self, task: Task, output: str) -> Type | None:
        found = self._type_of_one(task, output)
        return found if task.loop is None else Type("List", found)

    def _type_of_one(self, task: Task, output: str) -> Type | None:
        port = (task.outputs or {})[output]
        if port.type is None and task.body is not None:
            return task.body.outputs[output].value.type
        return port.type

    def file(self, steps: tuple[Step, ...], task: Task, output: str) -> str:
        """Return the tag of an output as a file."""
        if task.parent is self.body:
            return tag(("tasks", task.name, "outputs", "artifacts", sanitize(output)))
        return self.imports.artifact(steps)

    def _task(self, task: Task) -> Template:
        called = {} if task.loop is not None else self._forgiving(task) if task.forgiving else self._called(task, self)
        conditions = self._conditions(task)
        if task.loop is not None and self._needs_wrapper(task, conditions):
            called = self._wrapped(task)
        elif task.loop is not None:
            level = LoopLevel(task, self, wrapped=False)
            called = self._called(task, level) | level.items()
            conditions = self._filters(task, level, self.name, task.name)
        found: Template = {"name": task.name, **_target(called)}
        depends = depends_text(task, self.waits.get(task, {}))
        if chosen := list(choices_of(task, self.shared.demand)):
            depends = " && ".join([*([f"({depends})"] if depends else []), *chosen])
        if depends:
            found["depends"] = depends
        if conditions:
            found["when"] = braced(joined(conditions))
        found |= called
        if task.hooks:
            hooks = hooks_of(task, HookLevel(task, self, self._type), self._build_inner)
            found["hooks"] = found.get("hooks", {}) | hooks
        return found

    def _choices(self, task: Task) -> Iterator[Template]:
        """Yield the tasks that choose files for a task; they wait as it does."""
        templates = self.shared.templates
        for name, value in choices_of(task, self.shared.demand).items():
            template, arguments = choice(value, self)
            self.shared.choices[id(value)] = name
            found: Template = {"name": name, "template": templates.add("first", (*task.path, "first"), template)}
            templates.add("nothing", ("nothing",), {"suspend": {}})
            depends = depends_text(task, self.waits.get(task, {}))
            if depends:
                found["depends"] = depends
            if conditions := self._conditions(task):
                found["when"] = braced(joined(conditions))
            yield found | {"arguments": arguments}

    def chosen(self, name: str) -> str:
        """Return the tag of the file that a task of that name chooses among several."""
        return tag(("tasks", name, "outputs", "artifacts", FILE))

    def _build_inner(self, body: Body, name: str) -> tuple[Template, Imports]:
        builder = BodyBuilder(body, name, self.shared)
        return builder.build(), builder.imports

    def _needs_wrapper(self, task: Task, conditions: list[Expr]) -> bool:
        """Whether a loop needs a template around it: Argo's own limit and outputs are per template, `when` per item."""
        limited = task.max_parallel is not None or bool(conditions) or task in self.watched or bool(task.hooks)
        return limited or bool(self.shared.demand.collected(task))

    def _called(self, task: Task, level: Level) -> Template:
        """Return the template that a task calls, and with what."""
        if task.call is not None:
            return call_template(task, task.call, level)
        if isinstance(task.content, TemplateReference):
            return reference_call(task, task.content, level)
        if task.body is None:
            template, arguments = leaf_template(task, level)
        else:
            templates = self.shared.templates
            template = templates.free(task.name, task.path)
            templates.reserve(template)
            content, imports = self._build_inner(task.body, template)
            templates.fill(template, content)
            arguments = level.arguments_for(imports)
        return {"template": template, "arguments": arguments} if arguments else {"template": template}

    def _wrapped(self, task: Task) -> Template:
        templates = self.shared.templates
        name = templates.free(f"{task.name}-loop", (*task.path[:-1], f"{task.name}-loop"))
        templates.reserve(name)
        level = LoopLevel(task, self, wrapped=True)
        called = self._called(task, level)
        inner: Template = {"name": ROUND, **_target(called)}
        filters = self._filters(task, level, name, ROUND)
        if filters:
            inner["when"] = braced(joined(filters))
        inner |= called | level.items()
        templates.fill(name, wrapper(task, level, inner, lambda output: self._type_of_one(task, output)))
        arguments = self.arguments_for(level.imports)
        return {"template": name, "arguments": arguments} if arguments else {"template": name}

    def _forgiving(self, task: Task) -> Template:
        templates = self.shared.templates
        name = templates.free(f"{task.name}-continue", (*task.path[:-1], f"{task.name}-continue"))
        templates.reserve(name)
        level = Inner(task, self)
        called = self._called(task, level)
        templates.fill(name, forgiving.wrapper(task, level, called))
        arguments = self.arguments_for(level.imports)
        return {"template": name, "arguments": arguments} if arguments else {"template": name}

    def _filters(self, task: Task, level: LoopLevel, template: str, name: str) -> list[Expr]:
        """Return what must hold of an element for its round to run."""
        found = [guard] if (guard := level.guard()) is not None else []
        when = task.when
        if level.loop.filters and when is not None and when.whole is not None and when.whole.expr is not None:
            found.append(translate(when.whole.expr, level.resolve, when.loops))
            self._note_condition(when, template, name)
        return found

    def _conditions(self, task: Task) -> list[Expr]:
        """Return the producers' success where one may be skipped, and the task's own condition."""
        conditions: dict[str, Expr] = {}
        for need in task.needs:
            if all(producer.skippable for producer in need) or len(need) > 1:
                term = joined([is_succeeded(self._status(producer)) for producer in need], "||")
                conditions.setdefault(print_expr(term), term)
        found = [*conditions.values(), *map(_approved, task.gates)]
        when = task.when
        filters = task.loop is not None and task.loop.filters
        if not filters and when is not None and when.whole is not None and when.whole.expr is not None:
            found.append(translate(when.whole.expr, self.resolve, when.loops))
            self._note_condition(when, self.name, task.name)
        return found

    def _status(self, task: Task) -> Reference:
        own = ("outputs", "parameters", status_output(task)) if task.forgiving else ("status",)
        return Reference(("tasks", task.name, *own), None)

    def _note_condition(self, when: Value, template: str, name: str) -> None:
        if isinstance(when.node, Scalar):
            self.shared.conditions[f"{template}.{name}"] = when.node.value.strip()[3:-2].strip()

    def _outputs(self) -> dict[str, Any]:
        parameters: list[Template] = []
        artifacts: list[Template] = []
        top = self.body.owner is None and not self.shared.called
        for output in self.body.outputs.values():
            wanted = self._wanted(output)
            name = sanitize(output.name)
            exported = {"globalName": name} if top else {}
            if "value" in wanted:
                parameters.append({"name": name, **exported, "valueFrom": self._value_from(output)})
            if "path" in wanted:
                if first_files(output.value):
                    source = {"fromExpression": first(output.value, self)}
                else:
                    source = {"from": self.artifact(output.value)["from"]}
                artifacts.append({"name": name, **exported, **source})
        outputs: dict[str, Any] = {}
        if parameters:
            outputs["parameters"] = parameters
        if artifacts:
            outputs["artifacts"] = artifacts
        return outputs

    def _wanted(self, output: Output) -> frozenset[str]:
        demand = self.shared.demand
        if self.body.owner is not None:
            return demand.of(self.body.owner, output.name)
        if self.shared.called:
            return demand.of_called(self.shared.pipeline, output)
        return frozenset((handed_out_as(output),))

    def _value_from(self, output: Output) -> dict[str, str]:
        if plain_use(output.value) is not None:
            return {"parameter": text_of(output.value, self.resolve)}
        return {"expression": print_expr(expression_of(output.value, self.resolve))}
