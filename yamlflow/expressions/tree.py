"""Walking, matching and rebuilding expression trees."""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from yamlflow.expressions.ast import Expr, Index, Let, Member, Name, Text, children

CONTEXTS = frozenset({"inputs", "tasks", "item", "workflow", "retry", "pod"})


class Step(NamedTuple):
    """One name of a path such as `tasks.flip.outputs.side`, and its place."""

    name: str
    start: int
    end: int


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the node and all below it, parents first."""
    pending = [expr]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(list(children(node))))


def measure(expr: Expr) -> tuple[int, int]:
    """Return how many nodes lie on the longest way down, and how many there are.

    `a < b < c` holds `b` twice, so nested chains double the tree: nodes are counted as often as they are walked.
    """
    known: dict[int, tuple[int, int]] = {}
    pending = [expr]
    while pending:
        node = pending[-1]
        below = [child for child in children(node) if id(child) not in known]
        if below:
            pending.extend(below)
            continue
        pending.pop()
        sizes = [known[id(child)] for child in children(node)]
        known[id(node)] = (1 + max((one[0] for one in sizes), default=0), 1 + sum(one[1] for one in sizes))
    return known[id(expr)]


def same(one: Expr, other: Expr) -> bool:
    """Whether two trees mean the same, whatever their places."""
    if type(one) is not type(other):
        return False
    for field in one.fields:
        mine, theirs = getattr(one, field), getattr(other, field)
        if isinstance(mine, Expr) or isinstance(theirs, Expr):
            if not (isinstance(mine, Expr) and isinstance(theirs, Expr) and same(mine, theirs)):
                return False
        elif isinstance(mine, tuple) and mine and isinstance(mine[0], Expr):
            if len(mine) != len(theirs) or not all(map(same, mine, theirs)):
                return False
        elif mine != theirs or type(mine) is not type(theirs):
            return False
    return True


def path(expr: Expr) -> tuple[Step, ...] | None:
    """Return the names of a chain of members, `tasks['a b'].outputs.x`, or None when it is anything else."""
    steps: list[Step] = []
    while not isinstance(expr, Name):
        if isinstance(expr, Member):
            steps.append(Step(expr.name, expr.name_start, expr.name_end))
        elif isinstance(expr, Index) and isinstance(expr.index, Text):
            steps.append(Step(expr.index.value, expr.index.start, expr.index.end))
        else:
            return None
        expr = expr.target
    steps.append(Step(expr.name, expr.start, expr.end))
    return tuple(reversed(steps))


def is_optional(expr: Expr) -> bool:
    """Whether a chain of members has a `?.` in it."""
    while isinstance(expr, (Member, Index)):
        if expr.optional:
            return True
        expr = expr.target
    return False


def references(expr: Expr, roots: Collection[str] = CONTEXTS) -> Iterator[tuple[Expr, tuple[Step, ...]]]:
    """Yield the longest chains whose first name is one of `roots` and no variable of a `let`, with their names."""
    pending: list[tuple[Expr, frozenset[str]]] = [(expr, frozenset())]
    while pending:
        node, bound = pending.pop()
        steps = path(node)
        if steps is not None:
            if steps[0].name in roots and steps[0].name not in bound:
                yield node, steps
            continue
        if isinstance(node, Let):
            pending.append((node.body, bound | {node.name}))
            pending.append((node.value, bound))
        else:
            pending.extend((child, bound) for child in reversed(list(children(node))))


def rewrite(expr: Expr, replace: Callable[[Expr], Expr | None]) -> Expr:
    """Rebuild the tree from the top: where `replace` returns a node, that one stands, and nothing below is asked."""
    replaced = replace(expr)
    return with_children(expr, lambda child: rewrite(child, replace)) if replaced is None else replaced


def with_children(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Return the node with each child changed, or itself when all stay the same."""
    changed: dict[str, object] = {}
    for field in expr.fields:
        value = getattr(expr, field)
        if isinstance(value, Expr):
            new: object = change(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], Expr):
            items = tuple(map(change, value))
            new = value if all(map(_identical, items, value)) else items
        else:
            continue
        if new is not value:
            changed[field] = new
    return _copy(expr, changed) if changed else expr


def _identical(one: object, other: object) -> bool:
    return one is other


def _copy(expr: Expr, changed: dict[str, object]) -> Expr:
    """Return a node like `expr` with some fields changed."""
    new: Expr = object.__new__(type(expr))
    for owner in type(expr).__mro__:
        for slot in getattr(owner, "__slots__", ()):
            setattr(new, slot, changed[slot] if slot in changed else getattr(expr, slot))
    return new
