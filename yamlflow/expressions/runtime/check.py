"""What expr-lang's compiler refuses before anything runs, given the environment."""

from collections.abc import Callable, Mapping
from typing import Any

from yamlflow.expressions import ast
from yamlflow.expressions.ast import Expr
from yamlflow.expressions.errors import EvaluationError, UnknownNameError
from yamlflow.expressions.operators import BUILTINS, CLOSURES, COMPARISONS
from yamlflow.expressions.runtime import natures
from yamlflow.expressions.runtime.check_calls import OVERLOADS, overloaded, result_of
from yamlflow.expressions.runtime.methods import method_of, parameters_of
from yamlflow.expressions.runtime.natures import (
    ANY,
    ARRAY,
    BOOL,
    BYTES,
    FLOAT,
    FUNCTION,
    GROUPS,
    INT,
    INTEGERS,
    MAP,
    NIL,
    NUMBERS,
    STRING,
    UNKNOWN,
    Nature,
    assignable,
    comparable,
    element_of,
    is_unknown,
    key_of,
    list_of,
    maybe,
    nature_of,
)
from yamlflow.expressions.runtime.values import Value

ARGO = frozenset({"asFloat", "asInt", "jsonpath", "toJson"})
_POINTERS = {"map": {"index": INT}, "reduce": {"index": INT, "acc": UNKNOWN}}
_NEED_BOOL = frozenset(
    {"all", "none", "any", "one", "filter", "count", "find", "findIndex", "findLast", "findLastIndex"}
)
_RESULTS = {"count": INT, "findIndex": INT, "findLastIndex": INT, "groupBy": GROUPS}


def check(expr: Expr, env: Mapping[str, Value]) -> dict[int, Nature]:
    """Return the static type of each node by its id; EvaluationError says what the compiler refuses."""
    checker = _Checker(env)
    checker.visit(expr)
    return checker.known


