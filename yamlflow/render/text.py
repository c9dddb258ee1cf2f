"""Values as Argo's text: constants, simple tags `{{...}}` and expression tags `{{= ... }}`."""

from collections.abc import Callable, Collection
from itertools import pairwise
from typing import NamedTuple

from yamlflow.expressions import Expr, Step, Tag, print_expr, rewrite
from yamlflow.expressions import Literal as Text
from yamlflow.expressions.ast import (
    Array,
    As,
    Binary,
    Builtin,
    Call,
    Closure,
    Conditional,
    Index,
    Member,
    Name,
    Nil,
    Pointer,
)
from yamlflow.expressions.ast import Text as TextNode
from yamlflow.expressions.operators import CONSTANTS, KEYWORDS
from yamlflow.pipeline.model import Value
from yamlflow.pipeline.scope import operands_of, reference
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.types import Type, constant_text

_ABSENT = {
    "Integer": "0",
    "Float": "0",
    "Bool": "false",
    "List": "[]",
    "JsonArray": "[]",
    "Dict": "{}",
    "JsonObject": "{}",
}
_WORDS = KEYWORDS | CONSTANTS
_TRUE = ("true", "1", "yes", "y", "on", "t")


class Reference(NamedTuple):
    """A reference as Argo knows it: the steps of its name, its type, and whether it may be absent.

    `native` yields the value itself where no name does, such as a field of a JSON text.
    """

    steps: tuple[str, ...]
    type: Type | None
    absent: bool = False
    optional: bool = False
    native: Expr | None = None

    @property
    def by_tag(self) -> bool:
        """Whether a simple tag can stand for the whole value: an absent output does no harm, its user is skipped."""
        return self.native is None and not self.optional and (not self.absent or self.steps[2:3] == ("outputs",))

    @property
    def expr(self) -> Expr:
        """The reference as an expression."""
        return chain(self.steps, optional=self.optional) if self.native is None else self.native


Resolve = Callable[[tuple[Step, ...]], Reference]


def chain(steps: tuple[str, ...], *, optional: bool = False) -> Expr:
    """Return the expression of a dotted name: `tasks['x'].outputs.parameters.y`."""
    expr: Expr = Name(steps[0])
    for before, step in pairwise(steps):
        if before in ("tasks", "steps"):
            expr = Index(expr, TextNode(step), optional)
        else:
            expr = member(expr, step, optional=optional and before != steps[0])
    return expr


def member(expr: Expr, name: str, *, optional: bool = False) -> Expr:
    """Return `expr.name`, or `expr['a name']`."""
    if name.isidentifier() and name.isascii() and name not in _WORDS:
        return Member(expr, name, optional)
    return Index(expr, TextNode(name), optional)


def tag(steps: tuple[str, ...]) -> str:
    """Return the simple tag of a dotted name."""
    return "{{" + ".".join(steps) + "}}"


def passed(found: Reference) -> str:
    """Return the text by which a reference is handed on, whole."""
    if found.native is not None:
        return braced(found.native)
    return braced(_or(chain(found.steps, optional=True), "")) if found.optional else tag(found.steps)


def passed_if_there(found: Reference) -> str:
    """Return the text by which a reference is handed on that may be absent though the task that takes it in runs."""
    return braced(_or(found.expr, "")) if found.absent else passed(found)


def braced(expr: Expr) -> str:
    """Return `{{= ... }}`."""
    return "{{= " + print_expr(expr) + " }}"


def constant(value: Value) -> str:
    """Return a constant in the spelling of the source; lists and mappings as JSON."""
    return constant_text(value.node.value if isinstance(value.node, Scalar) else value.node.data())


def data_of(value: Value, text: Callable[[Value], str]) -> object:
    """Return a mapping or list as plain data, `text` giving what stands for each text with expressions."""
    texts = {id(scalar): text(inner) for scalar, inner in value.filled}

    def plain(node: Node) -> object:
        if isinstance(node, Mapping):
            return {entry.key.value: plain(entry.value) for entry in node}
        if isinstance(node, Sequence):
            return [plain(item) for item in node.items]
        return texts[id(node)] if id(node) in texts else node.data()

    return plain(value.node)


def text_of(value: Value, resolve: Resolve) -> str:
    """Return a value as the text of an argument; references are looked up by `resolve`."""
    if value.parts is None:
        return constant(value)
    only = value.whole
    if only is not None and only.expr is not None:
        steps = reference(only.expr, value.loops)
        if steps is not None:
            found = resolve(steps)
            if found.by_tag or found.native is not None:
                return passed(found)
        return braced(translate(only.expr, resolve, value.loops))
    return "".join(_part(part, resolve, value.loops) for part in value.parts)


