"""Loops: a task with Argo's items, or a DAG template around it that collects outputs and limits how many run."""

from collections.abc import Callable
from typing import Any

from yamlflow.components import sanitize
from yamlflow.expressions import Expr, Step, print_expr
from yamlflow.expressions.ast import (
    Array,
    Binary,
    Builtin,
    Call,
    Conditional,
    Index,
    Map,
    Name,
    Nil,
    Number,
    Pair,
    Pointer,
    Text,
)
from yamlflow.pipeline.loop import Loop, Range
from yamlflow.pipeline.loops import constants
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.scope import reference
from yamlflow.render.annotations import to_json
from yamlflow.render.element import ARGO, VALUE, element, formatted, literal, travels_as_json
from yamlflow.render.level import Inner, Level, Template
from yamlflow.render.text import Reference, braced, chain, constant, expression_of, member, text_of, translate
from yamlflow.types import Type

ROUND = "item"


class LoopLevel(Inner):
    """Where a looped task stands, so that Argo's `item` is known.

    `wrapped` says whether that is in a template of its own, into which all else is passed; else it is where `outer` is.
    """

    def __init__(self, task: Task, outer: Level, *, wrapped: bool) -> None:
        super().__init__(task, outer)
        assert task.loop is not None
        self.loop: Loop = task.loop
        self.wrapped = wrapped
        self.as_json = travels_as_json(task)

    def resolve(self, steps: tuple[Step, ...]) -> Reference:
        """Return a reference as it is called here."""
        root = steps[0].name
        if root == self.loop.name:
            return element(self.loop, ARGO, tuple(step.name for step in steps[1:]), as_json=self.as_json)
        return super().resolve(steps) if self.wrapped else self.outer.resolve(steps)

    def element(self, name: Step) -> tuple[str, ...]:
        """Return how the element of a loop is called here, in the form in which it travels."""
        if name.name == self.loop.name:
            return ARGO
        return super().element(name) if self.wrapped else self.outer.element(name)

    def file(self, steps: tuple[Step, ...], task: Task, output: str) -> str:
        """Return the tag of an output as a file."""
        return super().file(steps, task, output) if self.wrapped else self.outer.file(steps, task, output)

    def chosen(self, name: str) -> str:
        """Return the tag of the file that a task of that name chooses among several."""
        return super().chosen(name) if self.wrapped else self.outer.chosen(name)

    def input_file(self, steps: tuple[Step, ...]) -> str:
        """Return the tag of an input of a called pipeline as a file."""
        return super().input_file(steps) if self.wrapped else self.outer.input_file(steps)

    def text(self, value: Value) -> str:
        """Return a value as text in which Argo, which wants every tag in a loop to mean something, sees no other."""
        if value.parts is None:
            text = constant(value)
            return braced(Text(text)) if "{{" in text else text
        if any("{{" in getattr(part, "text", "") for part in value.parts):
            return braced(expression_of(value, self.resolve))
        return super().text(value)

    def items(self) -> Template:
        """Return the field of the task that says what it runs over."""
        loop = self.loop
        if loop.items is not None:
            found = [literal(item, at, loop, as_json=self.as_json) for at, item in enumerate(loop.items)]
            return {"withItems": found}
        if loop.range is not None:
            return self._range(loop.range)
        assert loop.value is not None
        if self.as_json:
            return {"withParam": braced(self._as_texts(_list_of(loop.value, self.resolve)))}
        return {"withParam": text_of(loop.value, self.resolve)}

    def _as_texts(self, items: Expr) -> Expr:
        """Return a list with each element as JSON text, and its position beside it."""
        if not self.loop.indexed:
            return _to_json(Builtin("map", (items, _to_json(Pointer()))))
        pair = Map((Pair(Text("index"), Pointer()), Pair(Text(VALUE), Index(items, Pointer()))))
        last = Binary("-", Builtin("len", (items,)), Number(1))
        return _to_json(Builtin("map", (Binary("..", Number(0), last), _to_json(pair))))

    def _range(self, bounds: Range) -> Template:
        start, end, step = constants(bounds)
        known = start is not None and end is not None and step is not None
        if bounds.format and (self.as_json or step != 1) and known:
            assert start is not None and end is not None and step is not None
            numbers = range(start, end + (1 if step > 0 else -1), step)
            return {"withItems": [self._written(at, formatted(n, bounds.format)) for at, n in enumerate(numbers)]}
        if not self.as_json and step == 1 and (known or bounds.format):
            found = {"start": self._bound(bounds.start, "0"), "end": self._bound(bounds.end, "0")}
            return {"withSequence": found | ({"format": bounds.format} if bounds.format else {})}
        numbers_of = _numbers(self._number(bounds.start, 0), self._number(bounds.end, 0), self._number(bounds.step, 1))
        return {"withParam": braced(self._as_texts(numbers_of) if self.as_json else _to_json(numbers_of))}

    def _written(self, at: int, text: str) -> str:
        return to_json({"index": at, VALUE: text}) if self.loop.indexed else text

    def _bound(self, value: Value | None, default: str) -> str:
        return default if value is None else text_of(value, self.resolve)

    def _number(self, value: Value | None, default: int) -> Expr:
        if value is None:
            return Number(default)
        if value.whole is None or value.whole.expr is None:
            return Number(int(constant(value)))
        return translate(value.whole.expr, self.resolve, value.loops)

    def guard(self) -> Expr | None:
        """Return what keeps a range whose end Argo only learns later from being counted down."""
        bounds = self.loop.range
        if bounds is None or not bounds.format or self.as_json or None not in constants(bounds)[:2]:
            return None
        return Binary("<=", self._number(bounds.start, 0), self._number(bounds.end, 0))


