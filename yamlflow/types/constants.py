"""Constants: whether a value written in a file is of a type, and the text that travels as an Argo parameter."""

import re

from yamlflow.types.type import VALIDATOR, Type, type_text

_TRUE = frozenset({"true", "1", "yes", "y", "on", "t"})
_FALSE = frozenset({"false", "0", "no", "n", "off", "f"})
_PLAIN_TEXT = frozenset(
    {"String", "URI", "LocalPath", "GCSPath", "GCRPath", "GCPProjectID", "GCPRegion", "HTML", "Markdown"}
)
_DECIMAL = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_NAMED = r"(?i:[+-]?inf(inity)?|nan)"
_HEXADECIMAL = (
    r"([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?[0-9](?:_?[0-9])*)"
)


def parse_integer(text: str) -> int | None:
    """Read an Integer, an optional sign and digits within 64 bits, or return None."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    plain = digits.lstrip("0") or "0"
    if not (digits.isascii() and digits.isdigit()) or len(plain) > 19:
        return None
    value = -int(plain) if text[0] == "-" else int(plain)
    return value if -(1 << 63) <= value < 1 << 63 else None


def parse_float(text: str) -> float | None:
    """Read a number as Go's `strconv.ParseFloat` does, or return None."""
    if re.fullmatch(_DECIMAL, re.sub(r"(?<=[0-9])_(?=[0-9])", "", text)):
        value = float(text)
    elif re.fullmatch(_NAMED, text):
        return float(text)
    elif (found := re.fullmatch(_HEXADECIMAL, text)) and (found[2] or found[3]):
        exponent = max(-20_000, min(20_000, int(found[4]))) if len(found[4]) < 10 else 20_000
        try:
            value = float.fromhex(f"{found[1]}0x{found[2]}.{found[3] or ''}p{exponent}".replace("_", ""))
        except OverflowError:
            return None
    else:
        return None
    return None if value in (float("inf"), float("-inf")) else value


def parse_bool(text: str) -> bool | None:
    """Read a Bool as KFP does (`true 1 yes y on t`, in any case, and their opposites), or return None."""
    folded = text.lower()
    return True if folded in _TRUE else False if folded in _FALSE else None


def bool_text(value: object) -> str:
    """Return the canonical text of a Bool constant, `true` or `false`; what is no Bool stays as it is."""
    text = constant_text(value)
    found = parse_bool(text)
    return text if found is None else "true" if found else "false"


def constant_text(value: object) -> str:
    """Return the text that travels as an Argo parameter."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, list | dict):
        import json

        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _float_text(value: float) -> str:
    text = repr(value)
    if "e" not in text:
        return text
    from decimal import Decimal

    return format(Decimal(text), "f")


def constant_error(value: object, type: Type | None) -> str:
    """Return why a constant, plain data or text, is not of a type; "" when it is."""
    if type is None:
        return ""
    problem = _type_error(value, type)
    if problem:
        return problem
    schema = dict(type.properties).get(VALIDATOR)
    return _schema_error(value, type, schema) if schema is not None else ""


def _schema_error(value: object, type: Type, schema: str) -> str:
    """Return why a value does not match the schema that its type carries."""
    import json

    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        rules = json.loads(schema)
        Draft202012Validator.check_schema(rules)
        found = next(iter(Draft202012Validator(rules).iter_errors(_meant(value, type))), None)
    except (ValueError, SchemaError, RecursionError):
        return f"the `{VALIDATOR}` of its type is no JSON Schema"
    if found is None:
        return ""
    where = f" at {found.json_path}" if found.absolute_path else ""
    return f"{found.message}{where}"


def _meant(value: object, type: Type) -> object:
    """Return what a constant of a type means: numbers, truth and JSON read from their text."""
    if type.name == "Bool":
        return parse_bool(constant_text(value))
    if not isinstance(value, str):
        return value
    if type.name == "Integer":
        return parse_integer(value)
    if type.name == "Float":
        return parse_float(value)
    if type.is_list or type.is_mapping:
        import json

        return json.loads(value)
    return value


def _type_error(value: object, type: Type) -> str:
    if type.name == "Bool":
        return "" if _is_bool(value) else _no(value, type)
    if type.is_number:
        return "" if _is_number(value, type) else _no(value, type)
    if type.is_list or type.is_mapping:
        return _json_error(value, type)
    if isinstance(value, list | dict) and type.name in _PLAIN_TEXT:
        return _no(value, type)
    return ""


def _no(value: object, type: Type) -> str:
    text = constant_text(value)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}` is no {type_text(type)}"


def _is_bool(value: object) -> bool:
    if isinstance(value, bool):
        return True
    return isinstance(value, str | int) and parse_bool(str(value)) is not None


def _is_number(value: object, type: Type) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    if type.name == "Float":
        return not isinstance(value, str) or parse_float(value) is not None
    return not isinstance(value, float) and parse_integer(str(value)) is not None


def _json_error(value: object, type: Type) -> str:
    data = value
    if isinstance(value, str):
        import json

        try:
            data = json.loads(value, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return f"{_no(value, type)}: it is not JSON"
    if not isinstance(data, list if type.is_list else dict):
        return _no(value, type)
    if isinstance(data, list) and type.element is not None:
        for number, item in enumerate(data):
            reason = constant_error(item, type.element)
            if reason:
                return f"element {number}: {reason}"
    return ""


def _refuse(name: str) -> None:
    raise ValueError(name)
