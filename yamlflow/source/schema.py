"""What a plain scalar means: the core schema of YAML 1.2, and where YAML 1.1 readers see something else."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yamlflow.source.nodes import Scalar

Value = None | bool | int | float | str

_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_NUMBER_START = frozenset("+-.0123456789")
_DIGITS = "0123456789"
# Python reads no more decimal digits than this at once; longer ones are surely no number to count with.
_MOST_DIGITS = 4000

_OLD_BOOLS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), "the boolean true"),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), "the boolean false"),
}
_OLD_SIGNS = {"=": "the tag `value`", "<<": "a merge of mappings"}

# Patterns are compiled when they are first used: most files are read without most of them.
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_BASED = r"0o[0-7]+|0x[0-9a-fA-F]+"
_OLD_OCTAL = r"[-+]?0[0-7_]+"
_OLD_BASE_60 = r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
_OLD_BASED = r"[-+]?0[bB][-+]?[01]+|[-+]0[oOxX][0-9a-fA-F]+|0[OX][0-9a-fA-F]+|0o[-+]?[0-7]+"
_OLD_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?"

_TAGGED: dict[str, tuple[type, ...]] = {
    "!!null": (type(None),),
    "!!bool": (bool,),
    "!!int": (int,),
    "!!float": (int, float),
}


def resolve(scalar: "Scalar") -> Value:
    """Return the value of a scalar by the YAML 1.2 core schema and its tag, if it has one."""
    if scalar.tag:
        return _tagged(scalar.value, scalar.tag)
    return plain_value(scalar.value) if scalar.style == "" else scalar.value


def plain_value(text: str) -> Value:
    """Return what a plain scalar of this text is by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    digits = text[1:] if text[0] in "+-" else text
    if digits and not digits.strip(_DIGITS):
        return int(text) if len(text) < _MOST_DIGITS else text
    if re.fullmatch(_FLOAT, text):
        return float(text)
    if re.fullmatch(_BASED, text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return text


def number_text(value: float) -> str:
    """Return how readers of YAML write a number that they read: `3.10` comes back as 3.1."""
    return repr(value).removesuffix(".0")


def _tagged(text: str, tag: str) -> Value:
    if tag not in _TAGGED or not tag_fits(text, tag):
        return text
    value = plain_value(text)
    return float(value) if tag == "!!float" and isinstance(value, int) else value


def tag_fits(text: str, tag: str) -> bool:
    """Tell whether a scalar of this text can have this tag (`!!int` wants a whole number)."""
    if tag not in _TAGGED:
        return tag in ("!!str", "!")
    return type(plain_value(text)) in _TAGGED[tag]


def yaml11_trap(scalar: "Scalar") -> str:
    """Name what YAML 1.1 readers (Go's, PyYAML) take a plain scalar for, "" where they agree with YAML 1.2."""
    return "" if scalar.style or scalar.tag else plain_trap(scalar.value)


def plain_trap(text: str) -> str:
    """Do what `yaml11_trap` does for the text of a plain scalar."""
    if text in _OLD_BOOLS:
        return _OLD_BOOLS[text]
    if not text or text[0] not in _NUMBER_START:
        return _OLD_SIGNS.get(text, "")
    if len(text) < _MOST_DIGITS and re.fullmatch(_OLD_OCTAL, text) and text.strip("+-0_"):
        return f"the number {int(text.replace('_', ''), 8)} (octal)"
    if re.fullmatch(_OLD_BASE_60, text):
        return f"the number {_base_60(text)} (base 60)"
    if "_" in text:
        bare = text.replace("_", "")
        number = not isinstance(plain_value(bare), str) or re.fullmatch(_OLD_BASED, bare)
        return f"the number {bare}" if bare and number else ""
    if re.fullmatch(_OLD_BASED, text) and not re.fullmatch(_BASED, text):
        return "a number in base 2, 8 or 16"
    return "a date" if re.fullmatch(_OLD_DATE, text) else ""


def _base_60(text: str) -> str:
    total = 0.0
    for part in text.lstrip("+-").replace("_", "").split(":"):
        total = total * 60 + float(part)
    return f"{'-' if text[0] == '-' else ''}{total:.15g}"
