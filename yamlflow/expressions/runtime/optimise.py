"""What expr-lang's optimizer changes of an expression, where that can be seen: in values, or in what is an error."""

from collections.abc import Callable

from yamlflow.expressions.ast import Array, Binary, Bool, Builtin, Closure, Expr, Index, Number, Pointer, Text, Unary
from yamlflow.expressions.runtime.natures import BOOL, FLOAT, INT, STRING, Nature
from yamlflow.expressions.runtime.operators import add, divide, modulo, multiply, negate, power, subtract
from yamlflow.expressions.runtime.values import Limits, Value
from yamlflow.expressions.tree import same, walk, with_children

IN_SET = "in set"
FIND_OR_FAIL = {0: "find!", -1: "findLast!"}
_COMBINED = {("all", "and"): "and", ("all", "&&"): "&&", ("any", "or"): "or", ("any", "||"): "||"} | {
    ("none", "and"): "or",
    ("none", "&&"): "||",
}
_OVER_FILTER = {"map": "filter", "len": "count", "first": "find", "last": "findLast"}
_THRESHOLDS = {">": 1, ">=": 0, "<": 0, "<=": 1}


def optimise(expr: Expr, known: dict[int, Nature]) -> Expr:
    """Return the expression as expr-lang runs it; `known` gets the static types of new nodes."""
    optimiser = _Optimiser(known)
    for step in (optimiser.sets, optimiser.fold, optimiser.shorten):
        expr = optimiser.walk(expr, step)
    return expr


