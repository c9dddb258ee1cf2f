"""Computing a tree: operators, members, variables and calls. `closures` has the functions that take closures."""

from collections.abc import Callable, Mapping
from typing import Any

from yamlflow.expressions import ast
from yamlflow.expressions.ast import Expr
from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.operators import COMPARISONS
from yamlflow.expressions.runtime import operators
from yamlflow.expressions.runtime.check import ARGO
from yamlflow.expressions.runtime.closures import CLOSURES, Scope
from yamlflow.expressions.runtime.functions import FUNCTIONS, apply, arity, function_of
from yamlflow.expressions.runtime.functions_text import text
from yamlflow.expressions.runtime.natures import UNKNOWN, Nature
from yamlflow.expressions.runtime.optimise import IN_SET
from yamlflow.expressions.runtime.values import Function, Ints, Limits, Value, go_type, is_nil, to_int, wrap

_SKIPPED: Value = object()


class Interpreter:
    """Computes one tree; `known` has the static types of its nodes, by which expr-lang compares."""

    __slots__ = ("env", "known", "limits", "scopes", "variables")

    def __init__(self, env: Mapping[str, Value], known: dict[int, Nature]) -> None:
        self.env = env
        self.known = known
        self.limits = Limits()
        self.variables: dict[str, Value] = {}
        self.scopes: list[Scope] = []

    def value(self, expr: Expr) -> Value:
        """Return the value of a node; where `?.` met nil, the whole chain is nil."""
        found = _VALUES[type(expr)](self, expr)
        return None if found is _SKIPPED else found

    def _link(self, expr: Expr) -> Value:
        """Return the value of what a `.name` follows: the chain goes on, and so does its nil."""
        return _VALUES[type(expr)](self, expr)

    def _name(self, expr: ast.Name) -> Value:
        if expr.name in self.variables:
            return self.variables[expr.name]
        if expr.name == "$env":
            return {**self.env, **{name: self._global(name) for name in (*ARGO, "sprig")}}
        return self._global(expr.name)

    def _global(self, name: str) -> Value:
        if name in ARGO:
            return function_of(name)
        if name == "sprig":
            from yamlflow.expressions.runtime.sprig import functions

            return functions()
        return self.env.get(name)

    def _member(self, expr: ast.Member) -> Value:
        source = self._link(expr.target)
        if source is _SKIPPED or (expr.optional and is_nil(source)):
            return _SKIPPED
        found = operators.fetch(source, expr.name)
        return None if expr.optional and is_nil(found) else found

    def _index(self, expr: ast.Index) -> Value:
        source = self.value(expr.target)
        if expr.optional and is_nil(source):
            return _SKIPPED
        found = operators.fetch(source, self.value(expr.index))
        return None if expr.optional and is_nil(found) else found

    def _slice(self, expr: ast.Slice) -> Value:
        source = self.value(expr.target)
        if expr.high is None and not isinstance(source, str | bytes | list | dict):
            raise EvaluationError(f"invalid argument for len (type {go_type(source)})")
        high = None if expr.high is None else self.value(expr.high)
        if high is None and expr.high is not None:
            raise EvaluationError("invalid operation: int(<nil>)")
        return operators.cut(source, 0 if expr.low is None else self.value(expr.low), high)

    def _unary(self, expr: ast.Unary) -> Value:
        found = self.value(expr.operand)
        if expr.op in ("!", "not"):
            return not operators.truth(found)
        return operators.negate(found) if expr.op == "-" else found

    def _binary(self, expr: ast.Binary) -> Value:
        op = expr.op
        if op in ("&&", "and"):
            return self.value(expr.right) if operators.truth(self.value(expr.left)) else False
        if op in ("||", "or"):
            return True if operators.truth(self.value(expr.left)) else self.value(expr.right)
        left = self.value(expr.left)
        if op == "??":
            return self.value(expr.right) if is_nil(left) else left
        right = self.value(expr.right)
        if op.startswith("not "):
            return not self._operator(op[4:], left, right, expr)
        return self._operator(op, left, right, expr)

    def _operator(self, op: str, left: Value, right: Value, expr: ast.Binary) -> Value:
        if op in ("==", "!="):
            return self._equal(left, right, expr) == (op == "==")
        if op in COMPARISONS:
            return operators.compare(op, left, right)
        if op == "in":
            return operators.contains(left, right, self.limits)
        if op == "+":
            return operators.add(left, right, self.limits)
        if op in _ARITHMETIC:
            return _ARITHMETIC[op](left, right)
        if op == IN_SET:
            return self._in_set(left, right)
        if op == "..":
            return self._range(to_int(left), to_int(right))
        if is_nil(left) or is_nil(right):
            return False
        return self._texts(op, left, right)

    def _equal(self, left: Value, right: Value, expr: ast.Binary) -> bool:
        kinds = {self.known.get(id(side), UNKNOWN).kind for side in (expr.left, expr.right)}
        if kinds in ({"int"}, {"string"}):
            wanted = int if kinds == {"int"} else str
            if type(left) is not wanted or type(right) is not wanted:
                raise EvaluationError(f"interface conversion: cannot compare {go_type(left)} with {go_type(right)}")
            return bool(left == right)
        return operators.equal(left, right, self.limits)

    def _in_set(self, left: Value, right: list[Value]) -> bool:
        wanted = type(right[0])
        if left is not None and type(left) is not wanted:
            raise EvaluationError(f"{go_type(left)} is no key of map[{go_type(right[0])}]struct {{}}")
        return (wanted() if left is None else left) in right

    def _range(self, low: int, high: int) -> Ints:
        size = max(0, wrap(high - low + 1))
        self.limits.grow(size)
        return Ints(range(low, low + size))

    def _texts(self, op: str, left: Value, right: Value) -> bool:
        if op == "matches":
            from yamlflow.expressions.runtime.regex import matches

            if isinstance(left, bytes):
                left = left.decode("utf-8", "surrogateescape")
            return matches(text(right), text(left), self.limits)
        if op == "contains":
            return text(right) in text(left)
        return text(left).startswith(text(right)) if op == "startsWith" else text(left).endswith(text(right))

    def _conditional(self, expr: ast.Conditional) -> Value:
        return self.value(expr.then if operators.truth(self.value(expr.test)) else expr.otherwise)

    def _call(self, expr: ast.Call) -> Value:
        args = [self.value(arg) for arg in expr.args]
        function = self._link(expr.function)
        if function is _SKIPPED:
            return _SKIPPED
        if not isinstance(function, Function):
            raise EvaluationError(f"invalid operation: cannot call {go_type(function)}")
        return apply(function, args, self.limits)

    def _builtin(self, expr: ast.Builtin) -> Value:
        self.limits.step()
        if expr.name in CLOSURES:
            return CLOSURES[expr.name](self, expr.args)
        args = [self.value(arg) for arg in expr.args]
        least, most = arity(expr.name)
        if not least <= len(args) <= most:
            raise EvaluationError(f"invalid number of arguments for {expr.name}")
        return FUNCTIONS[expr.name](self.limits, *args)

    def _let(self, expr: ast.Let) -> Value:
        outer = self.variables
        self.variables = {**outer, expr.name: self.value(expr.value)}
        found = self.value(expr.body)
        self.variables = outer
        return found

    def _sequence(self, expr: ast.Sequence) -> Value:
        found: Value = None
        for item in expr.items:
            found = self.value(item)
        return found

    def _array(self, expr: ast.Array) -> list[Value]:
        found = [self.value(item) for item in expr.items]
        self.limits.grow(len(found))
        return found

    def _map(self, expr: ast.Map) -> dict[str, Value]:
        self.limits.grow(len(expr.pairs))
        pairs = [(self.value(pair.key), self.value(pair.value)) for pair in expr.pairs]
        found: dict[str, Value] = {}
        for key, value in pairs:
            found.setdefault(text(key), value)
        return found

    def _pointer(self, expr: ast.Pointer) -> Value:
        scope = self.scopes[-1]
        if expr.name == "index":
            return scope.index
        return scope.acc if expr.name == "acc" else scope.items[scope.index]


_ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
    "-": operators.subtract,
    "*": operators.multiply,
    "/": operators.divide,
    "%": operators.modulo,
    "**": operators.power,
    "^": operators.power,
}

_VALUES: dict[type[Expr], Callable[[Interpreter, Any], Value]] = {
    ast.Array: Interpreter._array,
    ast.As: lambda interpreter, expr: interpreter.value(expr.operand),
    ast.Binary: Interpreter._binary,
    ast.Bool: lambda _, expr: expr.value,
    ast.Builtin: Interpreter._builtin,
    ast.Bytes: lambda _, expr: expr.value,
    ast.Call: Interpreter._call,
    ast.Closure: lambda interpreter, expr: interpreter.value(expr.body),
    ast.Conditional: Interpreter._conditional,
    ast.Index: Interpreter._index,
    ast.Let: Interpreter._let,
    ast.Map: Interpreter._map,
    ast.Member: Interpreter._member,
    ast.Name: Interpreter._name,
    ast.Nil: lambda _, __: None,
    ast.Number: lambda _, expr: expr.value,
    ast.Pointer: Interpreter._pointer,
    ast.Sequence: Interpreter._sequence,
    ast.Slice: Interpreter._slice,
    ast.Text: lambda _, expr: expr.value,
    ast.Unary: Interpreter._unary,
}