class _Checker:
    def __init__(self, env: Mapping[str, Value]) -> None:
        self.env = env
        self.known: dict[int, Nature] = {}
        self.variables: dict[str, Nature] = {}
        self.scopes: list[tuple[Nature, dict[str, Nature]]] = []

    def visit(self, expr: Expr) -> Nature:
        found = _VISITS[type(expr)](self, expr)
        self.known[id(expr)] = found
        return found

    def name(self, expr: ast.Name) -> Nature:
        if expr.name in self.variables:
            return self.variables[expr.name]
        if expr.name == "$env":
            return UNKNOWN
        if expr.name in ARGO or expr.name in BUILTINS:
            return FUNCTION
        if expr.name == "sprig":
            return MAP
        if expr.name not in self.env:
            raise UnknownNameError(expr.name)
        return nature_of(self.env[expr.name])

    def unary(self, expr: ast.Unary) -> Nature:
        found = self.visit(expr.operand)
        if expr.op in ("!", "not"):
            if found.kind == "bool" or is_unknown(found):
                return BOOL
        elif found.kind in NUMBERS or is_unknown(found):
            return found if found.kind in NUMBERS else UNKNOWN
        raise EvaluationError(f"invalid operation: {expr.op} (mismatched type {found.go or found.kind})")

    def binary(self, expr: ast.Binary) -> Nature:
        left, right = self.visit(expr.left), self.visit(expr.right)
        found = self.operator(expr, expr.op.removeprefix("not "), left, right)
        if found is None:
            shown = f"{left.go or left.kind} and {right.go or right.kind}"
            raise EvaluationError(f"invalid operation: {expr.op} (mismatched types {shown})")
        return found

    def operator(self, expr: ast.Binary, op: str, left: Nature, right: Nature) -> Nature | None:
        kinds = (left.kind, right.kind)
        numbers = left.kind in NUMBERS and right.kind in NUMBERS
        if op in ("==", "!="):
            return BOOL if comparable(left, right) else None
        if op in ("&&", "||", "and", "or"):
            return BOOL if kinds == ("bool", "bool") or maybe(left, right, "bool") else None
        if op in COMPARISONS:
            same = left.kind == right.kind and left.kind in ("string", "time", "duration")
            known = numbers or same or maybe(left, right, *NUMBERS, "string", "time", "duration")
            return BOOL if known else None
        if op == "in":
            return self.membership(left, right)
        if op == "??":
            return _coalesced(left, right)
        if op in _TEXT_OPERATORS:
            if op == "matches":
                self.pattern(expr.right)
                if left.go == BYTES.go and right.kind == "string":
                    return BOOL
            return BOOL if kinds == ("string", "string") or maybe(left, right, "string") else None
        return _computed(op, left, right, numbers)

    def pattern(self, expr: Expr) -> None:
        if isinstance(expr, ast.Text):
            from yamlflow.expressions.runtime.regex import compile_pattern

            compile_pattern(expr.value)

    def membership(self, left: Nature, right: Nature) -> Nature | None:
        if right.kind == "map":
            return BOOL if is_unknown(left) or assignable(left, key_of(right)) else None
        if right.kind == "array":
            return BOOL if comparable(left, element_of(right)) else None
        return BOOL if (is_unknown(left) and right.kind == "string") or is_unknown(right) else None

    def member(self, expr: ast.Member) -> Nature:
        return self.part(expr, expr.target, STRING, expr.name)

    def index(self, expr: ast.Index) -> Nature:
        name = expr.index.value if isinstance(expr.index, ast.Text) else None
        if isinstance(expr.target, ast.Name) and expr.target.name == "$env":
            return self.part(expr, expr.target, STRING, name)
        base = self.visit(expr.target)
        return self.of(base, self.visit(expr.index), name)

    def part(self, expr: ast.Member | ast.Index, target: Expr, key: Nature, name: str | None) -> Nature:
        if isinstance(target, ast.Name) and target.name == "$env":
            if name is None or (name not in self.env and expr.optional):
                return UNKNOWN
            return self.name(ast.Name(name)) if name not in BUILTINS else self.missing(name)
        return self.of(self.visit(target), key, name)

    def missing(self, name: str) -> Nature:
        if name not in self.env:
            raise UnknownNameError(name)
        return nature_of(self.env[name])

    def of(self, base: Nature, key: Nature, name: str | None) -> Nature:
        if is_unknown(base):
            return UNKNOWN
        method = method_of(base, name) if name is not None else None
        if method is not None:
            return method
        if base.kind == "map" and (assignable(key, key_of(base)) or is_unknown(key)):
            return element_of(base)
        if base.kind == "array" and (key.kind in INTEGERS or is_unknown(key)):
            return element_of(base)
        raise EvaluationError(f"type {base.go or base.kind} has no field {name or key.go}")

    def slice(self, expr: ast.Slice) -> Nature:
        found = self.visit(expr.target)
        if is_unknown(found):
            return UNKNOWN
        if found.kind not in ("string", "array"):
            raise EvaluationError(f"cannot slice {found.go or found.kind}")
        for bound in (expr.low, expr.high):
            if bound is not None:
                kind = self.visit(bound)
                if kind.kind not in INTEGERS and not is_unknown(kind):
                    raise EvaluationError(f"non-integer slice index {kind.go or kind.kind}")
        return found

    def call(self, expr: ast.Call) -> Nature:
        if isinstance(expr.function, ast.Name) and expr.function.name == "$env":
            raise EvaluationError("$env is not callable")
        found = self.visit(expr.function)
        if is_unknown(found):
            return UNKNOWN
        args = [self.visit(arg) for arg in expr.args]
        if found.kind == "method":
            return _method_result(found, args)
        name = expr.function.name if isinstance(expr.function, ast.Name) else ""
        if found.kind != "func":
            raise EvaluationError(f"{found.go or found.kind} is not callable")
        return overloaded(name, args) if name in OVERLOADS else UNKNOWN

    def builtin(self, expr: ast.Builtin) -> Nature:
        if expr.name in CLOSURES:
            return self.with_closure(expr)
        args = [self.visit(arg) for arg in expr.args]
        if expr.name != "get":
            return result_of(expr.name, args)
        if len(args) != 2:
            raise EvaluationError(f"invalid number of arguments (expected 2, got {len(args)})")
        base, key = args
        if is_unknown(base):
            return UNKNOWN
        if base.kind == "array" and (key.kind in INTEGERS or is_unknown(key)):
            return element_of(base)
        if base.kind == "map" and (assignable(key, key_of(base)) or is_unknown(key)):
            return element_of(base)
        raise EvaluationError(f"type {base.go or base.kind} does not support indexing")

    def with_closure(self, expr: ast.Builtin) -> Nature:
        items = self.visit(expr.args[0])
        if items.kind != "array" and not is_unknown(items):
            raise EvaluationError(f"builtin {expr.name} takes only array (got {items.go or items.kind})")
        if len(expr.args) == 1:
            return INT if expr.name == "count" else UNKNOWN if is_unknown(items) else element_of(items)
        self.scopes.append((items, _POINTERS.get(expr.name, {})))
        body = self.visit(expr.args[1])
        self.scopes.pop()
        if len(expr.args) == 3:
            order = self.visit(expr.args[2])
            if expr.name == "sortBy" and order.kind != "string" and not is_unknown(order):
                raise EvaluationError(f"sortBy order argument must be a string (got {order.go or order.kind})")
        if body.kind == "nil":
            raise EvaluationError("predicate should has one input and one output param")
        if expr.name in _NEED_BOOL and body.kind != "bool" and not is_unknown(body):
            raise EvaluationError(f"predicate should return boolean (got {body.go or body.kind})")
        return _closed(expr.name, items, body)

    def closure(self, expr: ast.Closure) -> Nature:
        return self.visit(expr.body)

    def pointer(self, expr: ast.Pointer) -> Nature:
        items, names = self.scopes[-1]
        if not expr.name:
            return UNKNOWN if is_unknown(items) else element_of(items)
        if expr.name not in names:
            raise EvaluationError(f"unknown pointer #{expr.name}")
        return names[expr.name]

    def let(self, expr: ast.Let) -> Nature:
        name = expr.name
        if name in self.variables or name in self.env or name in BUILTINS or name in ARGO or name == "sprig":
            raise EvaluationError(f"cannot redeclare {name}")
        self.variables[name] = self.visit(expr.value)
        found = self.visit(expr.body)
        del self.variables[name]
        return found

    def sequence(self, expr: ast.Sequence) -> Nature:
        return [self.visit(item) for item in expr.items][-1]

    def conditional(self, expr: ast.Conditional) -> Nature:
        test = self.visit(expr.test)
        if test.kind != "bool" and not is_unknown(test):
            raise EvaluationError(f"non-bool expression (type {test.go or test.kind}) used as condition")
        then, otherwise = self.visit(expr.then), self.visit(expr.otherwise)
        if "nil" in (then.kind, otherwise.kind):
            return otherwise if then.kind == "nil" else then
        if not assignable(then, otherwise):
            return UNKNOWN
        if then.kind == otherwise.kind == "array":
            one, other = element_of(then), element_of(otherwise)
            if not (assignable(one, other) and assignable(other, one)):
                return ARRAY
        return then

    def array(self, expr: ast.Array) -> Nature:
        found = [self.visit(item) for item in expr.items]
        if len({_reflect_kind(one) for one in found}) > 1:
            return ARRAY
        return list_of(found[-1] if found else UNKNOWN)

    def map(self, expr: ast.Map) -> Nature:
        for pair in expr.pairs:
            self.visit(pair.key)
            self.visit(pair.value)
        return MAP

    def cast(self, expr: ast.As) -> Nature:
        return self.visit(expr.operand)


