"""A place in the manifest at which arguments are written, and how what they refer to is called there."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from yamlflow.components import Component, sanitize
from yamlflow.expressions import Step
from yamlflow.pipeline.artifacts import artifact_of
from yamlflow.pipeline.model import Body, Pipeline, Task, Value
from yamlflow.pipeline.scope import reference
from yamlflow.render.annotations import component_annotations
from yamlflow.render.demand import Demand, can_be_file, first_files, plain_input, plain_use
from yamlflow.render.element import element, travels_as_json
from yamlflow.render.secrets import secrets_of
from yamlflow.render.templates import Templates
from yamlflow.render.text import Reference, data_of, passed, passed_if_there, tag, text_of

Template = dict[str, Any]
CHOICE = "choice"
"""What begins a reference to the file that a task chooses among several."""


class Shared:
    """What all builders of one pipeline share; with those of the pipelines that it calls, all but the pipeline.

    `calls` are the templates of called pipelines; `called` tells whether this is one of them.
    """

    __slots__ = (
        *("_annotations", "called", "calls", "choices", "conditions", "demand", "maybe", "pipeline", "secrets"),
        "templates",
    )

    def __init__(
        self, pipeline: Pipeline, caller: "Shared | None" = None, parameters: Mapping[str, str] | None = None
    ) -> None:
        self.pipeline = pipeline
        self.secrets = secrets_of(pipeline, parameters or {})
        self._annotations: dict[tuple[int, tuple[str, ...]], dict[str, str]] = {}
        self.called = caller is not None
        self.demand: Demand = caller.demand if caller is not None else Demand(pipeline)
        self.templates: Templates = caller.templates if caller is not None else Templates()
        self.conditions: dict[str, str] = caller.conditions if caller is not None else {}
        self.choices: dict[int, str] = {}
        self.calls: dict[tuple[int, str], CallTemplate] = caller.calls if caller is not None else {}
        self.maybe = {
            (use.task, use.output)
            for body in pipeline.bodies()
            for value in _values_of(body)
            for use in value.uses
            if use.kind == "maybe"
        }

    def annotations_of(self, component: Component, parameters: list[str]) -> dict[str, str]:
        """Return the annotations of a component's template; many tasks share them."""
        key = (id(component), tuple(parameters))
        if key not in self._annotations:
            self._annotations[key] = component_annotations(component, parameters)
        return self._annotations[key]

    def looped(self, body: Body, name: str) -> Task | None:
        """Return the looped group around a body whose elements have this name."""
        return next((task for task in body.loops() if task.loop is not None and task.loop.name == name), None)

    def element_of(self, task: Task, base: tuple[str, ...], steps: tuple[Step, ...]) -> Reference:
        """Return what is read of an element of a task's loop, which is called `base` here."""
        assert task.loop is not None
        path = tuple(step.name for step in steps[1:])
        return element(task.loop, base, path, as_json=travels_as_json(task))


def _values_of(body: Body) -> Iterator[Value]:
    for task in body.all_tasks():
        yield from task.values()
        for output in task.body.outputs.values() if task.body is not None else ():
            yield output.value


class CallTemplate(NamedTuple):
    """The template of a pipeline that tasks call; that of its `onExit`, and what this takes in."""

    name: str
    exit_name: str
    exit_imports: "Imports"


class Imports:
    """What a DAG template takes from outside: its inputs, and for each the reference that the caller passes.

    A reference of one step is the element of a loop, whole. Artifacts in `optional` may be absent.
    """

    __slots__ = ("artifacts", "optional", "parameters")

    def __init__(self) -> None:
        self.optional: set[str] = set()
        self.parameters: dict[str, tuple[Step, ...]] = {}
        self.artifacts: dict[str, tuple[Step, ...]] = {}

    def name(self, steps: tuple[Step, ...], table: dict[str, tuple[Step, ...]]) -> str:
        """Return the input's name for a reference: `inputs.a` → `a`, `tasks.x.outputs.o` → `x-o`."""
        path = tuple(step.name for step in steps)
        base = sanitize("-".join(part for part in path[1:] if part != "outputs") or path[0])
        name, number = base, 2
        while name in table and tuple(step.name for step in table[name]) != path:
            name, number = f"{base}-{number}", number + 1
        table.setdefault(name, steps)
        return name

    def parameter(self, steps: tuple[Step, ...]) -> tuple[str, ...]:
        """Return how a reference is called in the template that takes it in."""
        return "inputs", "parameters", self.name(steps, self.parameters)

    def artifact(self, steps: tuple[Step, ...]) -> str:
        """Return the tag of a file in the template that takes it in."""
        return tag(("inputs", "artifacts", self.name(steps, self.artifacts)))

    def inputs(self) -> Template:
        """Return `inputs` of the template."""
        found: Template = {}
        if self.parameters:
            found["parameters"] = [{"name": name} for name in self.parameters]
        if self.artifacts:
            found["artifacts"] = [
                {"name": name} | ({"optional": True} if name in self.optional else {}) for name in self.artifacts
            ]
        return found


