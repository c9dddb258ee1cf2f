"""Plain data as Argo reads it from YAML: Go's reader follows YAML 1.1, with a few ways of its own."""

import re

from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.nodes import Plain

_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_NUMBER_START = frozenset("+-.0123456789")
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_BASES = {"0x": 16, "0X": 16, "0b": 2, "0B": 2, "0o": 8, "0O": 8}
_MOST_DIGITS = 400


def go_mapping(node: Mapping) -> dict[str, Plain]:
    """Return the plain data of a manifest, as `go_data` reads it."""
    return {key: go_data(entry.value) for key, entry in node.entries.items()}


def go_data(node: Node) -> Plain:
    """Return plain data as Argo's own commands read it (go-yaml 2, then JSON): `no` is false, `012` is 10."""
    if isinstance(node, Mapping):
        return go_mapping(node)
    if isinstance(node, Sequence):
        return [go_data(item) for item in node.items]
    assert isinstance(node, Scalar)
    if node.style or node.tag:
        return node.data()
    return go_value(node.value)


def go_value(text: str) -> Plain:
    """Return what a plain scalar of this text is for Go's reader."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START or len(text) > _MOST_DIGITS:
        return text
    bare = text.replace("_", "")
    whole = _whole(bare)
    if whole is not None:
        return whole
    number = float(bare) if re.fullmatch(_FLOAT, bare) else None
    return text if number is None or number in (float("inf"), float("-inf")) else number


def _whole(text: str) -> int | None:
    sign, digits = (text[0], text[1:]) if text[:1] in "+-" else ("", text)
    base = _BASES.get(digits[:2], 8 if digits[:1] == "0" and len(digits) > 1 else 10)
    body = digits[2:] if digits[:2] in _BASES else digits
    if not body.isascii() or not body.isalnum():
        return None
    try:
        value = int(f"{sign}{body}", base)
    except ValueError:
        return None
    return value if -(2**63) <= value < 2**64 else None
