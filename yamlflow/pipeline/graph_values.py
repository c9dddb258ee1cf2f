"""Arguments, conditions and outputs of a graph component as values: constants, or expressions made for them."""

from collections.abc import Mapping as AnyMapping

from yamlflow.components.keys import KEYS, REQUIRED
from yamlflow.components.text import kfp_text
from yamlflow.diagnostics import Sink, Span, did_you_mean
from yamlflow.expressions import Expr, Tag, print_expr
from yamlflow.expressions.ast import As, Binary, Bool, Index, Member, Name, Number, Text, Unary
from yamlflow.pipeline.made import Made
from yamlflow.pipeline.model import Body, Input, Value
from yamlflow.pipeline.parse_inputs import parse_type_node
from yamlflow.source import Mapping, Node, Scalar
from yamlflow.source.fields import Fields, as_mapping, place, wrong_kind
from yamlflow.types import Type, parse_bool

_COMPARISONS = ("==", "!=", ">", ">=", "<", "<=")
_ABSENT = Text("")
_EXPECTED = "text, {graphInput: ...} or {taskOutput: ...}"


class ValueReader:
    """Reads values of one graph; `names` are the names that its tasks get, by their own."""

    def __init__(
        self, inputs: AnyMapping[str, Input], names: dict[str, str], absent: frozenset[str], sink: Sink
    ) -> None:
        self.inputs = inputs
        self.names = names
        self.absent = absent
        self.sink = sink
        self._count = 0

    def argument(self, node: Node, where: str) -> Value | None:
        """Return the value of an argument, one without expression when it is wrong; None if its input is absent."""
        if isinstance(node, Scalar) and node.data() is not None:
            return Value(Made(node.alias or node.span, kfp_text(node), '"'), None)
        expr = self._reference(node, where)
        return _value(expr, _place(node)) if expr is not _ABSENT else None

    def output(self, node: Node, where: str, body: Body) -> Value | None:
        """Return where an output comes from; of a task that may be skipped it is empty then."""
        value = self.argument(node, where)
        expr = next(value.expressions, None) if value is not None else None
        if expr is None:
            return value
        reference = node.get("taskOutput") if isinstance(node, Mapping) else None
        of = reference.get("taskId") if isinstance(reference, Mapping) else None
        task = body.tasks.get(self.names.get(of.value, "")) if isinstance(of, Scalar) else None
        return value if task is None or task.when is None else _value(Binary("??", expr, Text("")), _place(node))

    def condition(self, node: Node, where: str) -> Value | None:
        """Return `isEnabled` as an expression; None when it is wrong, or always holds."""
        expr = self._predicate(node, where)
        return None if expr is None or (isinstance(expr, Bool) and expr.value) else _value(expr, _place(node))

    def _reference(self, node: Node, where: str) -> Expr | None:
        mapping = node if isinstance(node, Mapping) and len(node.entries) == 1 else None
        if mapping is None:
            wrong_kind(self.sink, node, _EXPECTED, where)
            return None
        (entry,) = mapping
        fields = Fields(mapping, self.sink, where, KEYS["graphReference"], REQUIRED["graphReference"])
        if entry.key.value not in KEYS["graphReference"]:
            return None
        inner = as_mapping(entry.value, f"`{entry.key.value}` of {where}", self.sink)
        if inner is None:
            return None
        kind = entry.key.value
        fields = Fields(inner, self.sink, f"`{kind}`", KEYS[kind], REQUIRED[kind])
        expr = self._graph_input(fields) if kind == "graphInput" else self._task_output(fields)
        type_ = parse_type_node(fields.get("type"), self.sink)
        return As(type_, expr) if expr is not None and expr is not _ABSENT and type_ is not None else expr

    def _graph_input(self, fields: Fields) -> Expr | None:
        name = fields.text("inputName", "the name of an input")
        if name is None:
            return None
        if name.value not in self.inputs:
            note = f"its inputs: {', '.join(self.inputs) or 'none'}"
            message = f"the component has no input `{name.value}`"
            hint = did_you_mean(name.value, self.inputs)
            self.sink.error("unknown-input", message, name.span, hint, notes=(note,))
            return None
        return _ABSENT if name.value in self.absent else Index(self._root("inputs"), Text(name.value))

    def _root(self, name: str) -> Name:
        """Return the first name of a reference; what an expression uses is told apart by where it starts."""
        self._count += 1
        return Name(name, self._count, self._count)

    def _task_output(self, fields: Fields) -> Expr | None:
        task, output = fields.text("taskId", "the name of a task"), fields.text("outputName", "the name of an output")
        if task is None or output is None:
            return None
        if task.value not in self.names:
            hint = did_you_mean(task.value, self.names)
            self.sink.error("unknown-task", f"there is no task `{task.value}`", task.span, hint)
            return None
        return Index(Member(Index(self._root("tasks"), Text(self.names[task.value])), "outputs"), Text(output.value))

    def _predicate(self, node: Node, where: str) -> Expr | None:
        if isinstance(node, Scalar):
            value = parse_bool(node.value) if node.value else False
            if value is None:
                message = f"{where}: `{node.value}` is neither true nor false"
                self.sink.error("wrong-kind", message, place(node))
            return Bool(value) if value is not None else None
        if isinstance(node, Mapping) and len(node.entries) == 1:
            (entry,) = node
            key = entry.key.value
            if key == "not":
                inner = self._predicate(entry.value, where)
                return Unary("!", inner) if inner is not None else None
            if key in (*_COMPARISONS, "and", "or"):
                return self._binary(key, entry.value, where)
            if key not in KEYS["graphReference"]:
                known = (*KEYS["graphReference"], "not", "and", "or", *_COMPARISONS)
                hint = did_you_mean(key, known)
                note = () if hint else (f"there are: {', '.join(known)}",)
                self.sink.error("unknown-key", f"{where}: there is no `{key}`", entry.key.span, hint, notes=note)
                return None
        found = self._reference(node, where)
        return Bool(False) if found is _ABSENT else As(Type("Bool"), found) if found is not None else None

    def _binary(self, key: str, node: Node, where: str) -> Expr | None:
        mapping = as_mapping(node, f"`{key}` in {where}", self.sink, "a mapping {op1, op2}")
        if mapping is None:
            return None
        fields = Fields(mapping, self.sink, f"`{key}`", ("op1", "op2"), ("op1", "op2"))
        nodes = [item for item in (fields.get("op1"), fields.get("op2")) if item is not None]
        if len(nodes) < 2:
            return None
        if key in ("and", "or"):
            left, right = (self._predicate(item, where) for item in nodes)
        else:
            number = any(_number(item) is not None for item in nodes) or key not in ("==", "!=")
            left, right = (self._operand(item, where, number=number) for item in nodes)
        if left is None or right is None:
            return None
        return Binary({"and": "&&", "or": "||"}.get(key, key), left, right)

    def _operand(self, node: Node, where: str, *, number: bool) -> Expr | None:
        """Return what is compared: as numbers if one side is a number or they are to be ordered, else as texts."""
        if isinstance(node, Scalar):
            value = _number(node)
            if number and value is None:
                self.sink.error("wrong-kind", f"{where}: `{node.value}` is no number", place(node))
                return None
            return Number(value, node.value) if number and value is not None else Text(kfp_text(node))
        found = self._reference(node, where)
        if found is None or found is _ABSENT:
            return found
        return As(Type("Float" if number else "String"), found)


def _number(node: Node) -> int | float | None:
    """Return the number that a constant is, also one in quotes."""
    if not isinstance(node, Scalar):
        return None
    try:
        return int(node.value)
    except ValueError:
        try:
            return float(node.value)
        except ValueError:
            return None


def _place(node: Node) -> Span:
    """Return the place of what a reference names."""
    if isinstance(node, Mapping):
        for entry in node:
            for key in ("outputName", "inputName"):
                name = entry.value.get(key) if isinstance(entry.value, Mapping) else None
                if name is not None:
                    return place(name)
    return place(node)


def _value(expr: Expr | None, span: Span) -> Value:
    text = "${{ " + (print_expr(expr) if expr is not None else "") + " }}"
    return Value(Made(span, text, '"'), [Tag(0, len(text), expr, ())])
