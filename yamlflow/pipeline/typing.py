"""Checking values: their expressions' names and types, and what they need of other tasks."""

import re
from collections.abc import Iterator

from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.expressions import Expr, Step, Tag, children, infer, references
from yamlflow.expressions import path as path_of
from yamlflow.expressions.ast import Binary
from yamlflow.expressions.hints import conversion_hint
from yamlflow.pipeline import loops
from yamlflow.pipeline.artifacts import artifact_of, check_artifact
from yamlflow.pipeline.constants import given, warn_of_constant
from yamlflow.pipeline.limits import value_error
from yamlflow.pipeline.made import Made
from yamlflow.pipeline.model import Body, Hook, Pipeline, Task, Use, Value
from yamlflow.pipeline.scope import Scope, operands_of, resolve
from yamlflow.pipeline.secrets import FORM, is_secret, parse_secret, read_as_text
from yamlflow.source import Scalar
from yamlflow.source.fields import place
from yamlflow.types import Type, fits, type_text

_NOT_TEXT = ("Integer", "Float", "Bool", "List", "JsonArray", "Dict", "JsonObject")
_TAGS = re.compile(r"\{\{=?\s*(.*?)\s*\}\}")
_BOOL = Type("Bool", None, ())


class Checker:
    """Checks the values of one pipeline, each once."""

    __slots__ = ("pipeline", "sink")

    def __init__(self, pipeline: Pipeline, sink: Sink) -> None:
        self.pipeline = pipeline
        self.sink = sink

    def check(
        self, value: Value, body: Body, *, pod: bool = False, task: Task | None = None, secret: bool = False
    ) -> Type | None:
        """Return the type of a value written in `body`; what is wrong in it is reported.

        `task` is the one whose own loop the value may speak of; `secret` says whether it may be a Secret.
        """
        if value.checked or value.parts is None:
            return value.type
        value.checked = True
        scope = Scope(self.pipeline, body, self.sink, self._output_type, self.loop, pod, task, secret)
        for part in value.parts:
            if isinstance(part, Tag) and part.expr is not None:
                found = self._expression(part.expr, value, scope)
                if value.whole is not None:
                    value.type = found
        return value.type

    def _expression(self, expr: Expr, value: Value, scope: Scope) -> Type | None:
        by_start: dict[int, Use] = {}
        replaced = set(_replaced(expr)) if "??" in getattr(value.node, "value", "") else set()

        def reference(steps: tuple[Step, ...], _: Expr) -> Type | None:
            uses: list[Use] = []
            found = resolve(scope, value, steps, uses, may_lack=steps[0].start in replaced)
            for use in uses:
                by_start[steps[0].start] = use
            return found

        before = len(self.sink.items)

        def report(start: int, end: int, message: str, hint: str) -> None:
            self.sink.error("expression-type", message, value.at(start, end), hint)

        def never_equal(start: int, end: int, message: str, hint: str) -> None:
            self.sink.error("never-equal", message, value.at(start, end), hint)

        found = infer(expr, reference, report, never_equal)
        _collect(expr, by_start, value)
        self._check_time(expr, value)
        # What has a mistake in it has no type, so that one mistake gives one error.
        return found if len(self.sink.items) == before else None

    def _check_time(self, expr: Expr, value: Value) -> None:
        """Report a computation with the time of creation: Argo has more names below that one, which hide it there."""
        if "creationTimestamp" not in getattr(value.node, "value", ""):
            return
        for node, steps in references(expr, ("workflow",)):
            if node is not expr and [step.name for step in steps] == ["workflow", "creationTimestamp"]:
                message = "Argo cannot compute with `workflow.creationTimestamp`"
                at = value.at(steps[0].start, steps[-1].end)
                self.sink.error("out-of-scope", message, at, "hand it to the program as it is")

    def _output_type(self, task: Task, name: str) -> Type | None:
        """Return the type of a group's output, checking its value first when that was not done yet."""
        assert task.body is not None
        output = task.body.outputs[name]
        return output.declared or self.check(output.value, task.body)

    def loop(self, task: Task) -> None:
        """Check what a task runs over, and work out what an element is."""
        loop = task.loop
        if loop is None or loop.checked:
            return
        loop.checked = True
        loops.check_name(task, self.sink)
        if loop.items is not None:
            loops.note_literals(loop, self.sink)
        elif loop.value is not None:
            loops.note_list(task, loop, loop.value, self.check(loop.value, task.parent), self.sink)
        elif loop.range is not None:
            for value in loop.values():
                loops.check_bound(task, value, self.check(value, task.parent), self.sink)
            loops.note_range(task, loop, loop.range, self.sink)

    def image(self, value: Value, task: Task) -> None:
        """Check an image that the run decides: it is a text."""
        found = self.check(value, task.parent, task=task)
        if value.whole is not None and found is not None and not found.is_text:
            message = f"the image of task `{task.name}` wants text, this is {type_text(found)}"
            self.sink.error("type-mismatch", message, place(value.node))

    def argument(self, task: Task, name: str, value: Value) -> None:
        """Check one argument against the input that it is for."""
        port = (task.inputs or {}).get(name)
        artifact = artifact_of(value)
        if artifact is not None:
            check_artifact(task, name, artifact, self.sink)
            for _, inner in value.filled:
                self.check(inner, task.parent, task=task)
            return
        secret = port is not None and is_secret(port.type)
        found = self.check(value, task.parent, task=task, secret=secret)
        if port is None or (port.type is None and not port.limits.enum):
            return
        if secret:
            self._secret(task, name, value, found)
        elif value.parts is None:
            constant = given(value.node)
            problem = value_error(constant, port.type, port.limits)
            if problem and "${{" not in str(constant):
                what = f"argument `{name}` of task `{task.name}`"
                hint = did_you_mean(str(constant), port.limits.enum)
                self.sink.error("invalid-constant", f"{what}: {problem}", place(value.node), hint)
            elif not problem:
                warn_of_constant(value.node, port.type, self.sink)
        elif port.type is None:
            return
        elif value.whole is None:
            if port.type.name in _NOT_TEXT:
                self._mismatch(task, name, value, "text", port.type)
        elif not fits(found, port.type):
            self._mismatch(task, name, value, type_text(found), port.type)

    def _secret(self, task: Task, name: str, value: Value, found: Type | None) -> None:
        """Check the argument for an input of type Secret, and that the program takes it from its environment."""
        what = f"argument `{name}` of task `{task.name}`"
        component = None if task.call is not None else task.component
        if component is None:
            called = task.call is not None
            hint = f"let the program read it: `env: {{{name.upper()}: ...}}`"
            message = f"{what}: {'a pipeline that is called' if called else 'a task of this kind'} takes no Secret"
            hint = "give its input a default, `{secret: {name, key}}`" if called else hint
            self.sink.error("secret-as-text", message, place(value.node), hint)
        elif value.parts is None:
            parse_secret(value.node, what, self.sink)
        elif value.whole is None or (found is not None and found.name != "Secret"):
            hint = f"write `{FORM}`, or give an input of type Secret"
            self.sink.error("invalid-secret", f"{what} does not name a secret of the cluster", place(value.node), hint)
        if component is not None and read_as_text(component, name):
            message = f"the program of task `{task.name}` takes the Secret `{name}` as text, not from its environment"
            note = f"component {component.origin.text}: give it `env: {{NAME: {{inputValue: {name}}}}}` alone"
            self.sink.error("secret-as-text", message, place(value.node), notes=(note,))

    def _mismatch(self, task: Task, name: str, value: Value, got: str, wanted: Type) -> None:
        tag = value.whole
        span = value.at(tag.start, tag.end) if tag is not None else place(value.node)
        hint = "write the whole value as one expression"
        if isinstance(value.node, Made):
            hint = f"if you know better, give the reference `type: {type_text(wanted)}`"
        elif tag is not None and tag.expr is not None:
            hint = conversion_hint(tag.expr, value.type, wanted) or f"if you know better: `as({wanted.name}, ...)`"
        self.sink.error(
            "type-mismatch",
            f"input `{name}` of task `{task.name}` wants {type_text(wanted)}, this is {got}",
            span,
            hint,
        )

    def condition(self, task: Task) -> None:
        """Check `when`: one expression that is true or false."""
        if task.when is None:
            return
        self._condition(task.when, f"`when` of task `{task.name}`", task.parent, task)
        if task.loop is not None:
            task.loop.filters = task.loop in task.when.loops.values()

    def hook(self, hook: Hook) -> None:
        """Check the condition of a hook."""
        if hook.when is None:
            return
        self._condition(hook.when, f"`when` of the hook `{hook.name}`", hook.body, None)
        for use in hook.when.uses:
            if use.task.parent is hook.body:
                self.sink.error("out-of-scope", "a hook's condition cannot wait for what the hook runs", use.span)

    def _condition(self, value: Value, what: str, body: Body, task: Task | None) -> None:
        found = self.check(value, body, task=task)
        tag = value.whole
        if tag is None:
            text = value.node.value if isinstance(value.node, Scalar) else ""
            inner = _TAGS.sub(r"\1", text).strip().lstrip("$ ").strip("{ }").replace("puts.parameters.", "puts.")
            hint = "write it as one expression" if value.parts else f"write `${{{{ {inner} }}}}`"
            self.sink.error("invalid-condition", f"{what} is no expression", place(value.node), hint)
        elif found is not None and found != _BOOL:
            message = f"{what} is {type_text(found)}, not true or false"
            self.sink.error("invalid-condition", message, value.at(tag.start, tag.end), "compare it with something")


