"""Templates of kubectl's `-o jsonpath=`: text, and paths in braces."""

import re
from typing import Any

from yamlflow.engine.gojson import dumps

_STEP = re.compile(
    r"""\.(?P<name>(?:[-\w*$/]|\\.)+)|\[(?P<index>-?\d+)\]|\['(?P<single>[^']*)'\]|\["(?P<double>[^"]*)"\]"""
    r"""|\[(?P<all>\*)\]|\[(?P<low>-?\d*):(?P<high>-?\d*)\]"""
    r"""|\[\?\(@(?P<field>[^=!<>)\s]*)\s*(?:(?P<sign>==|!=|<=|>=|<|>)\s*(?P<value>"[^"]*"|'[^']*'|[^)\s]+))?\s*\)\]"""
)
_SECTION = re.compile(r"\{((?:\"[^\"]*\"|'[^']*'|[^}\"'])*)\}")


class PathError(Exception):
    """A path that is none, or that leads nowhere."""


def expand(text: str, item: object) -> str:
    """Return a template filled in from an object; PathError when a path in it is none or leads nowhere."""
    sections: list[str] = []
    at = 0
    for found in _SECTION.finditer(text):
        sections += [f"={text[at : found.start()]}"] if found.start() > at else []
        sections.append(found[1].strip())
        at = found.end()
    sections += [f"={text[at:]}"] if at < len(text) else []
    out: list[str] = []
    _walk(sections, 0, item, out)
    return "".join(out)


def _walk(sections: list[str], at: int, item: object, out: list[str]) -> int:
    while at < len(sections):
        section = sections[at]
        at += 1
        if section == "end":
            return at
        if section.startswith("range"):
            after = at
            for each in find(section[len("range") :].strip(), item) or [None]:
                after = _walk(sections, at, each, out if each is not None else [])
            at = after
        elif section.startswith("="):
            out.append(section[1:])
        elif section[:1] in ('"', "'"):
            out.append(section[1:-1].replace("\\n", "\n").replace("\\t", "\t"))
        else:
            out.append(" ".join(_text(value) for value in find(section, item)))
    return at


def _text(value: object) -> str:
    return value if isinstance(value, str) else dumps(value, sort=True)


def find(path: str, item: object) -> list[Any]:
    """Return what a path leads to; PathError when it is no path or leads to nothing."""
    rest = path.removeprefix("$").removeprefix("@")
    if rest in ("", "."):
        return [item]
    if rest[0] not in ".[":
        rest = f".{rest}"
    found, at = [item], 0
    while at < len(rest):
        if rest.startswith("..", at):
            found = [below for value in found for below in _all_below(value)]
            at += 1
        step = _STEP.match(rest, at)
        if step is None:
            raise PathError(f"unrecognized path {rest[at:]!r}")
        found = [below for value in found for below in _take(value, step)]
        at = step.end()
    return found


def _all_below(value: object) -> list[object]:
    below = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value, *(deeper for each in below for deeper in _all_below(each))]


def _take(value: Any, step: re.Match[str]) -> list[Any]:  # noqa: ANN401 - JSON of any form
    name = step["name"] or step["single"] or step["double"]
    if step["all"] or name == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if name:
        key = name.replace("\\", "")
        if not isinstance(value, dict) or key not in value:
            return []
        return [value[key]]
    if not isinstance(value, list):
        return []
    if step["index"]:
        index = int(step["index"])
        if not -len(value) <= index < len(value):
            raise PathError(f"array index out of bounds: index {index}, length {len(value)}")
        return [value[index]]
    if step["field"] is not None:
        return [each for each in value if _holds(each, step)]
    low, high = (int(step[key]) if step[key] else None for key in ("low", "high"))
    return value[low:high]


def _holds(item: object, step: re.Match[str]) -> bool:
    found = find(step["field"], item) if step["field"] else [item]
    if not step["sign"]:
        return bool(found)
    wanted: Any = step["value"]
    if wanted[:1] in ("'", '"'):
        wanted = wanted[1:-1]
    elif wanted in ("true", "false"):
        wanted = wanted == "true"
    else:
        wanted = float(wanted)
    return any(_compare(value, step["sign"], wanted) for value in found)


def _compare(value: Any, sign: str, wanted: Any) -> bool:  # noqa: ANN401 - JSON of any form
    if sign in ("==", "!="):
        return bool((value == wanted) == (sign == "=="))
    if isinstance(value, str) != isinstance(wanted, str):
        return False
    return bool({"<": value < wanted, ">": value > wanted, "<=": value <= wanted, ">=": value >= wanted}[sign])
