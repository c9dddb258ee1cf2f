"""What a JSON Schema finds wrong, in people's words."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from yamlflow.diagnostics import did_you_mean

if TYPE_CHECKING:
    from jsonschema import ValidationError

_KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_LONGEST = 60
_BRANCHES = ("anyOf", "oneOf")
Said = tuple[str, str, tuple[str, ...]]
"""Message, hint, notes."""


class Violation(NamedTuple):
    """One thing that is wrong: the `path` of the value, the `key` in it that is meant, the `rule` in the schema."""

    path: tuple[Any, ...]
    message: str
    hint: str
    notes: tuple[str, ...]
    rule: tuple[Any, ...]
    key: str = ""


def violations(errors: "Iterable[ValidationError]", root: str) -> Iterator[Violation]:
    """Yield what is wrong, each once; `root` is the word for the whole."""
    seen = set()
    for error in errors:
        for found in _violations(error, root):
            if found[:2] not in seen:
                seen.add(found[:2])
                yield found


def _violations(error: "ValidationError", root: str) -> Iterator[Violation]:
    path, rule = tuple(error.absolute_path), tuple(error.absolute_schema_path)
    where = _where(path, root)
    keyword = str(error.validator)
    meant = _meant_branch(error) if keyword in _BRANCHES else ()
    if meant:
        for item in meant:
            yield from _violations(item, root)
        return
    notes = _description(error, where)
    if keyword in ("additionalProperties", "unevaluatedProperties") and _asked(error) is False:
        known = _properties(error)
        for name in _extra(error):
            hint = did_you_mean(name, known)
            note = (f"the keys are: {', '.join(known) or 'none'}",) if not hint else ()
            yield Violation(
                path,
                f"{where} {'have' if path == () and root == 'values' else 'has'} no key `{name}`",
                hint,
                note,
                rule,
                name,
            )
    elif "propertyNames" in rule:
        key = str(_held(error))
        yield Violation(path, f"{where}: `{key}` cannot be a key", "", (error.message,), rule, key)
    else:
        said = _SAYERS.get(keyword, _otherwise)(error, where)
        yield Violation(path, said[0], said[1], (*said[2], *notes), rule)


def _asked(error: "ValidationError") -> Any:  # noqa: ANN401  # any JSON
    """Return what the keyword of the schema asks for."""
    return error.validator_value


def _held(error: "ValidationError") -> Any:  # noqa: ANN401  # any JSON
    """Return what was given."""
    return error.instance


def _where(path: tuple[Any, ...], root: str) -> str:
    if not path:
        return f"the {root}"
    text = root
    for key in path:
        plain = isinstance(key, str) and re.fullmatch(r"[\w$-]+", key)
        text += f".{key}" if plain else f"[{key!r}]"
    return f"`{text}`"


def _description(error: "ValidationError", where: str) -> tuple[str, ...]:
    text = error.schema.get("description") if isinstance(error.schema, dict) else None
    return (f"{where}: {' '.join(text.split())}",) if isinstance(text, str) and text.strip() else ()


def _properties(error: "ValidationError") -> list[str]:
    return list(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []


def _extra(error: "ValidationError") -> list[str]:
    if error.validator == "unevaluatedProperties":
        return [key for key in _held(error) if f"'{key}'" in error.message]
    schema: Any = error.schema
    patterns = [str(pattern) for pattern in schema.get("patternProperties", {})]
    known = schema.get("properties", {})
    return [key for key in _held(error) if key not in known and not any(re.search(one, key) for one in patterns)]


def _meant_branch(error: "ValidationError") -> "list[ValidationError]":
    """Return the mistakes of the one branch whose type fits; [] when there are several such, or none."""
    branches: dict[Any, list[ValidationError]] = {}
    for item in error.context or ():
        branches.setdefault(item.schema_path[0], []).append(item)
    fitting = [items for items in branches.values() if not any(_wrong_type(item) for item in items)]
    return fitting[0] if len(fitting) == 1 else []


def _wrong_type(error: "ValidationError") -> bool:
    if error.path or error.validator not in ("type", "enum", "const"):
        return False
    known = [] if error.validator == "type" else [_asked(error)] if error.validator == "const" else _asked(error)
    return not any(isinstance(item, str) == isinstance(error.instance, str) for item in known)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[:_LONGEST]}…`"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}` (true or false)"
    if isinstance(value, int | float):
        return f"the number `{value}`"
    if value is None:
        return "nothing"
    return "text" if isinstance(value, str) else "a mapping" if isinstance(value, dict) else "a list"


def _type(error: "ValidationError", where: str) -> Said:
    wanted = _asked(error)
    kinds = [_KINDS.get(kind, str(kind)) for kind in ([wanted] if isinstance(wanted, str) else wanted)]
    return f"{where}: expected {' or '.join(kinds)}, got {_kind(error.instance)}", "", ()


def _enum(error: "ValidationError", where: str) -> Said:
    known = [item if isinstance(item, str) else json.dumps(item) for item in _asked(error)]
    hint = did_you_mean(error.instance, known) if isinstance(error.instance, str) else ""
    return f"{where} cannot be {_short(error.instance)}", hint, (f"possible are: {', '.join(known)}",)


def _required(error: "ValidationError", where: str) -> Said:
    missing = [name for name in _asked(error) if name not in _held(error)]
    name = next((name for name in missing if repr(name) in error.message), missing[0] if missing else "")
    return f"{where} {'need' if where == 'the values' else 'needs'} the key `{name}`", "", ()


def _branches(error: "ValidationError", where: str) -> Said:
    if not error.context:
        return f"{where} fits several of the forms of which only one may fit", "", ()
    wanted = [_asked(item) for item in error.context if item.validator == "type" and not item.path]
    kinds = [kind for value in wanted for kind in ([value] if isinstance(value, str) else value)]
    if len(kinds) == len(error.context):
        names = dict.fromkeys(_KINDS.get(kind, kind) for kind in kinds)
        return f"{where}: expected {' or '.join(names)}, got {_kind(error.instance)}", "", ()
    root = re.split(r"[.\[]", where.removeprefix("the ").strip("`"))[0]
    reasons = dict.fromkeys(found.message for item in error.context for found in _violations(item, root))
    return f"{where} fits none of the forms that it may have", "", tuple(f"not one, for {text}" for text in reasons)


def _not(error: "ValidationError", where: str) -> Said:
    if _asked(error) in ({}, True):
        return f"{where} cannot be given", "", ()
    return f"{where} has a value that is not allowed: {_short(error.instance)}", "", ()


def _bound(words: str) -> Callable[["ValidationError", str], Said]:
    """Return what says that a value is not as a bound wants it."""
    return lambda error, where: (
        f"{where}: {_counted(words, _asked(error))}, got {_amount(error.instance)}",
        "",
        (),
    )


def _counted(words: str, amount: object) -> str:
    text = words.format(amount)
    return text.removesuffix("s") if amount == 1 and words.startswith("expected at ") else text


def _amount(value: object) -> str:
    if isinstance(value, str):
        return _short(value)
    return f"{len(value)}" if isinstance(value, list | dict) else f"{value}"


def _otherwise(error: "ValidationError", where: str) -> Said:
    depends = re.match(r"'(.+)' is a dependency of '(.+)'", error.message)
    if depends:
        return f"{where} needs the key `{depends[1]}` beside `{depends[2]}`", "", ()
    return f"{where}: {error.message[:1].lower()}{error.message[1:]}", "", ()


_SAYERS: dict[str, Callable[["ValidationError", str], Said]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda error, where: (
        f"{where} must be {_short(error.validator_value)}, got {_short(error.instance)}",
        "",
        (),
    ),
    "required": _required,
    "anyOf": _branches,
    "oneOf": _branches,
    "not": _not,
    "pattern": _bound("expected text that matches `{}`"),
    "format": _bound("expected text of the format `{}`"),
    "minimum": _bound("expected {} or more"),
    "maximum": _bound("expected {} or less"),
    "exclusiveMinimum": _bound("expected more than {}"),
    "exclusiveMaximum": _bound("expected less than {}"),
    "multipleOf": _bound("expected a multiple of {}"),
    "minLength": _bound("expected at least {} characters"),
    "maxLength": _bound("expected at most {} characters"),
    "minItems": _bound("expected at least {} items"),
    "maxItems": _bound("expected at most {} items"),
    "minProperties": _bound("expected at least {} keys"),
    "maxProperties": _bound("expected at most {} keys"),
    "uniqueItems": lambda _, where: (f"{where} holds an item twice", "", ()),
    "contains": lambda _, where: (f"{where} holds no item of the kind that it needs", "", ()),
}
