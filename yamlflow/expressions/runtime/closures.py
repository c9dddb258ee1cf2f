"""The functions that do something with each element of a list: `filter`, `map`, `reduce` and their like."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from yamlflow.expressions.ast import Expr, Number
from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.functions_list import ordered
from yamlflow.expressions.runtime.functions_text import text
from yamlflow.expressions.runtime.operators import add, truth
from yamlflow.expressions.runtime.values import AnyMap, Byte, Limits, Value, encode, go_type


class Scope:
    """The list that a closure runs over, the place in it, and what `reduce` has so far."""

    __slots__ = ("acc", "index", "items")

    def __init__(self, items: Sequence[Value]) -> None:
        self.items = items
        self.index = 0
        self.acc: Value = None


class Computer(Protocol):
    """What computes the arguments."""

    limits: Limits
    scopes: list[Scope]

    def value(self, expr: Expr) -> Value:
        """Return the value of a node."""


Args = tuple[Expr, ...]


class _Places(Sequence[Value]):
    """The places of a map, which a closure may count but not look at."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int | slice) -> Value:
        raise EvaluationError("reflect: call of reflect.Value.Index on map Value")


def _items(value: Value) -> Sequence[Value]:
    if isinstance(value, list):
        return value
    if isinstance(value, str | bytes):
        return [Byte(byte) for byte in (encode(value) if isinstance(value, str) else value)]
    if isinstance(value, dict | AnyMap):
        return _Places(len(value))
    raise EvaluationError(f"{go_type(value)} is no list")


Run = Callable[[Computer, Scope, Args], Value]


def _scoped(function: Run) -> Callable[[Computer, Args], Value]:
    """Run a function with the scope of its list in place."""

    def apply(run: Computer, args: Args) -> Value:
        scope = Scope(_items(run.value(args[0])))
        run.scopes.append(scope)
        found = function(run, scope, args)
        run.scopes.pop()
        return found

    return apply


def _each(run: Computer, scope: Scope, args: Args, *, start: int = 0, backwards: bool = False) -> Iterator[Value]:
    """Yield what the closure, or the element without one, gives for each element."""
    size = len(scope.items)
    for index in range(size - 1, -1, -1) if backwards else range(start, size):
        run.limits.step()
        scope.index = index
        yield run.value(args[1]) if len(args) > 1 else scope.items[index]


def _all(run: Computer, scope: Scope, args: Args) -> bool:
    return all(truth(found) for found in _each(run, scope, args))


def _any(run: Computer, scope: Scope, args: Args) -> bool:
    return any(truth(found) for found in _each(run, scope, args))


def _none(run: Computer, scope: Scope, args: Args) -> bool:
    return not _any(run, scope, args)


def _one(run: Computer, scope: Scope, args: Args) -> bool:
    return sum(truth(found) for found in _each(run, scope, args)) == 1


def _kept(run: Computer, scope: Scope, args: Args) -> Value:
    """Return the element, or what a third argument makes of it."""
    return run.value(args[2]) if len(args) > 2 else scope.items[scope.index]


def _filter(run: Computer, scope: Scope, args: Args) -> list[Value]:
    kept = [_kept(run, scope, args) for found in _each(run, scope, args) if truth(found)]
    run.limits.grow(len(kept))
    return kept


def _map(run: Computer, scope: Scope, args: Args) -> list[Value]:
    found = list(_each(run, scope, args))
    run.limits.grow(len(found))
    return found


def _count(run: Computer, scope: Scope, args: Args) -> int:
    """Count; a third argument is where counting may stop."""
    threshold = args[2].value if len(args) > 2 and isinstance(args[2], Number) else -1
    count = 0
    for found in _each(run, scope, args[:2]):
        count += truth(found)
        if count == threshold:
            break
    return count


def _sum(run: Computer, scope: Scope, args: Args) -> Value:
    total: Value = 0
    for found in _each(run, scope, args):
        total = add(found, total, run.limits)
    return total


def _find(*, backwards: bool = False, index: bool = False, fail: bool = False) -> Run:
    def apply(run: Computer, scope: Scope, args: Args) -> Value:
        for found in _each(run, scope, args, backwards=backwards):
            if truth(found):
                return scope.index if index else _kept(run, scope, args)
        if fail:
            raise EvaluationError("reflect: slice index out of range")
        return None

    return apply


def _group_by(run: Computer, scope: Scope, args: Args) -> AnyMap:
    groups = AnyMap(groups=True)
    for key in _each(run, scope, args):
        if key not in groups:
            groups.set(key, [])
        groups.get(key).append(scope.items[scope.index])
    return groups


def _sort_by(run: Computer, scope: Scope, args: Args) -> list[Value]:
    order = text(run.value(args[2])) if len(args) > 2 else "asc"
    if order not in ("asc", "desc"):
        raise EvaluationError("unknown order, use asc or desc")
    pairs = [(key, scope.items[scope.index]) for key in _each(run, scope, args[:2])]
    run.limits.step(len(pairs) * 4)
    found = ordered(pairs, order)
    run.limits.grow(len(found))
    return found


def _reduce(run: Computer, scope: Scope, args: Args) -> Value:
    start = 0
    if len(args) > 2:
        scope.acc = run.value(args[2])
    elif not scope.items:
        raise EvaluationError("reduce of empty array with no initial value")
    else:
        scope.acc, start = scope.items[0], 1
    for found in _each(run, scope, args[:2], start=start):
        scope.acc = found
    return scope.acc


CLOSURES = {
    name: _scoped(function)
    for name, function in {
        "all": _all,
        "any": _any,
        "count": _count,
        "filter": _filter,
        "find": _find(),
        "find!": _find(fail=True),
        "findIndex": _find(index=True),
        "findLast": _find(backwards=True),
        "findLast!": _find(backwards=True, fail=True),
        "findLastIndex": _find(backwards=True, index=True),
        "groupBy": _group_by,
        "map": _map,
        "none": _none,
        "one": _one,
        "reduce": _reduce,
        "sortBy": _sort_by,
        "sum": _sum,
    }.items()
}
