"""What consumers want of each output: its text (a parameter), its file (an artifact), or both."""

from yamlflow.pipeline.model import Body, Output, Pipeline, Task, Use, Value
from yamlflow.pipeline.scope import reference
from yamlflow.types import Type

_TEXTS = ("String", "Integer", "Float", "Bool", "URI", "GCSPath", "GCRPath", "GCPProjectID", "GCPRegion")


def plain_use(value: Value) -> Use | None:
    """Return the task output that is the whole value, else None."""
    tag = value.whole
    if tag is None or tag.expr is None or not value.uses:
        return None
    return value.uses[0] if reference(tag.expr) is not None else None


def can_be_file(use: Use) -> bool:
    """Whether an output can be handed on as a file: not standard output, not the result of an expression."""
    task = use.task
    if use.field != "outputs" or use.kind == "own" or task.loop is not None:
        return False
    if task.body is None:
        return task.script is None or task.script.stdout != use.output
    inner = plain_use(task.body.outputs[use.output].value)
    return inner is not None and can_be_file(inner)


def is_text(type_: Type | None) -> bool:
    """Whether values of a type are short texts by nature, not files."""
    return type_ is not None and type_.name in _TEXTS


def input_modes(task: Task, name: str) -> frozenset[str]:
    """Return how a task reads an input: its text, a path to it, or both."""
    if task.component is not None:
        return task.component.consumes(name)
    return frozenset(("path",))


class Demand:
    """The modes of every output, found by following values from their consumers back to their producers."""

    __slots__ = ("_collected", "_groups", "_leaves", "at_exit")

    def __init__(self, pipeline: Pipeline) -> None:
        self._leaves: dict[tuple[int, str], set[str]] = {}
        self._groups: dict[tuple[int, str], set[str]] = {}
        self.at_exit: set[tuple[Task, str]] = set()
        self._collected: dict[Task, dict[str, None]] = {}
        for body in pipeline.bodies():
            for task in body.all_tasks():
                self._of_task(task)
        for output in pipeline.body.outputs.values():
            self._of_value(output.value, _handed_out_as(output))

    def of(self, task: Task, output: str) -> frozenset[str]:
        """Return the modes in which an output of a task is wanted; empty when nobody wants it."""
        table = self._leaves if task.body is None else self._groups
        return frozenset(table.get((_key(task), output), ()))

    def collected(self, task: Task) -> list[str]:
        """Return the outputs of a loop that somebody uses, in the order of their declaration."""
        return [name for name in task.outputs or {} if name in self._collected.get(task, ())]

    def of_output(self, body: Body, output: Output) -> frozenset[str]:
        """Return the modes in which a group or the pipeline hands an output out."""
        if body.owner is None:
            return frozenset((_handed_out_as(output),))
        return self.of(body.owner, output.name)

    def _of_task(self, task: Task) -> None:
        for name, (_, value) in task.arguments.items():
            for mode in input_modes(task, name):
                self._of_value(value, mode)
        for value in task.values():
            if all(value is not argument for _, argument in task.arguments.values()):
                self._of_value(value, "value")
        self._of_exit(task)

    def _of_exit(self, task: Task) -> None:
        if task.parent.at_exit:
            for value in task.values():
                self.at_exit |= {(use.task, use.output) for use in value.uses if not use.task.parent.is_exit}

    def _of_value(self, value: Value, mode: str) -> None:
        plain = plain_use(value)
        if plain is not None and mode == "path" and can_be_file(plain):
            self._want(plain, "path")
            return
        for use in value.uses:
            if use.field == "outputs":
                self._want(use, "value")

    def _want(self, use: Use, mode: str) -> None:
        if use.task.loop is not None:
            self._collected.setdefault(use.task, {})[use.output] = None
        table = self._leaves if use.task.body is None else self._groups
        modes = table.setdefault((_key(use.task), use.output), set())
        if mode in modes:
            return
        modes.add(mode)
        if use.task.body is not None:
            self._of_value(use.task.body.outputs[use.output].value, mode)


def _handed_out_as(output: Output) -> str:
    """What is a file by its type leaves the pipeline as a file, all else as text."""
    plain = plain_use(output.value)
    type_ = output.declared or output.value.type
    return "path" if type_ is not None and not is_text(type_) and plain is not None and can_be_file(plain) else "value"


def _key(task: Task) -> int:
    """Tasks of one component share their wants, so that they can share a template."""
    return id(task.component) if task.component is not None else id(task)
