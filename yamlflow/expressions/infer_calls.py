"""The types that functions take and give."""

from yamlflow.diagnostics import did_you_mean
from yamlflow.expressions.ast import Builtin, Call, Closure, Expr, Member, Name
from yamlflow.expressions.hints import spelled
from yamlflow.expressions.inference import Inference, joined
from yamlflow.expressions.signatures import (
    ARGO,
    BOOL,
    CLOSURES,
    DICT,
    FLOAT,
    FUNCTIONS,
    INTEGER,
    LIST,
    STRING,
    TEXTS,
    WANTED,
    Signature,
    accepts,
)
from yamlflow.types import Type, type_text

_SPRIG_KINDS = {"s": "t", "i": "i", "b": "b", "m": "m", "l": "l", "*": "*"}
_SPRIG_RESULTS = {
    "s": STRING,
    "i": INTEGER,
    "I": INTEGER,
    "f": FLOAT,
    "b": BOOL,
    "l": LIST,
    "S": TEXTS,
    "N": Type("List", INTEGER),
    "m": DICT,
}


def builtin(scope: Inference, expr: Builtin) -> Type | None:
    """Type a call of one of expr-lang's functions."""
    if expr.name in CLOSURES:
        return _with_closure(scope, expr)
    return _called(scope, expr, expr.name, expr.args, FUNCTIONS[expr.name])


_OF_OTHERS = {
    **dict.fromkeys(("success", "failure", "cancelled"), "ask for a status: `tasks.NAME.status == 'Failed'`"),
    "always": "what runs whatever came stands in `onExit`",
    "format": "write a text with `${{ }}` in it",
    "default": "write `a ?? b`",
    **dict.fromkeys(("str", "toString"), "write `string(...)`"),
    **dict.fromkeys(("length", "size", "count_of"), "write `len(...)`"),
    **dict.fromkeys(("parseInt", "toInt", "atoi"), "write `asInt(...)`"),
    **dict.fromkeys(("parseFloat", "toFloat"), "write `asFloat(...)`"),
    **dict.fromkeys(("json", "loads", "parseJSON"), "write `fromJSON(...)`"),
    **dict.fromkeys(("dumps", "stringify"), "write `toJson(...)`"),
}
"""What functions of other languages are called here."""


def call(scope: Inference, expr: Call) -> Type | None:
    """Type a call of one of Argo's functions, of sprig's, or of a method."""
    function = expr.function
    if isinstance(function, Name) and function.name in ARGO:
        return _called(scope, expr, function.name, expr.args, ARGO[function.name])
    if isinstance(function, Member) and isinstance(function.target, Name) and function.target.name == "sprig":
        return _sprig(scope, expr, function)
    if isinstance(function, Member):
        _method(scope, function)
    elif isinstance(function, Name) and function.name not in scope.variables:
        hint = _OF_OTHERS.get(function.name) or did_you_mean(function.name, [*FUNCTIONS, *CLOSURES, *ARGO])
        scope.report(function.start, function.end, f"there is no function `{function.name}`", hint)
    for arg in expr.args:
        scope.type_of(arg)
    return None


def _sprig(scope: Inference, expr: Call, function: Member) -> Type | None:
    from yamlflow.expressions.sprig_names import sprig

    known = sprig()
    if function.name in known:
        kinds, result = known[function.name]
        signature = "".join(_SPRIG_KINDS.get(kind, "a") for kind in kinds)
        return _called(scope, expr, f"sprig.{function.name}", expr.args, (signature, _SPRIG_RESULTS.get(result)))
    hint = did_you_mean(function.name, known)
    scope.report(function.name_start, function.name_end, f"sprig has no function `{function.name}`", hint)
    for arg in expr.args:
        scope.type_of(arg)
    return None


def _method(scope: Inference, function: Member) -> None:
    target = scope.type_of(function.target)
    if target is None:
        return
    name = spelled(function.target)
    hint = f"write `{function.name}({name or '...'})`" if function.name in FUNCTIONS else ""
    scope.report(function.name_start, function.name_end, f"{type_text(target)} has no methods", hint)


def _called(scope: Inference, expr: Expr, name: str, args: tuple[Expr, ...], signature: Signature) -> Type | None:
    kinds, result = signature
    rest = kinds[-2] if kinds.endswith("*") else ""
    kinds = kinds[:-2] if rest else kinds
    least = sum(kind.islower() for kind in kinds)
    if len(args) < least or (len(args) > len(kinds) and not rest):
        most = "" if rest or least == len(kinds) else f" to {len(kinds)}"
        counted = f"{'at least ' if rest else ''}{least}{most} argument{'' if least == 1 and not most else 's'}"
        scope.report(expr.start, expr.end, f"`{name}` takes {counted}, not {len(args)}", "")
    found: list[Type | None] = []
    for number, arg in enumerate(args):
        kind = kinds[number] if number < len(kinds) else rest or "a"
        found.append(scope.wants(arg, kind.lower(), name))
    return _result(result, found)


def _result(result: Type | str | None, found: list[Type | None]) -> Type | None:
    if result is None or isinstance(result, Type):
        return result
    first = found[0] if found else None
    if result == "same":
        return first if all(one == first for one in found) else None
    if result == "element":
        return first.element if first is not None else None
    return _number([one.element if one is not None and one.is_list else one for one in found])


def _number(types: list[Type | None]) -> Type | None:
    if any(one is None or not one.is_number for one in types):
        return None
    return INTEGER if all(one is not None and one.name == "Integer" for one in types) else FLOAT


def _with_closure(scope: Inference, expr: Builtin) -> Type | None:
    kind, result = CLOSURES[expr.name]
    items = scope.wants(expr.args[0], "l", expr.name) if expr.args else None
    element = items.element if items is not None else None
    start = scope.type_of(expr.args[2]) if expr.name == "reduce" and len(expr.args) > 2 else None
    body = element
    if len(expr.args) > 1 and isinstance(expr.args[1], Closure):
        scope.elements.append({"": element, "index": INTEGER, "acc": start})
        body = scope.type_of(expr.args[1].body)
        scope.elements.pop()
        if not accepts(kind, body):
            scope.wrong(expr.args[1], body, kind, f"the closure of `{expr.name}` gives {WANTED[kind]}")
    elif expr.name == "sum" and not accepts(kind, element):
        scope.report(expr.args[0].start, expr.args[0].end, "`sum` adds numbers", f"this is {type_text(items)}")
    if expr.name == "sortBy" and len(expr.args) > 2:
        scope.wants(expr.args[2], "t", expr.name)
    if expr.name == "reduce":
        return joined(start, body)
    if result == "sum":
        return _number([body])
    if result == "body":
        return Type("List", body)
    return _result(result, [items if items is not None and items.is_list else None])
