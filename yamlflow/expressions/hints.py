"""How to mend an operand of the wrong type."""

from yamlflow.expressions.ast import Expr, Missing, Text
from yamlflow.expressions.printer import print_expr
from yamlflow.expressions.signatures import group
from yamlflow.expressions.tree import path, walk
from yamlflow.types import Type, parse_float, type_text

_TO_TEXT = {"number": "string({})", "Bool": "string({})", "list": "toJson({})", "mapping": "toJson({})"}
_CONVERSIONS = {
    "t": _TO_TEXT,
    "x": _TO_TEXT,
    "n": {"text": "asFloat({})"},
    "v": {"text": "asFloat({})"},
    "i": {"text": "asInt({})", "number": "int({})"},
    "b": {"text": "{} == 'true'", "number": "{} != 0"},
    "l": {"text": "fromJSON({})"},
    "m": {"text": "fromJSON({})"},
}
_LONGEST = 40


def spelled(expr: Expr) -> str:
    """Return an expression as its writer would spell it, or "" when that is long, or a part of it is missing."""
    if any(isinstance(part, Missing) for part in walk(expr)):
        return ""
    steps = path(expr)
    if steps is not None and all(step.name.replace("-", "_").isidentifier() for step in steps):
        text = ".".join(step.name for step in steps)
    else:
        text = print_expr(expr)
    return text if len(text) <= _LONGEST else ""


def conversion(expr: Expr, found: Type | None, kind: str) -> str:
    """Return the hint for an operand of type `found` where `kind` is wanted."""
    if found is None:
        return ""
    text = spelled(expr)
    if kind in "nv" and isinstance(expr, Text) and parse_float(expr.value) is not None:
        return f"write `{expr.value}` without quotes"
    form = _CONVERSIONS.get(kind, {}).get(group(found))
    if not text:
        return f"this is {type_text(found)}"
    said = f"`{text}` is {type_text(found)}"
    return f"{said}; write `{form.format(text)}`" if form and not isinstance(expr, Text) else said


def conversion_hint(expr: Expr, found: Type | None, wanted: Type) -> str:
    """Return the hint for a value of type `found` that goes where `wanted` is declared, "" when nothing converts it."""
    text = spelled(expr)
    if found is None or not text:
        return ""
    given = group(found)
    if wanted.name == "Integer":
        form = {"number": "int({})", "text": "asInt({})"}.get(given, "")
    elif wanted.name == "Float":
        form = {"text": "asFloat({})"}.get(given, "")
    elif wanted.name == "Bool":
        form = _CONVERSIONS["b"].get(given, "")
    elif wanted.name == "String":
        form = _TO_TEXT.get(given, "")
    else:
        form = ""
    return f"write `{form.format(text)}`" if form else ""