def _collect(expr: Expr, by_start: dict[int, Use], value: Value) -> None:
    """Note the uses of an expression: data is needed, but in a chain of `??` one of several is enough."""
    if isinstance(expr, Binary) and expr.op == "??":
        operands = operands_of(expr)
        found = [use for operand in operands for use in _uses(operand, by_start)]
        value.uses += [use._replace(kind="maybe") if use.kind == "data" else use for use in found]
        if _uses(operands[-1], by_start):
            tasks = tuple(dict.fromkeys(use.task for use in found if use.kind == "data"))
            if tasks:
                value.needs.append(tasks)
        return
    steps = path_of(expr)
    if steps is not None:
        use = by_start.get(steps[0].start)
        if use is not None:
            value.uses.append(use)
            if use.kind == "data":
                value.needs.append((use.task,))
        return
    for child in children(expr):
        _collect(child, by_start, value)


def _replaced(expr: Expr) -> Iterator[int]:
    """Yield where the references begin for which `??` has something else."""
    inner = operands_of(expr)[:-1]
    for operand in inner:
        steps = path_of(operand)
        if steps is not None:
            yield steps[0].start
    for child in children(expr):
        yield from _replaced(child)


def _uses(expr: Expr, by_start: dict[int, Use]) -> list[Use]:
    steps = path_of(expr)
    if steps is not None:
        use = by_start.get(steps[0].start)
        return [use] if use is not None else []
    return [use for child in children(expr) for use in _uses(child, by_start)]
