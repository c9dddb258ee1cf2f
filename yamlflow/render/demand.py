"""What consumers want of each output: its text (a parameter), its file (an artifact), or both."""

from yamlflow.expressions.ast import Binary
from yamlflow.pipeline.called import with_called
from yamlflow.pipeline.container_set import ContainerSet
from yamlflow.pipeline.contents import TemplateReference
from yamlflow.pipeline.model import Output, Pipeline, Task, Use, Value
from yamlflow.pipeline.scope import operands_of, reference
from yamlflow.types import Type

_TEXTS = ("String", "Integer", "Float", "Bool", "URI", "GCSPath", "GCRPath", "GCPProjectID", "GCPRegion")


def plain_use(value: Value) -> Use | None:
    """Return the task output that is the whole value, else None."""
    tag = value.whole
    if tag is None or tag.expr is None or not value.uses:
        return None
    return value.uses[0] if reference(tag.expr) is not None else None


def plain_input(value: Value) -> str:
    """Return the pipeline's input that is the whole value, else ""."""
    tag = value.whole
    if tag is None or tag.expr is None or not value.inputs:
        return ""
    return value.inputs[0] if reference(tag.expr) is not None else ""


def first_files(value: Value, seen: frozenset[tuple[int, str]] = frozenset()) -> list[Use]:
    """Return the outputs of `a ?? b ?? c`, when each of them is one that can be handed on as a file, else none."""
    tag = value.whole
    if tag is None or not isinstance(tag.expr, Binary) or tag.expr.op != "??":
        return []
    operands = operands_of(tag.expr)
    plain = all((steps := reference(operand)) is not None and steps[0].name == "tasks" for operand in operands)
    all_files = plain and len(value.uses) == len(operands) and all(can_be_file(use, seen) for use in value.uses)
    return value.uses if all_files else []


def can_be_file(use: Use, seen: frozenset[tuple[int, str]] = frozenset()) -> bool:
    """Whether an output can be handed on as a file: not standard output, not the result of an expression.

    `seen` are outputs that are being looked at: a pipeline that calls itself may hand on what that call hands out.
    """
    task = use.task
    if use.field != "outputs" or use.kind == "own" or task.loop is not None:
        return False
    outputs = handed_out(task)
    if outputs is None:
        return task.printed != use.output and (
            task.content is None or isinstance(task.content, (ContainerSet, TemplateReference))
        )
    key, value = (id(outputs), use.output), outputs[use.output].value
    if key in seen:
        return True
    inner = plain_use(value)
    return can_be_file(inner, seen | {key}) if inner is not None else bool(first_files(value, seen | {key}))


def handed_out(task: Task) -> dict[str, Output] | None:
    """Return the outputs of what a task holds or calls, None when it runs one program."""
    body = task.call.body if task.call is not None else task.body
    return body.outputs if body is not None else None


def is_text(type_: Type | None) -> bool:
    """Whether values of a type are short texts by nature, not files."""
    return type_ is not None and type_.name in _TEXTS


def input_modes(task: Task, name: str) -> frozenset[str]:
    """Return how a task reads an input: its text, a path to it, or both."""
    if task.component is not None:
        return task.component.consumes(name)
    if isinstance(task.content, TemplateReference) and name not in task.content.files:
        return frozenset(("value",))
    return frozenset(("path",))