def _incomplete() -> Nature:
    raise EvaluationError("the expression is incomplete")


_TEXT_OPERATORS = frozenset({"matches", "contains", "startsWith", "endsWith"})


def _reflect_kind(nature: Nature) -> str:
    return "invalid" if nature.kind in ("unknown", "nil") else nature.kind


def _method_result(method: Nature, args: list[Nature]) -> Nature:
    wanted, result = parameters_of(method)
    if len(args) != len(wanted):
        raise EvaluationError(f"invalid number of arguments to call {method.go}")
    for arg, parameter in zip(args, wanted, strict=True):
        if not (is_unknown(arg) or assignable(arg, parameter) or (arg.kind in INTEGERS and parameter is INT)):
            raise EvaluationError(f"cannot use {arg.go or arg.kind} as argument to call {method.go}")
    return result


def _coalesced(left: Nature, right: Nature) -> Nature:
    if "nil" in (left.kind, right.kind):
        return right if left.kind == "nil" else left
    return left if assignable(right, left) else UNKNOWN


def _promoted(left: Nature, right: Nature) -> Nature:
    return FLOAT if "float" in (left.kind, right.kind) else INT


def _computed(op: str, left: Nature, right: Nature, numbers: bool) -> Nature | None:
    kinds = (left.kind, right.kind)
    if op in ("/", "**", "^"):
        return FLOAT if numbers or maybe(left, right, *NUMBERS) else None
    if op in ("%", ".."):
        if (left.kind in INTEGERS and right.kind in INTEGERS) or maybe(left, right, *INTEGERS):
            return INT if op == "%" else list_of(INT)
        return None
    if numbers:
        return _promoted(left, right)
    timed = _TIMED.get((op, *kinds))
    if timed is None and op == "*" and "duration" in kinds and set(kinds) <= {*NUMBERS, "duration"}:
        timed = natures.DURATION
    if timed is not None or not maybe(left, right, *NUMBERS, *_ALSO[op]):
        return timed
    return UNKNOWN


