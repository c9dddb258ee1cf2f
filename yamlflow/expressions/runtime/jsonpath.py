"""JSONPath as Argo's `jsonpath(text, path)` has it: members, indices, slices, unions, wildcards, `..` and filters."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.jsonpath_filter import Filter, parse_filter
from yamlflow.expressions.runtime.values import Limits, Value, encode


class Step(NamedTuple):
    """One step: `key`, `index`, `length`, `all`, `deep`, `slice`, `keys`, `indices`, `filter` or `script`."""

    kind: str
    keys: tuple[str, ...] = ()
    numbers: tuple[int | None, ...] = ()
    filter: Filter | None = None


Steps = tuple[Step, ...]


def query(document: Value, path: str, limits: Limits) -> Value:
    """Return what a path finds in a document; EvaluationError when a plain step finds nothing."""
    steps = parse_path(path)
    return _Query(document, limits).apply(document, steps)


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(
        r"""\.\.(?=\[)|(?P<deep>\.\.)|\.?\[(?P<inner>(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\((?:[^()]|\([^()]*\))*\)|[^]'"(])*)\]
        |\.?(?P<name>[^.\[\]]+)""",
        re.VERBOSE,
    )


def parse_path(path: str) -> Steps:
    """Parse a path, which starts with `$` or, in a filter, with `@`."""
    path = path.strip()
    if path[:1] not in ("$", "@") or (len(path) > 1 and path[1] not in ".["):
        raise EvaluationError(f"invalid JSONPath selector '{path}'")
    steps: list[Step] = []
    at = 1
    while at < len(path):
        found = _pieces().match(path, at)
        if found is None:
            raise EvaluationError(f"invalid JSONPath selector '{path}'")
        if found["inner"] is not None:
            steps.append(_subscript(found["inner"].strip(), path))
        elif found["name"] is not None:
            name = found["name"].strip()
            steps.append(Step("all") if name == "*" else Step("length") if name == "length" else Step("key", (name,)))
        else:
            steps.append(Step("deep"))
        at = found.end()
    return tuple(steps)


def _subscript(text: str, path: str) -> Step:
    if text == "*":
        return Step("all")
    if text.startswith("?(") and text.endswith(")"):
        return Step("filter", filter=parse_filter(text[2:-1]))
    if text.startswith("(") and text.endswith(")"):
        return Step("script", filter=parse_filter(text[1:-1]))
    parts = re.findall(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^,]+", text)
    keys = [part.strip() for part in parts]
    if all(len(key) > 1 and key[0] in "'\"" for key in keys) and keys:
        plain = tuple(re.sub(r"\\(['\"])", r"\1", key[1:-1]) for key in keys)
        return Step("key" if len(plain) == 1 else "keys", plain)
    try:
        if ":" in text:
            bounds = [int(part) if part.strip() else None for part in text.split(":")]
            if len(bounds) <= 3:
                return Step("slice", numbers=tuple(bounds))
        else:
            numbers = tuple(int(key) for key in keys)
            if not numbers:
                raise ValueError
            return Step("index" if len(numbers) == 1 else "indices", numbers=numbers)
    except ValueError:
        pass
    raise EvaluationError(f"invalid JSONPath selector '{path}'")


class _Query:
    def __init__(self, root: Value, limits: Limits) -> None:
        self.root = root
        self.limits = limits

    def apply(self, value: Value, steps: Steps) -> Value:
        self.limits.step()
        if not steps:
            return value
        return _APPLY[steps[0].kind](self, value, steps[0], steps[1:])

    def _key(self, value: Value, step: Step, rest: Steps) -> Value:
        if not isinstance(value, dict) or step.keys[0] not in value:
            raise EvaluationError(f"key: invalid token key '{step.keys[0]}' not found")
        return self.apply(value[step.keys[0]], rest)

    def _index(self, value: Value, step: Step, rest: Steps) -> Value:
        items = _list(value)
        at = step.numbers[0] or 0
        if not -len(items) <= at < len(items):
            raise EvaluationError("index: invalid token out of range")
        return self.apply(items[at], rest)

    def _length(self, value: Value, _: Step, rest: Steps) -> Value:
        if isinstance(value, dict) and "length" in value:
            return self.apply(value["length"], rest)
        if not isinstance(value, dict | list | str):
            raise EvaluationError("length: invalid token target")
        return self.apply(len(encode(value)) if isinstance(value, str) else len(value), rest)

    def _all(self, value: Value, _: Step, rest: Steps) -> list[Value]:
        return list(self._each(_children(value), rest))

    def _each(self, values: list[Value], rest: Steps) -> Iterator[Value]:
        """Yield what the rest of the path finds below each value; where it finds nothing, nothing."""
        for value in values:
            found = self._tried(value, rest)
            if found is not None or not rest:
                yield found

    def _tried(self, value: Value, rest: Steps) -> Value:
        try:
            return self.apply(value, rest)
        except EvaluationError:
            return None

    def _selected(self, values: list[Value], rest: Steps) -> Value:
        """Go on with each of some values, or with one of them when an index follows."""
        if rest and rest[0].kind == "index":
            return self.apply(values, rest)
        return list(self._each(values, rest))

    def _deep(self, value: Value, step: Step, rest: Steps) -> list[Value]:
        if value is None:
            return []
        found = self._tried(value, rest) if rest else value
        kept = list(found) if rest and isinstance(found, list) else [] if found is None else [found]
        if isinstance(value, dict | list):
            for child in _children(value):
                kept += self._deep(child, step, rest)
        self.limits.step(len(kept))
        return kept

    def _slice(self, value: Value, step: Step, rest: Steps) -> Value:
        items = _list(value)
        low, high, by = (*step.numbers, None, None)[:3]
        if by == 0:
            raise EvaluationError("range: invalid token out of range")
        part = items[low:high]
        return self._selected(part[::by] if by is not None else part, rest)

    def _keys(self, value: Value, step: Step, rest: Steps) -> Value:
        if not isinstance(value, dict):
            raise EvaluationError("union: invalid token target")
        return self._selected([value[key] for key in step.keys if key in value], rest)

    def _indices(self, value: Value, step: Step, rest: Steps) -> Value:
        items = _list(value)
        wanted = [at for at in step.numbers if at is not None and -len(items) <= at < len(items)]
        return self._selected([items[at] for at in wanted], rest)

    def _filter(self, value: Value, step: Step, rest: Steps) -> Value:
        kept = [child for child in _children(value) if self._computed(step.filter, child)]
        return self._selected(kept, rest)

    def _computed(self, expression: Filter | None, current: Value) -> Value:
        try:
            return expression(self._find(current)) if expression else None
        except EvaluationError:
            return None

    def _find(self, current: Value) -> Callable[[str], Value]:
        def find(path: str) -> Value:
            return self.apply(self.root if path.startswith("$") else current, parse_path(path))

        return find

    def _script(self, value: Value, step: Step, rest: Steps) -> Value:
        found = step.filter(self._find(value)) if step.filter else None
        if isinstance(found, str):
            return self._key(value, Step("key", (found,)), rest)
        if isinstance(found, bool) or not isinstance(found, int | float) or found != int(found):
            raise EvaluationError("unexpected script result")
        return self._index(value, Step("index", numbers=(int(found),)), rest)


_APPLY: dict[str, Callable[[_Query, Value, Step, Steps], Value]] = {
    "all": _Query._all,
    "deep": _Query._deep,
    "filter": _Query._filter,
    "index": _Query._index,
    "indices": _Query._indices,
    "key": _Query._key,
    "keys": _Query._keys,
    "length": _Query._length,
    "script": _Query._script,
    "slice": _Query._slice,
}


def _list(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise EvaluationError("index: invalid token target. expected a list")
    return value


def _children(value: Value) -> list[Value]:
    if isinstance(value, dict):
        return [value[key] for key in sorted(value, key=encode)]
    return _list(value)