class _Optimiser:
    def __init__(self, known: dict[int, Nature]) -> None:
        self.known = known
        self.kept: list[Expr] = []
        self.limits = Limits()

    def walk(self, expr: Expr, step: Callable[[Expr], Expr | None]) -> Expr:
        """Apply a step to all nodes, children first; the nodes stay alive, for `known` goes by their ids."""
        rebuilt = with_children(expr, lambda child: self.walk(child, step))
        changed = step(rebuilt) or rebuilt
        if changed is not expr:
            self.kept += [rebuilt, changed]
            nature = self.known.get(id(expr))
            if nature is not None:
                self.known.setdefault(id(rebuilt), nature)
                self.known.setdefault(id(changed), nature)
        return changed

    def sets(self, expr: Expr) -> Expr | None:
        """`x in ['a', 'b']` becomes a look-up, which fails for what is no text."""
        if not isinstance(expr, Binary) or not expr.op.endswith("in") or not isinstance(expr.right, Array):
            return None
        items, nature = expr.right.items, self.known.get(id(expr.left))
        integers = nature is not None and nature.kind == "int" and all(_is_integer(item) for item in items)
        if not items or not (integers or all(isinstance(item, Text) for item in items)):
            return None
        looked_up = Binary(IN_SET, expr.left, expr.right)
        return Unary("not", looked_up) if expr.op.startswith("not") else looked_up

    def fold(self, expr: Expr) -> Expr | None:
        """Constants are computed ahead."""
        if isinstance(expr, Unary):
            return self.folded_unary(expr)
        if isinstance(expr, Builtin):
            return self.folded_filters(expr)
        if not isinstance(expr, Binary):
            return None
        if expr.op in ("and", "&&", "or", "||"):
            return self.folded_logic(expr)
        one, other = _constant(expr.left), _constant(expr.right)
        if one is None or other is None:
            return None
        if expr.op == "==" and type(one) is type(other) and not isinstance(one, float):
            return self.literal(one == other)
        if expr.op == "+" and isinstance(one, str) and isinstance(other, str):
            return self.literal(add(one, other, self.limits))
        if isinstance(one, str | bool) or isinstance(other, str | bool):
            return None
        return self.folded_numbers(expr.op, one, other)

    def folded_unary(self, expr: Unary) -> Expr | None:
        value = _constant(expr.operand)
        if expr.op in ("!", "not"):
            return self.literal(not value) if isinstance(value, bool) else None
        if value is None or isinstance(value, str | bool):
            return None
        return self.literal(negate(value) if expr.op == "-" else value)

    def folded_numbers(self, op: str, one: int | float, other: int | float) -> Expr | None:
        if op == "%":
            return self.literal(modulo(one, other)) if isinstance(one, int) and isinstance(other, int) else None
        if op == "+":
            return self.literal(add(one, other, self.limits))
        compute = {"-": subtract, "*": multiply, "/": divide, "**": power, "^": power}.get(op)
        return None if compute is None else self.literal(compute(one, other))

    def folded_logic(self, expr: Binary) -> Expr | None:
        neutral = expr.op in ("and", "&&")
        for side, rest in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(side, Bool) and side.value == neutral:
                return rest
        if isinstance(expr.left, Bool) or isinstance(expr.right, Bool):
            return self.literal(not neutral)
        return None

    def folded_filters(self, expr: Builtin) -> Expr | None:
        """`filter(filter(x, a), b)` is `filter(x, a && b)`."""
        inner, outer = _filter_of(expr.args[0]) if expr.args else None, _filter_of(expr)
        if inner is None or outer is None:
            return None
        one, other = inner.args[1], outer.args[1]
        if not isinstance(one, Closure) or not isinstance(other, Closure):
            return None
        both = Binary("&&", one.body, other.body)
        return Builtin("filter", (inner.args[0], Closure(self.folded_logic(both) or both)))

    def literal(self, value: Value) -> Expr:
        if isinstance(value, bool):
            return self.noted(Bool(value), BOOL)
        if isinstance(value, str):
            return self.noted(Text(value), STRING)
        return self.noted(Number(value), FLOAT if isinstance(value, float) else INT)

    def noted(self, expr: Expr, nature: Nature) -> Expr:
        self.known[id(expr)] = nature
        return expr

    def shorten(self, expr: Expr) -> Expr | None:
        """Loops end as soon as their result is known."""
        if isinstance(expr, Index) and not expr.optional and isinstance(expr.index, Number):
            name = FIND_OR_FAIL.get(expr.index.value) if isinstance(expr.index.value, int) else None
            found = _filter_of(expr.target)
            return Builtin(name, found.args) if name and found else None
        if isinstance(expr, Builtin):
            return self.shorter_call(expr)
        if not isinstance(expr, Binary):
            return None
        if isinstance(expr.left, Builtin):
            combined = _COMBINED.get((expr.left.name, expr.op))
            if combined is not None:
                return self.combined(expr.left, combined, expr.right)
            return self.counted(expr, expr.left)
        return None

    def shorter_call(self, expr: Builtin) -> Expr | None:
        first = expr.args[0] if expr.args else None
        filtered = _filter_of(first) if first is not None else None
        if filtered is not None and expr.name in _OVER_FILTER:
            if expr.name == "map":
                indexed = any(isinstance(node, Pointer) and node.name == "index" for node in walk(expr.args[1]))
                kept = len(filtered.args) > 2 or indexed
                return None if kept else Builtin("filter", (*filtered.args, expr.args[1]))
            return Builtin(_OVER_FILTER[expr.name], filtered.args[:2] if expr.name == "len" else filtered.args)
        if expr.name == "sum" and len(expr.args) == 1 and isinstance(first, Array) and len(first.items) > 1:
            if all(_constant(item) is not None for item in first.items):
                return None
            total = first.items[-1]
            for item in reversed(first.items[:-1]):
                total = Binary("+", item, total)
            return total
        return None

    def combined(self, left: Builtin, op: str, right: Expr) -> Expr | None:
        """`all(x, a) && all(x, b)` is `all(x, a && b)`."""
        if not isinstance(right, Builtin) or right.name != left.name or not same(left.args[0], right.args[0]):
            return None
        one, other = left.args[1], right.args[1]
        if not isinstance(one, Closure) or not isinstance(other, Closure):
            return None
        return Builtin(left.name, (left.args[0], Closure(Binary(op, one.body, other.body))))

    def counted(self, expr: Binary, count: Builtin) -> Expr | None:
        """`count(x, a) > 0` is `any(x, a)`; against larger numbers, counting stops when the result is known."""
        if count.name != "count" or len(count.args) != 2 or not isinstance(expr.right, Number):
            return None
        limit = expr.right.value
        if expr.op not in _THRESHOLDS or not isinstance(limit, int):
            return None
        if (expr.op, limit) in ((">", 0), (">=", 1)):
            return Builtin("any", count.args)
        threshold = limit + _THRESHOLDS[expr.op]
        if limit < 0 or threshold <= 1:
            return None
        counting = self.noted(Builtin("count", (*count.args, Number(threshold))), INT)
        self.kept.append(counting)
        return Binary(expr.op, counting, expr.right)


def _is_integer(expr: Expr) -> bool:
    return isinstance(expr, Number) and isinstance(expr.value, int)


def _filter_of(expr: Expr) -> Builtin | None:
    return expr if isinstance(expr, Builtin) and expr.name == "filter" else None


def _constant(expr: Expr) -> int | float | str | bool | None:
    return expr.value if isinstance(expr, Number | Text | Bool) else None
