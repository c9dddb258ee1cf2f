"""Loops: withItems, withParam, withSequence."""

from collections.abc import Collection
from typing import Any

from yamlflow.app.importing.scope import Scope, has_tag, plain, read
from yamlflow.app.importing.values import Code, in_code, in_text
from yamlflow.argo.view import Data
from yamlflow.expressions import parse, print_expr
from yamlflow.expressions.ast import Builtin, Call
from yamlflow.expressions.printer import text_literal


def is_loop(data: Data) -> bool:
    """Whether a step or task is run for several elements."""
    return any(data.get(key) is not None for key in ("withItems", "withParam", "withSequence"))


def foreach(data: Data, scope: Scope, lists: Collection[str]) -> Any:  # noqa: ANN401 - what `foreach` takes
    """Return the `foreach` of a step or task; `lists` are the references of a list's type."""
    if data.get("withItems") is not None:
        items = data["withItems"]
        return f"${{{{ {_code(items, scope)} }}}}" if has_tag(items) else items
    if data.get("withParam") is not None:
        parts = read(data["withParam"], scope.names)
        if len(parts) == 1 and isinstance(parts[0], str) and (items := _constant_list(parts[0])):
            return items
        if len(parts) == 1 and isinstance(parts[0], Code) and (inner := _of_json(parts[0].text)):
            return f"${{{{ {inner} }}}}"
        if len(parts) == 1 and isinstance(parts[0], Code):
            return f"${{{{ fromJSON({parts[0].text}) }}}}" if _is_text(parts[0].text, lists) else in_text(parts)
        return f"${{{{ fromJSON({in_code(parts)}) }}}}"
    return _range(data["withSequence"], scope)


def _constant_list(text: str) -> list[Any]:
    """Return the list that a text holds, none when it holds another thing."""
    import json

    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) and None not in found else []


def _of_json(code: str) -> str:
    """Return what an expression such as `toJson(x)` makes a text of."""
    expr, problems = parse(code)
    if problems or not isinstance(expr, Builtin | Call) or len(expr.args) != 1:
        return ""
    name = expr.name if isinstance(expr, Builtin) else getattr(expr.function, "name", "")
    return print_expr(expr.args[0]) if str(name).lower() == "tojson" else ""


def _is_text(code: str, lists: Collection[str]) -> bool:
    """Whether an expression is a bare reference to a text that holds a list."""
    return code.startswith("inputs.") and "(" not in code and code not in lists


def _code(item: Any, scope: Scope) -> str:  # noqa: ANN401 - any YAML
    """Return an element with values of the run in it, as an expression."""
    if isinstance(item, dict):
        return f"{{{', '.join(f'{text_literal(key)}: {_code(value, scope)}' for key, value in item.items())}}}"
    if isinstance(item, list):
        return f"[{', '.join(_code(value, scope) for value in item)}]"
    if isinstance(item, str):
        return in_code(read(item, scope.names) or ("",))
    return "nil" if item is None else plain(item)


def _range(sequence: Data, scope: Scope) -> Data:
    start = plain(sequence.get("start", 0)) or "0"
    found: Data = {} if start == "0" else {"from": _number(start, scope)}
    if sequence.get("count") is not None:
        count = plain(sequence["count"])
        if start.isdigit() and count.isdigit():
            found["to"] = int(start) + int(count) - 1
        else:
            sum_of = [f"asInt({in_code(read(text, scope.names))})" for text in (start, count) if text != "0"]
            found["to"] = f"${{{{ {' + '.join(sum_of)} - 1 }}}}"
    else:
        found["to"] = _number(plain(sequence.get("end", 0)), scope)
        numbers = (found.get("from", 0), found["to"])
        if all(isinstance(number, int) for number in numbers) and numbers[0] > numbers[1]:
            found["step"] = -1
    if sequence.get("format"):
        found["format"] = sequence["format"]
    return found


def _number(text: str, scope: Scope) -> int | str:
    if text.lstrip("-").isdigit():
        return int(text)
    return f"${{{{ asInt({in_code(read(text, scope.names))}) }}}}"
