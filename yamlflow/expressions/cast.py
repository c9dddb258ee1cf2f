"""`as(Type, expression)`: yamlflow's addition to the grammar."""

from yamlflow.expressions.ast import As, Expr, Map, Missing, Name, Problem, Text
from yamlflow.types import Type, parse_type

_HINT = "write `as(Integer, x)` or `as({List: Float}, x)`"


def cast(args: tuple[Expr, ...], start: int, end: int) -> tuple[Expr, Problem | None]:
    """Build the node from the arguments as they were parsed; the first one is read as a type."""
    if len(args) != 2:
        return Missing(start, end), Problem(start, end, "`as` takes a type and an expression", _HINT)
    if isinstance(args[0], Missing):
        return args[1], None
    try:
        found: Type = parse_type(_data(args[0]))
    except ValueError as error:
        return args[1], Problem(args[0].start, args[0].end, str(error), _HINT)
    return As(found, args[1], start, end), None


def _data(expr: Expr) -> object:
    if isinstance(expr, Name):
        return expr.name
    if isinstance(expr, Text):
        return expr.value
    if isinstance(expr, Map):
        return {pair.key.value if isinstance(pair.key, Text) else None: _data(pair.value) for pair in expr.pairs}
    return None