_ALSO = {"+": ("string", "time", "duration"), "-": ("time", "duration"), "*": ("duration",)}
_TIMED = {
    ("+", "string", "string"): STRING,
    ("+", "time", "duration"): natures.TIME,
    ("+", "duration", "time"): natures.TIME,
    ("+", "duration", "duration"): natures.DURATION,
    ("-", "time", "time"): natures.DURATION,
    ("-", "time", "duration"): natures.TIME,
    ("-", "duration", "duration"): natures.DURATION,
}


def _closed(name: str, items: Nature, body: Nature) -> Nature:
    """Return the type of a call with a closure that gives `body`."""
    if name in ("all", "none", "any", "one"):
        return BOOL
    if name == "filter":
        return ARRAY if is_unknown(items) else list_of(element_of(items))
    if name == "map":
        return list_of(body)
    if name == "sum":
        return ANY if is_unknown(body) else body
    if name in ("find", "findLast"):
        return UNKNOWN if is_unknown(items) else element_of(items)
    if name == "sortBy":
        return items
    return _RESULTS.get(name, body)


_VISITS: dict[type[Expr], Callable[[_Checker, Any], Nature]] = {
    ast.Array: _Checker.array,
    ast.As: _Checker.cast,
    ast.Binary: _Checker.binary,
    ast.Bool: lambda _, __: BOOL,
    ast.Builtin: _Checker.builtin,
    ast.Bytes: lambda _, __: BYTES,
    ast.Call: _Checker.call,
    ast.Closure: _Checker.closure,
    ast.Conditional: _Checker.conditional,
    ast.Index: _Checker.index,
    ast.Let: _Checker.let,
    ast.Map: _Checker.map,
    ast.Member: _Checker.member,
    ast.Missing: lambda _, __: _incomplete(),
    ast.Name: _Checker.name,
    ast.Nil: lambda _, __: NIL,
    ast.Number: lambda _, expr: INT if isinstance(expr.value, int) else FLOAT,
    ast.Pointer: _Checker.pointer,
    ast.Sequence: _Checker.sequence,
    ast.Slice: _Checker.slice,
    ast.Text: lambda _, __: STRING,
    ast.Unary: _Checker.unary,
}
