"""Label selectors, in Kubernetes' grammar."""

import re
from collections.abc import Callable, Mapping

_PART = re.compile(r"\s*([^,(]*(?:\([^)]*\))?)\s*(?:,|$)")
_SET = re.compile(r"^([^\s!=,()]+)\s+(in|notin)\s*\(([^)]*)\)$")
_EQUAL = re.compile(r"^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$")
_NAME = re.compile(r"^(!?)\s*([^\s!=,()]+)$")

Selector = Callable[[Mapping[str, str]], bool]


def parse_selector(text: str) -> Selector:
    """Return what tells whether labels match; ValueError when the text is no selector."""
    tests = [_test(part) for part in _parts(text)]
    return lambda labels: all(test(labels) for test in tests)


def _parts(text: str) -> list[str]:
    if not text.strip():
        return []
    parts, at = [], 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or found.end() == at:
            raise ValueError(f"{text!r} is no label selector")
        parts.append(found[1].strip())
        at = found.end()
    return parts


def _test(part: str) -> Selector:
    if found := _SET.match(part):
        name, sign, listed = found[1], found[2], {value.strip() for value in found[3].split(",")}
        if sign == "in":
            return lambda labels: labels.get(name) in listed
        return lambda labels: labels.get(name) not in listed
    if found := _EQUAL.match(part):
        key, equal, wanted = found[1], found[2] != "!=", found[3]
        return lambda labels: (labels.get(key) == wanted) == equal
    if found := _NAME.match(part):
        absent, key = bool(found[1]), found[2]
        return lambda labels: (key not in labels) == absent
    raise ValueError(f"{part!r} is no label selector; write for example app=x, tier in (a, b), !old")