class Level:
    """A place at which arguments are written; its names are those that `body` sees."""

    def __init__(self, body: Body, shared: Shared) -> None:
        self.body = body
        self.shared = shared
        self.imports = Imports()

    def resolve(self, steps: tuple[Step, ...]) -> Reference:
        """Return a reference as it is called here."""
        raise NotImplementedError

    def element(self, name: Step) -> tuple[str, ...]:
        """Return how the element of a loop is called here, in the form in which it travels."""
        return self.imports.parameter((name,))

    def file(self, steps: tuple[Step, ...], task: Task, output: str) -> str:
        """Return the tag of an output as a file."""
        del task, output
        return self.imports.artifact(steps)

    def text(self, value: Value) -> str:
        """Return a value as the text of an argument."""
        return text_of(value, self.resolve)

    def artifact(self, value: Value) -> Template:
        """Return where an artifact argument comes from: a producer's file, or the value's text as `raw`."""
        if artifact_of(value) is not None:
            data = data_of(value, self.text)
            return data["artifact"] if isinstance(data, dict) else {}
        if first_files(value):
            return {"from": self.chosen(self.shared.choices[id(value)])}
        use = plain_use(value)
        is_file = use is not None and can_be_file(use)
        if not is_file and not (plain_input(value) and self.shared.called):
            return {"raw": {"data": self.text(value)}}
        only = value.whole
        assert only is not None and only.expr is not None
        steps = reference(only.expr)
        assert steps is not None
        return {"from": self.file(steps, use.task, use.output) if use is not None else self.input_file(steps)}

    def chosen(self, name: str) -> str:
        """Return the tag of the file that a task of that name chooses among several."""
        return self.imports.artifact((Step(CHOICE, 0, 0), Step(name, 0, 0)))

    def input_file(self, steps: tuple[Step, ...]) -> str:
        """Return the tag of an input of a called pipeline as a file."""
        return self.imports.artifact(steps)

    def arguments_for(self, imports: Imports) -> Template:
        """Return the arguments for a template that takes these in."""
        found: Template = {}
        if imports.parameters:
            found["parameters"] = [
                {"name": name, "value": self._handed(steps)} for name, steps in imports.parameters.items()
            ]
        if imports.artifacts:
            found["artifacts"] = [
                {"name": name, "from": self._far(steps)} | ({"optional": True} if name in imports.optional else {})
                for name, steps in imports.artifacts.items()
            ]
        return found

    def _handed(self, steps: tuple[Step, ...]) -> str:
        if len(steps) == 1:
            return tag(self.element(steps[0]))
        found = self.resolve(steps)
        if steps[0].name == "tasks" and len(steps) == 4:
            task = self.shared.pipeline.find(self.body, steps[1].name)
            if (task, steps[3].name) in self.shared.maybe:
                return passed_if_there(found)
        return passed(found)

    def _far(self, steps: tuple[Step, ...]) -> str:
        if steps[0].name == CHOICE:
            return self.chosen(steps[1].name)
        if steps[0].name == "inputs":
            return self.input_file(steps)
        task = self.shared.pipeline.find(self.body, steps[1].name)
        assert task is not None
        return self.file(steps, task, steps[3].name)


class Inner(Level):
    """Inside a template around one task, into which all that the task speaks of is passed."""

    def __init__(self, task: Task, outer: Level) -> None:
        super().__init__(task.parent, outer.shared)
        self.task = task
        self.outer = outer

    def resolve(self, steps: tuple[Step, ...]) -> Reference:
        """Return a reference as it is called here."""
        if steps[0].name in ("retry", "pod"):
            return self.outer.resolve(steps)
        around = self.shared.looped(self.task.parent, steps[0].name)
        if around is not None:
            return self.shared.element_of(around, self.element(steps[0]), steps)
        found = self.outer.resolve(steps)
        return found if found.steps[0] == "workflow" else Reference(self.imports.parameter(steps), found.type)
