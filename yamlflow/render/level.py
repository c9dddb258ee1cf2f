"""A place in the manifest at which arguments are written, and how what they refer to is called there."""

from typing import Any

from yamlflow.components import sanitize
from yamlflow.expressions import Step
from yamlflow.pipeline.model import Body, Pipeline, Task, Value
from yamlflow.pipeline.scope import reference
from yamlflow.render.demand import Demand, can_be_file, plain_use
from yamlflow.render.element import element, travels_as_json
from yamlflow.render.templates import Templates
from yamlflow.render.text import Reference, passed, tag, text_of

Template = dict[str, Any]


class Shared:
    """What all builders of one manifest share."""

    __slots__ = ("conditions", "demand", "pipeline", "templates")

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.demand = Demand(pipeline)
        self.templates = Templates()
        self.conditions: dict[str, str] = {}

    def looped(self, body: Body, name: str) -> Task | None:
        """Return the looped group around a body whose elements have this name."""
        return next((task for task in body.loops() if task.loop is not None and task.loop.name == name), None)

    def element_of(self, task: Task, base: tuple[str, ...], steps: tuple[Step, ...]) -> Reference:
        """Return what is read of an element of a task's loop, which is called `base` here."""
        assert task.loop is not None
        path = tuple(step.name for step in steps[1:])
        return element(task.loop, base, path, as_json=travels_as_json(task))


class Imports:
    """What a DAG template takes from outside: its inputs, and for each the reference that the caller passes.

    A reference of one step is the element of a loop, whole.
    """

    __slots__ = ("artifacts", "parameters")

    def __init__(self) -> None:
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
            found["artifacts"] = [{"name": name} for name in self.artifacts]
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
        use = plain_use(value)
        if use is None or not can_be_file(use):
            return {"raw": {"data": self.text(value)}}
        only = value.whole
        assert only is not None and only.expr is not None
        steps = reference(only.expr)
        assert steps is not None
        return {"from": self.file(steps, use.task, use.output)}

    def arguments_for(self, imports: Imports) -> Template:
        """Return the arguments for a template that takes these in."""
        found: Template = {}
        if imports.parameters:
            found["parameters"] = [
                {"name": name, "value": tag(self.element(steps[0])) if len(steps) == 1 else passed(self.resolve(steps))}
                for name, steps in imports.parameters.items()
            ]
        if imports.artifacts:
            found["artifacts"] = [{"name": name, "from": self._far(steps)} for name, steps in imports.artifacts.items()]
        return found

    def _far(self, steps: tuple[Step, ...]) -> str:
        task = self.shared.pipeline.find(self.body, steps[1].name)
        assert task is not None
        return self.file(steps, task, steps[3].name)
