"""Label selectors, in Kubernetes' grammar."""

import re
from collections.abc import Callable, Mapping

_PART = re.compile(r"\s*([^,(]*(?:\([^)]*\))?)\s*(?:,|$)")
_SET = re.compile(r"^([^\s!=,()<>]+)\s+(in|notin)\s*\(([^)]*)\)$")
_EQUAL = re.compile(r"^([^\s!=,()<>]+)\s*(==|=|!=)\s*([^\s!=,()<>]*)$")
_COMPARED = re.compile(r"^([^\s!=,()<>]+)\s*([<>])\s*(-?\d+)$")
_NAME = re.compile(r"^(!?)\s*([^\s!=,()<>]+)$")
_NUMBER = re.compile(r"-?\d+")

Selector = Callable[[Mapping[str, str]], bool]


def parse_selector(text: str) -> Selector:
    """Return what tells whether labels match; ValueError when the text is no selector."""
    tests = [test for _, test in parse_requirements(text)]
    return lambda labels: all(test(labels) for test in tests)


def parse_requirements(text: str) -> list[tuple[str, Selector]]:
    """Return the parts of a selector, each as Kubernetes writes it, with its test; ValueError: it is no selector."""
    return [_requirement(part) for part in _parts(text)]


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


def _requirement(part: str) -> tuple[str, Selector]:
    if found := _SET.match(part):
        name, sign, listed = found[1], found[2], {value.strip() for value in found[3].split(",")}
        text = f"{name} {sign} ({','.join(sorted(listed))})"
        if sign == "in":
            return text, lambda labels: labels.get(name) in listed
        return text, lambda labels: labels.get(name) not in listed
    if found := _EQUAL.match(part):
        key, sign, wanted = found[1], found[2], found[3]
        return f"{key}{sign}{wanted}", lambda labels: (labels.get(key) == wanted) == (sign != "!=")
    if found := _COMPARED.match(part):
        return f"{found[1]}{found[2]}{found[3]}", _compared(found[1], found[2], int(found[3]))
    if found := _NAME.match(part):
        absent, key = bool(found[1]), found[2]
        return f"{found[1]}{key}", lambda labels: (key not in labels) == absent
    raise ValueError(f"{part!r} is no label selector; write for example app=x, tier in (a, b), !old")


def _compared(key: str, sign: str, limit: int) -> Selector:
    def test(labels: Mapping[str, str]) -> bool:
        value = labels.get(key, "")
        return _NUMBER.fullmatch(value) is not None and (int(value) < limit if sign == "<" else int(value) > limit)

    return test