class Demand:
    """The modes of every output, found by following values from their consumers back to their producers.

    Also of the inputs of pipelines that tasks call: what they want of an input is what the call has to pass.
    """

    __slots__ = ("_callers", "_collected", "_inputs", "_outputs", "at_exit")

    def __init__(self, pipeline: Pipeline) -> None:
        self._outputs: dict[tuple[int, str], set[str]] = {}
        self._inputs: dict[tuple[int, str], set[str]] = {}
        self._callers: dict[int, list[tuple[Task, Pipeline]]] = {}
        self.at_exit: set[tuple[Task, str]] = set()
        self._collected: dict[Task, dict[str, None]] = {}
        tasks = [(task, one) for one in with_called(pipeline) for body in one.bodies() for task in body.all_tasks()]
        for task, caller in tasks:
            if task.call is not None:
                self._callers.setdefault(id(task.call), []).append((task, caller))
        for task, owner in tasks:
            self._of_task(task, owner)
        for output in pipeline.body.outputs.values():
            self._of_value(output.value, handed_out_as(output), pipeline)

    def of(self, task: Task, output: str) -> frozenset[str]:
        """Return the modes in which an output of a task is wanted; empty when nobody wants it."""
        return frozenset(self._outputs.get((_key(task), output), ()))

    def collected(self, task: Task) -> list[str]:
        """Return the outputs of a loop that somebody uses, in the order of their declaration."""
        return [name for name in task.outputs or {} if name in self._collected.get(task, ())]

    def of_called(self, pipeline: Pipeline, output: Output) -> frozenset[str]:
        """Return the modes in which a pipeline that tasks call hands an output out."""
        return frozenset(self._outputs.get((id(pipeline), output.name), ()))

    def of_input(self, pipeline: Pipeline, name: str) -> frozenset[str]:
        """Return the modes in which a pipeline that tasks call takes an input."""
        return frozenset(self._inputs.get((id(pipeline), name), ()))

    def _of_task(self, task: Task, pipeline: Pipeline) -> None:
        if task.call is None:
            for name, (_, value) in task.arguments.items():
                for mode in input_modes(task, name):
                    self._of_value(value, mode, pipeline)
        for value in task.values():
            if all(value is not argument for _, argument in task.arguments.values()):
                self._of_value(value, "value", pipeline)
        self._of_exit(task)

    def _of_exit(self, task: Task) -> None:
        if task.parent.at_exit:
            for value in task.values():
                self.at_exit |= {(use.task, use.output) for use in value.uses if not use.task.parent.at_exit}

    def _of_value(self, value: Value, mode: str, pipeline: Pipeline) -> None:
        plain = plain_use(value)
        if plain is not None and mode == "path" and can_be_file(plain):
            self._want(plain, "path", pipeline)
            return
        if mode == "path" and (firsts := first_files(value)):
            for use in firsts:
                self._want(use, "path", pipeline)
            return
        if mode == "path" and plain_input(value):
            self._want_input(plain_input(value), "path", pipeline)
            return
        for use in value.uses:
            if use.field == "outputs":
                self._want(use, "value", pipeline)
        for name in value.inputs:
            self._want_input(name, "value", pipeline)

    def _want(self, use: Use, mode: str, pipeline: Pipeline) -> None:
        if use.task.loop is not None:
            self._collected.setdefault(use.task, {})[use.output] = None
        modes = self._outputs.setdefault((_key(use.task), use.output), set())
        if mode in modes:
            return
        modes.add(mode)
        outputs = handed_out(use.task)
        if outputs is not None:
            self._of_value(outputs[use.output].value, mode, use.task.call or pipeline)

    def _want_input(self, name: str, mode: str, pipeline: Pipeline) -> None:
        modes = self._inputs.setdefault((id(pipeline), name), set())
        if mode in modes:
            return
        modes.add(mode)
        for task, caller in self._callers.get(id(pipeline), ()):
            if name in task.arguments:
                self._of_value(task.arguments[name][1], mode, caller)


def handed_out_as(output: Output) -> str:
    """What is a file by its type leaves the pipeline as a file, all else as text."""
    plain = plain_use(output.value)
    type_ = output.declared or output.value.type
    is_file = can_be_file(plain) if plain is not None else bool(first_files(output.value))
    return "path" if type_ is not None and not is_text(type_) and is_file else "value"


def _key(task: Task) -> int:
    """Tasks of one component share their wants, so that they can share a template; so do calls of one pipeline."""
    return id(task.call or task.component or task)