def _part(part: Text | Tag, resolve: Resolve, loops: Collection[str]) -> str:
    if isinstance(part, Text):
        return part.text
    expr = part.expr
    assert expr is not None
    steps = reference(expr, loops)
    if steps is not None:
        found = resolve(steps)
        if not found.absent and not found.optional:
            return passed(found)
        return braced(_or(chain(found.steps, optional=found.optional), ""))
    return braced(translate(expr, resolve, loops))


def expression_of(value: Value, resolve: Resolve) -> Expr:
    """Return a value as one expression that yields its text."""
    if value.whole is not None and value.whole.expr is not None:
        return translate(value.whole.expr, resolve, value.loops)
    if value.parts is None:
        return TextNode(constant(value))
    terms: list[Expr] = []
    for part in value.parts:
        if isinstance(part, Text):
            terms.append(TextNode(part.text))
        elif part.expr is not None:
            terms.append(Call(Name("string"), (translate(part.expr, resolve, value.loops),)))
    joined = terms[0]
    for term in terms[1:]:
        joined = Binary("+", joined, term)
    return joined


def translate(expr: Expr, resolve: Resolve, loops: Collection[str] = ()) -> Expr:
    """Return the expression over Argo's names, each value read from its text by its type; `loops` as in `reference`."""

    def replace(node: Expr) -> Expr | None:
        if isinstance(node, Binary) and node.op == "??":
            return _first_that_exists(node, resolve, loops)
        steps = reference(node, loops)
        if steps is None:
            return None
        found = resolve(steps)
        if isinstance(node, As) and found.native is None:
            found = found._replace(type=node.type)
        return _typed(found)

    return rewrite(expr, replace)


def _first_that_exists(node: Binary, resolve: Resolve, loops: Collection[str]) -> Expr:
    """`a ?? b ?? c` takes a task's output if the task succeeded, an optional input if it is not empty."""
    operands = operands_of(node)
    found = translate(operands[-1], resolve, loops)
    for operand in reversed(operands[:-1]):
        value = translate(operand, resolve, loops)
        steps = reference(operand, loops)
        known = resolve(steps) if steps is not None else None
        if known is None or steps is None:
            found = Binary("??", value, found)
        elif known.optional:
            found = Conditional(Binary("!=", known.expr, Nil()), value, found)
        elif steps[0].name == "tasks":
            found = Conditional(is_succeeded(resolve((*steps[:2], steps[2]._replace(name="status")))), value, found)
        elif known.native is not None and print_expr(value) != print_expr(known.native):
            found = Conditional(Binary("!=", known.native, Nil()), value, found)
        elif steps[0].name == "inputs":
            found = Conditional(Binary("!=", known.expr, TextNode("")), value, found)
        else:
            found = Binary("??", value, found)
    return found


def is_succeeded(status: Reference) -> Expr:
    """Return `tasks['x'].status == 'Succeeded'`."""
    return Binary("==", status.expr, TextNode("Succeeded"))


def joined(terms: list[Expr], op: str = "&&") -> Expr:
    """Return the terms as one condition."""
    found = terms[0]
    for term in terms[1:]:
        found = Binary(op, found, term)
    return found


def _or(expr: Expr, fallback: str) -> Expr:
    return Binary("??", expr, TextNode(fallback))


def _typed(found: Reference) -> Expr:
    name = found.type.name if found.type else ""
    if found.native is not None:
        return _native(found.native, found.type)
    expr = chain(found.steps, optional=found.optional)
    if found.absent or found.optional:
        expr = _or(expr, _ABSENT.get(name, ""))
    if name in ("Integer", "Float"):
        return Call(Name("asInt" if name == "Integer" else "asFloat"), (expr,))
    if name == "Bool":
        return _is_true(expr)
    if name in ("List", "JsonArray", "Dict", "JsonObject"):
        return _whole_numbers(Builtin("fromJSON", (expr,)), found.type)
    return expr


def _whole_numbers(items: Expr, type: Type | None) -> Expr:
    """A list as read from JSON, where all numbers are floats, with Integers where its type has them."""
    depth = 0
    while type is not None and type.element is not None:
        type, depth = type.element, depth + 1
    if type is None or type.name != "Integer" or not depth:
        return items
    each: Expr = Builtin("int", (Pointer(""),))
    for _ in range(depth - 1):
        each = Builtin("map", (Pointer(""), Closure(each)))
    return Builtin("map", (items, Closure(each)))


def _native(expr: Expr, type: Type | None) -> Expr:
    """A value read from JSON: its numbers are floats there, and it may hold texts instead of what they mean."""
    name = type.name if type else ""
    if name in ("Integer", "Float"):
        return Call(Name("asInt" if name == "Integer" else "asFloat"), (expr,))
    return _is_true(Call(Name("string"), (expr,))) if name == "Bool" else _whole_numbers(expr, type)


def _is_true(text: Expr) -> Expr:
    return Binary("in", Builtin("lower", (text,)), Array(tuple(TextNode(word) for word in _TRUE)))
