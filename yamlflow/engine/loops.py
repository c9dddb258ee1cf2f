"""Loops: which items a step or task runs over, what they are called, and what `item` means for each."""

from typing import Any, NamedTuple

from yamlflow.engine.gojson import NumberText, dumps, loads
from yamlflow.engine.scope import REFERENCES, Layer, Scope, SubstitutionError, fill, fill_data

_KEYS = ("withItems", "withParam", "withSequence")
_NO_PARENTHESES = str.maketrans("", "", "()")


class LoopError(SubstitutionError):
    """A loop has no rounds to be had, or one of them cannot be made."""


class Round(NamedTuple):
    """One element of a loop."""

    name: str
    item: Layer


def is_loop(step: dict[str, Any]) -> bool:
    """Whether a step or task runs once for each of several items."""
    return any(step.get(key) for key in _KEYS)


def without_list(step: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """Return a step or task whose `withParam` came to no text at all as one that is no loop: so does Argo."""
    try:
        if not step.get("withParam") or fill(step["withParam"], scope, REFERENCES):
            return step
    except SubstitutionError:
        return step
    return {key: value for key, value in step.items() if key != "withParam"}


def rounds(step: dict[str, Any], scope: Scope) -> list[Round]:
    """Return the elements of a loop; SubstitutionError when there is no list to be had."""
    return [
        Round(f"{step['name']}({index}:{_describe(item)})", Layer(_variables(item, index)))
        for index, item in enumerate(_items(step, scope))
    ]


def _items(step: dict[str, Any], scope: Scope) -> list[Any]:
    if step.get("withItems"):
        items = fill_data(step["withItems"], scope, REFERENCES)
        return items if isinstance(items, list) else [items]
    if step.get("withParam"):
        text = fill(step["withParam"], scope, REFERENCES)
        return _list(text)
    return _sequence(fill_data(step["withSequence"], scope, REFERENCES))


def _list(text: str) -> list[Any]:
    """Return the items of a JSON list; null is an empty one."""
    try:
        items = loads(text)
    except ValueError as error:
        problem = str(error)
    else:
        if items is None or isinstance(items, list):
            return items or []
        from yamlflow.engine.gojsonerror import not_a_list

        problem = not_a_list(text)
    raise LoopError(f"withParam value could not be parsed as a JSON list: {text.strip()}: {problem}")


def _sequence(sequence: dict[str, Any]) -> list[str]:
    start = _integer(sequence.get("start", 0))
    if "end" in sequence:
        end = _integer(sequence["end"])
    else:
        count = _integer(sequence.get("count", 0))
        if count == 0:
            return []
        end = start + count - 1
    step = 1 if start <= end else -1
    layout = str(sequence.get("format") or "%d")
    try:
        return [layout % number for number in range(start, end + step, step)]
    except (TypeError, ValueError) as error:
        raise LoopError(f"withSequence format {layout!r} cannot write a number: {error}") from error


def _integer(value: object) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise LoopError(f'strconv.Atoi: parsing "{value}": invalid syntax') from error


def _describe(item: object) -> str:
    """Return what stands for an item in the name of its node."""
    if isinstance(item, dict):
        text = ",".join(sorted(f"{key}:{_element(value)}" for key, value in item.items()))
    elif isinstance(item, list):
        text = "[" + " ".join(map(_element, item)) + "]"
    else:
        text = _element(item)
    return text.translate(_NO_PARENTHESES)


def _element(item: object) -> str:
    """Return JSON; a text loses its quotes, not its escapes."""
    text = dumps(item)
    return text[1:-1] if text.startswith('"') else text


def _variables(item: object, index: int) -> dict[str, Any]:
    if isinstance(item, NumberText) or not isinstance(item, (str, dict)):
        if item is None:
            raise LoopError(f"withItems[{index}] expected string, number, list, or map. received: null")
        return {"item": dumps(item)}
    if isinstance(item, str):
        return {"item": item}
    return {"item": dumps(item, sort=True)} | {f"item.{key}": _element(value) for key, value in item.items()}