def _to_json(expr: Expr) -> Expr:
    return Call(Name("toJson"), (expr,))


def _list_of(value: Value, resolve: Callable[[tuple[Step, ...]], Reference]) -> Expr:
    """Return the list of `foreach`; one that is named and has no type is JSON text."""
    assert value.whole is not None and value.whole.expr is not None
    found = translate(value.whole.expr, resolve, value.loops)
    steps = reference(value.whole.expr, value.loops)
    if steps is None or value.type is not None:
        return found
    known = resolve(steps)
    return found if known.native is not None else Builtin("fromJSON", (found,))


def _numbers(start: Expr, end: Expr, step: Expr) -> Expr:
    if isinstance(step, Number) and step.value == 1:
        return Builtin("map", (Binary("..", start, end), Pointer()))
    distance = Binary("/", Binary("-", end, start), step)
    count = Builtin("int", (Builtin("floor", (distance,)),))
    return Builtin("map", (Binary("..", Number(0), count), Binary("+", start, Binary("*", Pointer(), step))))


def _collected(task: Task, output: str, type_: Type | None, *, filtered: bool) -> Template:
    """Return the output of the template around a loop: a JSON list of what the rounds put out."""
    if task.printed == output:
        # Argo keeps what is printed only where it finds `outputs.result` in just this spelling.
        outputs = chain(("tasks", ROUND, "outputs"))
        results = Conditional(Binary("==", outputs, Nil()), Text("[]"), member(outputs, "result"))
        return {"expression": print_expr(results)}
    steps = ("tasks", ROUND, "outputs", "parameters", sanitize(output))
    found: Expr = Binary("??", chain(steps), Text("[]"))
    if filtered:
        # When no round has run, Argo has the text `[]` where else the outputs stand.
        is_map = Binary("==", Builtin("type", (chain(steps[:-1]),)), Text("map"))
        found = Conditional(is_map, found, Text("[]"))
    texts = Builtin("fromJSON", (found,))
    return {"expression": print_expr(_to_json(Builtin("map", (texts, _read(type_)))))}


def _read(type_: Type | None) -> Expr:
    """Return how one of the texts that Argo collects is read: texts that are all JSON objects or lists come as such."""
    this = Pointer()
    is_text = Binary("==", Builtin("type", (this,)), Text("string"))
    name = type_.name if type_ is not None else ""
    if name in ("Integer", "Float"):
        return Call(Name("asInt" if name == "Integer" else "asFloat"), (this,))
    if name == "Bool":
        known = Array(tuple(Text(word) for word in ("true", "1", "yes", "y", "on", "t")))
        return Binary("in", Builtin("lower", (this,)), known)
    if type_ is not None and not type_.is_text:
        return Conditional(is_text, Builtin("fromJSON", (this,)), this)
    return Conditional(is_text, this, _to_json(this))


def wrapper(task: Task, level: LoopLevel, inner: Template, types: Callable[[str], Type | None]) -> Template:
    """Return the template around a looped task; `inner` is the task."""
    wanted = level.shared.demand.collected(task)
    filtered = level.loop.filters or level.guard() is not None
    outputs: list[dict[str, Any]] = [
        {"name": sanitize(name), "valueFrom": _collected(task, name, types(name), filtered=filtered)} for name in wanted
    ]
    template: Template = {}
    if inputs := level.imports.inputs():
        template["inputs"] = inputs
    if outputs:
        template["outputs"] = {"parameters": outputs}
    if task.max_parallel is not None:
        template["parallelism"] = task.max_parallel
    template["dag"] = {"tasks": [inner]}
    return template
