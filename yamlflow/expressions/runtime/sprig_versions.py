"""sprig's `semverCompare`: versions against constraints such as `^1.2.0 || ~0.9`, as Masterminds/semver reads them."""

import re
from functools import cache
from typing import NamedTuple

from yamlflow.expressions.errors import EvaluationError

_REST = r"(-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?"
_VERSION = rf"v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?{_REST}"
_PATTERN = rf"v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?{_REST}"
_OPERATORS = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^"
_LONGEST_VERSION, _LONGEST, _MOST = 256, 512, 32


class _Version(NamedTuple):
    numbers: tuple[int, int, int]
    pre: str

    def order(self, other: "_Version") -> int:
        """Return -1, 0 or 1 as this version is less than, equal to or greater than another."""
        if self.numbers != other.numbers:
            return -1 if self.numbers < other.numbers else 1
        return _pre_order(self.pre, other.pre)


class _Constraint(NamedTuple):
    op: str
    version: _Version
    given: int

    @property
    def any_minor(self) -> bool:
        """Whether only the major number is given."""
        return self.given == 1

    @property
    def open(self) -> bool:
        """Whether a number is left open, by `x` or by leaving it out."""
        return self.given < 3


def _pre_order(one: str, other: str) -> int:
    if one == other:
        return 0
    if not one or not other:
        return 1 if not one else -1
    ours, theirs = one.split("."), other.split(".")
    for at in range(max(len(ours), len(theirs))):
        mine, its = ours[at : at + 1], theirs[at : at + 1]
        if mine == its:
            continue
        if not mine or not its:
            return -1 if not mine else 1
        return _part_order(mine[0], its[0])
    return 0


def _part_order(one: str, other: str) -> int:
    if one.isdigit() and other.isdigit():
        return (int(one) > int(other)) - (int(one) < int(other))
    if one.isdigit() or other.isdigit():
        return -1 if one.isdigit() else 1
    return 1 if one > other else -1


def _number(text: str) -> int:
    value = int(text.lstrip(".") or 0)
    if value >= 1 << 64:
        raise EvaluationError("error parsing version segment: value out of range")
    return value


def _version(text: str) -> _Version:
    found = re.fullmatch(_VERSION, text) if len(text) <= _LONGEST_VERSION else None
    if found is None:
        raise EvaluationError("invalid semantic version")
    pre = found[5] or ""
    if any(len(part) > 1 and part[0] == "0" and part.isdigit() for part in pre.split(".")):
        raise EvaluationError("version segment starts with 0")
    return _Version((_number(found[1]), _number(found[2] or ""), _number(found[3] or "")), pre)


@cache
def _grammar() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    one = rf"(?:{_OPERATORS})\s*(?:{_PATTERN})"
    return (
        re.compile(rf"(\s*{one}\s*)((?:\s+|,\s*){one}\s*)*", re.ASCII),
        re.compile(rf"(?:{_OPERATORS})\s*(?:{_PATTERN})", re.ASCII),
        re.compile(rf"\s*({_PATTERN})\s+-\s+({_PATTERN})\s*", re.ASCII),
    )


def _constraint(text: str) -> _Constraint:
    found = re.fullmatch(rf"\s*({_OPERATORS})\s*({_PATTERN})\s*", text, re.ASCII)
    if found is None:
        raise EvaluationError("improper constraint")
    numbers = [(found[at] or "").lstrip(".") for at in (3, 4, 5)]
    given = next((at for at, one in enumerate(numbers) if one in ("", "x", "X", "*")), 3)
    whole = numbers[:given] + ["0"] * (3 - given)
    return _Constraint(found[1], _version(".".join(whole) + (found[6] or "")), given)


def _groups(text: str) -> list[list[_Constraint]]:
    valid, single, range_ = _grammar()
    if len(text) > _LONGEST or text.count("||") >= _MOST:
        raise EvaluationError("constraint string is too long")
    text = range_.sub(lambda found: f">={found[1]} <={found[9]} ", text)
    groups = []
    for part in text.split("||"):
        if not valid.fullmatch(part):
            raise EvaluationError("improper constraint")
        groups.append([_constraint(found[0]) for found in single.finditer(part)] or [_constraint(part)])
    return groups


def _not_equal(version: _Version, wanted: _Constraint) -> bool:
    if not wanted.open:
        return version.order(wanted.version) != 0
    ours, theirs = version.numbers, wanted.version.numbers
    if ours[0] != theirs[0]:
        return True
    if wanted.given == 0:
        return ours[1:] != theirs[1:] or version.order(wanted.version) != 0
    if wanted.any_minor:
        return False
    return ours[1] != theirs[1] or _pre_order(version.pre, wanted.version.pre) != 0


def _greater(version: _Version, wanted: _Constraint) -> bool:
    ours, theirs = version.numbers, wanted.version.numbers
    if not wanted.open or (wanted.given == 0 and ours[0] == theirs[0]):
        return version.order(wanted.version) > 0
    if ours[0] != theirs[0]:
        return ours[0] > theirs[0]
    return not wanted.any_minor and ours[1] > theirs[1]


def _at_most(version: _Version, wanted: _Constraint) -> bool:
    if not wanted.open:
        return version.order(wanted.version) <= 0
    ours, theirs = version.numbers, wanted.version.numbers
    return ours[0] < theirs[0] or (ours[0] == theirs[0] and (ours[1] <= theirs[1] or wanted.any_minor))


def _tilde(version: _Version, wanted: _Constraint) -> bool:
    ours, theirs = version.numbers, wanted.version.numbers
    if version.order(wanted.version) < 0:
        return False
    if theirs == (0, 0, 0) and wanted.given in (0, 3):
        return True
    return ours[0] == theirs[0] and (ours[1] == theirs[1] or wanted.any_minor)


def _caret(version: _Version, wanted: _Constraint) -> bool:
    ours, theirs = version.numbers, wanted.version.numbers
    if version.order(wanted.version) < 0:
        return False
    if theirs[0] > 0 or wanted.any_minor:
        return ours[0] == theirs[0]
    if ours[0] > 0:
        return False
    if theirs[1] > 0 or wanted.given == 2:
        return ours[1] == theirs[1]
    return ours[1] == 0 and ours[2] == theirs[2]


def _holds(version: _Version, wanted: _Constraint) -> bool:
    if wanted.op in ("", "="):
        return _tilde(version, wanted) if wanted.open else version.order(wanted.version) == 0
    if wanted.op in (">=", "=>"):
        return version.order(wanted.version) >= 0
    if wanted.op == "<":
        return version.order(wanted.version) < 0
    return _CHECKS[wanted.op](version, wanted)


_CHECKS = {
    "!=": _not_equal,
    ">": _greater,
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}


def compared(constraint: str, version: str) -> bool:
    """Whether a version is one that a constraint takes."""
    groups = _groups(constraint)
    given = _version(version)
    for group in groups:
        before_releases = any(one.version.pre for one in group)
        if (not given.pre or before_releases) and all(_holds(given, one) for one in group):
            return True
    return False
