"""Changing objects by patches, as Kubernetes does: strategic, merge, json."""

import copy
from typing import Any

from yamlflow.argo.merge import merge


class PatchError(Exception):
    """A patch that cannot be applied."""


def patched(item: dict[str, Any], patch: object, strategy: str) -> dict[str, Any]:
    """Return an object with a patch applied to it."""
    if strategy == "json":
        return _by_operations(item, patch)
    if not isinstance(patch, dict):
        raise PatchError("the patch is no mapping")
    if strategy == "merge":
        return _merged(item, patch)
    if strategy != "strategic":
        raise PatchError(f'--type must be one of [json merge strategic], not "{strategy}"')
    found = _without_nulls(merge(item, patch))
    return found if isinstance(found, dict) else item


def _merged(item: object, patch: dict[str, Any]) -> dict[str, Any]:
    base = item if isinstance(item, dict) else {}
    found = {key: value for key, value in base.items() if key not in patch}
    for key, value in patch.items():
        if value is not None:
            found[key] = _merged(base.get(key), value) if isinstance(value, dict) else value
    return found


def _without_nulls(data: object) -> object:
    if isinstance(data, dict):
        return {key: _without_nulls(value) for key, value in data.items() if value is not None}
    return [_without_nulls(item) for item in data] if isinstance(data, list) else data


def _by_operations(item: dict[str, Any], patch: object) -> dict[str, Any]:
    if not isinstance(patch, list) or not all(isinstance(step, dict) for step in patch):
        raise PatchError("a json patch is a list of operations")
    found: Any = {"": copy.deepcopy(item)}
    for step in patch:
        _operate(found, step)
    result = found[""]
    if not isinstance(result, dict):
        raise PatchError("nothing is left of the object")
    return result


def _operate(found: Any, step: dict[str, Any]) -> None:  # noqa: ANN401 - JSON of any form
    name, path = str(step.get("op") or ""), _path(step.get("path"))
    if name == "add":
        _add(found, path, step.get("value"))
    elif name == "replace":
        _remove(found, path)
        _add(found, path, step.get("value"))
    elif name == "remove":
        _remove(found, path)
    elif name == "move":
        _add(found, path, _remove(found, _path(step.get("from"))))
    elif name == "copy":
        _add(found, path, copy.deepcopy(_value(found, _path(step.get("from")))))
    elif name == "test":
        if _value(found, path) != step.get("value"):
            raise PatchError(f"testing value {step.get('path')} failed")
    else:
        raise PatchError(f'"{name}" is no operation of a json patch')


def _path(text: object) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in str(text or "").split("/")]


def _value(found: Any, path: list[str]) -> Any:  # noqa: ANN401 - JSON of any form
    for part in path:
        try:
            found = found[int(part)] if isinstance(found, list) else found[part]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise PatchError(f"there is nothing at {'/'.join(path)}") from error
    return found


def _add(found: Any, path: list[str], value: object) -> None:  # noqa: ANN401 - JSON of any form
    holder, last = _value(found, path[:-1]), path[-1]
    if isinstance(holder, dict):
        holder[last] = value
    elif isinstance(holder, list) and (last == "-" or (last.isdigit() and int(last) <= len(holder))):
        holder.insert(len(holder) if last == "-" else int(last), value)
    else:
        raise PatchError(f"nothing can be added at {'/'.join(path)}")


def _remove(found: Any, path: list[str]) -> Any:  # noqa: ANN401 - JSON of any form
    value = _value(found, path)
    holder, last = _value(found, path[:-1]), path[-1]
    del holder[int(last) if isinstance(holder, list) else last]
    return value
