"""Quantities of Kubernetes, such as `500m`, `2` or `4Gi`."""

import re

_QUANTITY = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))([numkMGTPE]?|[KMGTPE]i|[eE][+-]?[0-9]{1,2})")
_SMALL = {"n": -3, "u": -2, "m": -1, "": 0, "k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_BINARY = "KMGTPE"
_DIGITS = 18
PARTS: int = 10**_DIGITS
"""How many parts make one whole."""


def quantity(text: str) -> int | None:
    """Return what a quantity of Kubernetes such as `500m` or `2Gi` comes to, in parts; None if it is none."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    whole, _, decimals = match[1].partition(".")
    sign = -1 if whole.startswith("-") else 1
    number = sign * int(whole.lstrip("+-") + decimals[:_DIGITS].ljust(_DIGITS, "0") or "0")
    unit = match[2]
    if unit[-1:] == "i":
        return number << 10 * (_BINARY.index(unit[0]) + 1)
    power = 3 * _SMALL[unit] if unit in _SMALL else int(unit[1:])
    factor: int = 10 ** abs(power)
    return number * factor if power >= 0 else number // factor


def quantity_hint(text: str) -> str:
    """Return what was likely meant: `4 GB` is `4Gi`."""
    if "{{" in text:
        return "Argo fills in nothing here; `podSpecPatch` can be filled in"
    compact = re.sub(r"\s+", "", text)
    match = re.fullmatch(r"(?i)([0-9.]+)([kmgtpe])i?b?", compact)
    if match:
        return f"write `{match[1]}{match[2].upper()}i`"
    return "such as `500m`, `2`, `512Mi`, `4Gi`"
