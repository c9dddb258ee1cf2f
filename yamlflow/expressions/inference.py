"""What typing an expression needs: the names in sight, and where findings go."""

from collections.abc import Callable, Mapping

from yamlflow.expressions.ast import Expr, children
from yamlflow.expressions.hints import conversion
from yamlflow.expressions.signatures import WANTED, accepts
from yamlflow.expressions.tree import Step, path
from yamlflow.types import Type, fits

Resolve = Callable[[tuple[Step, ...], Expr], Type | None]
Report = Callable[[int, int, str, str], None]


class Inference:
    """Walks one tree; `handlers` gives the type of a node by its class."""

    __slots__ = ("elements", "handlers", "never_equal", "report", "resolve", "variables")

    def __init__(self, handlers: "Handlers", resolve: Resolve, report: Report, never_equal: Report) -> None:
        self.handlers = handlers
        self.resolve = resolve
        self.report = report
        self.never_equal = never_equal
        self.variables: dict[str, Type | None] = {}
        self.elements: list[dict[str, Type | None]] = []

    def type_of(self, expr: Expr) -> Type | None:
        """Return the type of a node, and report what is wrong in it."""
        steps = path(expr)
        if steps is not None and steps[0].name not in self.variables:
            return self.resolve(steps, expr)
        handler = self.handlers.get(type(expr))
        if handler is not None:
            return handler(self, expr)
        for child in children(expr):
            self.type_of(child)
        return None

    def wrong(self, expr: Expr, found: Type | None, kind: str, message: str) -> None:
        """Report an operand, with the way to make it what is wanted."""
        self.report(expr.start, expr.end, message, conversion(expr, found, kind))

    def wants(self, expr: Expr, kind: str, who: str) -> Type | None:
        """Return the type of an operand; it is reported when it is not of the kind that `who` takes."""
        found = self.type_of(expr)
        if not accepts(kind, found):
            self.wrong(expr, found, kind, f"`{who}` wants {WANTED[kind]}")
        return found


Handlers = Mapping[type[Expr], Callable[[Inference, Expr], Type | None]]


def joined(one: Type | None, other: Type | None) -> Type | None:
    """Return the type of what is one of two values."""
    if one is None or other is None:
        return None
    return one if fits(other, one) else other if fits(one, other) else None
