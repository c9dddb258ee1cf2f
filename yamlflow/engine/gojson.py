"""JSON as Go's library reads and writes it: numbers keep their spelling, nothing between the signs."""

import json
from collections.abc import Iterable
from typing import Any


class NumberText(str):
    """A number in the spelling of its source."""

    __slots__ = ()


def loads(text: str) -> object:
    """Read JSON; numbers keep their spelling. ValueError, in Go's words, when it is no JSON."""
    try:
        return json.loads(text, parse_float=NumberText, parse_int=NumberText, parse_constant=_no_constant)
    except ValueError as error:
        from yamlflow.engine.gojsonerror import go_json_error

        raise ValueError(go_json_error(text) or str(error)) from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def dumps(value: object, *, sort: bool = False) -> str:
    """Write compact JSON; `sort` orders the keys of the outermost mapping, as Go does for its maps."""
    if isinstance(value, NumberText):
        return str(value)
    if isinstance(value, dict):
        keys = sorted(value) if sort else value
        return "{" + ",".join(f"{_text(str(key))}:{dumps(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dumps, value)) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return _text(value) if isinstance(value, str) else json.dumps(value)


_FIELDS = ("name", "default", "value", "valueFrom", "globalName", "enum", "description")
_TEXTS = frozenset(("default", "value", "description"))


def dump_parameters(parameters: Iterable[dict[str, Any]]) -> str:
    """Write parameters as Go writes theirs: the fields in its order, values as texts."""
    return dumps(
        [
            {key: plain_text(item[key]) if key in _TEXTS else item[key] for key in _FIELDS if key in item}
            for item in parameters
        ]
    )


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def plain_text(value: object) -> str:
    """Return a value of a manifest as the text that Argo makes of it: objects, lists and null become empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return dumps(value)
    return ""
