"""What is wrong with a text that is no JSON, in the words of Go's library."""

import re

_BLANKS = " \t\r\n"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_HEX = "0123456789abcdefABCDEF"


class _InvalidError(Exception):
    """Where a text stops being JSON, and where in the grammar that is."""


def go_json_error(text: str) -> str:
    """Return why Go does not read a text as JSON, or "" when it does."""
    try:
        end = _blanks(text, _value(text, _blanks(text, 0)))
        if end < len(text):
            _refuse(text, end, "after top-level value")
    except _InvalidError as error:
        return str(error)
    return ""


def not_a_list(text: str) -> str:
    """Return why Go makes no list of items of a text, or ""."""
    if error := go_json_error(text):
        return error
    kinds = {"{": "object", '"': "string", "t": "bool", "f": "bool", "[": "", "n": ""}
    kind = kinds.get(text.strip()[0], "number")
    return f"json: cannot unmarshal {kind} into Go value of type []v1alpha1.Item" if kind else ""


def _refuse(text: str, at: int, context: str) -> None:
    inside = context.endswith(("numeric literal", "escape", "code", ")"))  # there Go looks for one more sign
    if at >= len(text) and not inside:
        raise _InvalidError("unexpected end of JSON input")
    sign = chr((text[at : at + 1] or " ").encode("utf-8", "replace")[0])  # Go shows one byte
    shown = {"'": "\\'", "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(sign, sign)
    if shown == sign and ord(sign) < ord(" "):
        shown = f"\\x{ord(sign):02x}"
    raise _InvalidError(f"invalid character '{shown}' {context}")


def _blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at


def _value(text: str, at: int) -> int:
    """Return where a value that begins at a place ends."""
    sign = text[at : at + 1]
    if sign == '"':
        return _string(text, at + 1)
    if sign == "[":
        return _items(text, at)
    if sign == "{":
        return _pairs(text, at)
    if sign in ("t", "f", "n"):
        return _literal(text, at, {"t": "true", "f": "false", "n": "null"}[sign])
    if not sign or sign not in "-0123456789":
        _refuse(text, at, "looking for beginning of value")
    return _number(text, at)


def _items(text: str, at: int) -> int:
    at = _blanks(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        at = _blanks(text, _value(text, _blanks(text, at)))
        if text[at : at + 1] == "]":
            return at + 1
        if text[at : at + 1] != ",":
            _refuse(text, at, "after array element")
        at += 1


def _pairs(text: str, at: int) -> int:
    at = _blanks(text, at + 1)
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        at = _blanks(text, at)
        if text[at : at + 1] != '"':
            _refuse(text, at, "looking for beginning of object key string")
        at = _blanks(text, _string(text, at + 1))
        if text[at : at + 1] != ":":
            _refuse(text, at, "after object key")
        at = _blanks(text, _value(text, _blanks(text, at + 1)))
        if text[at : at + 1] == "}":
            return at + 1
        if text[at : at + 1] != ",":
            _refuse(text, at, "after object key:value pair")
        at += 1


def _literal(text: str, at: int, word: str) -> int:
    for index, sign in enumerate(word):
        if text[at + index : at + index + 1] != sign:
            _refuse(text, at + index, f"in literal {word} (expecting '{sign}')")
    return at + len(word)


def _string(text: str, at: int) -> int:
    while True:
        sign = text[at : at + 1]
        if sign == '"':
            return at + 1
        if not sign or sign < " ":
            _refuse(text, at, "in string literal")
        if sign == "\\":
            at += 1
            if text[at : at + 1] == "u":
                for index in range(at + 1, at + 5):
                    if index >= len(text) or text[index] not in _HEX:
                        _refuse(text, index, "in \\u hexadecimal character escape")
                at += 4
            elif text[at : at + 1] not in tuple('"\\/bfnrt'):
                _refuse(text, at, "in string escape code")
        at += 1


def _number(text: str, at: int) -> int:
    found = _NUMBER.match(text, at)
    if found is None:
        _refuse(text, at + 1, "in numeric literal")
        return at
    end = found.end()
    if text[end : end + 1] == "." and "." not in found[0] and "e" not in found[0].lower():
        _refuse(text, end + 1, "after decimal point in numeric literal")
    if text[end : end + 1] in ("e", "E") and "e" not in found[0].lower():
        signed = text[end + 1 : end + 2] in ("+", "-")
        _refuse(text, end + 1 + signed, "in exponent of numeric literal")
    return end
