"""The JSON Schemas of the kinds of files, each whole in itself."""

import json
import os
from typing import Any, NamedTuple

from yamlflow import resources
from yamlflow.app.errors import UsageError
from yamlflow.diagnostics import did_you_mean

_ENDING = ".schema.json"
_DEFINITIONS = "$defs"


class Kind(NamedTuple):
    """A kind of file, and what it is."""

    name: str
    description: str


def kinds() -> list[Kind]:
    """Return the kinds of files that have a schema."""
    found = sorted(os.listdir(resources.path("schemas")))
    names = [name.removesuffix(_ENDING) for name in found if name.endswith(_ENDING)]
    return [Kind(name, str(_read(name)["description"])) for name in names]


def schema(name: str) -> dict[str, Any]:
    """Return the schema of a kind of file; those that it refers to are put into its definitions."""
    known = [kind.name for kind in kinds()]
    if name not in known:
        raise UsageError(f"there is no schema `{name}`", hint=did_you_mean(name, known) or f"known: {', '.join(known)}")
    found = _read(name)
    others: dict[str, Any] = {}
    whole: dict[str, Any] = _bundled(found, "", others)
    if others:
        whole[_DEFINITIONS] = {**whole.get(_DEFINITIONS, {}), **others}
    return whole


def _read(name: str) -> dict[str, Any]:
    with open(resources.path("schemas", name + _ENDING), encoding="utf-8") as file:
        data: dict[str, Any] = json.load(file)
    return data


def _bundled(data: Any, place: str, others: dict[str, Any]) -> Any:  # noqa: ANN401  # any JSON
    """Return a part of a schema that stands at a `place` of the whole; what it refers to in files comes to `others`."""
    if isinstance(data, list):
        return [_bundled(item, place, others) for item in data]
    if not isinstance(data, dict):
        return data
    found = {key: _bundled(value, place, others) for key, value in data.items()}
    reference = data.get("$ref")
    if isinstance(reference, str):
        found["$ref"] = _reference(reference, place, others)
    return found


def _reference(reference: str, place: str, others: dict[str, Any]) -> str:
    file, _, inner = reference.partition("#")
    if not file:
        return f"#{place}{inner}"
    name = file.removesuffix(_ENDING)
    there = f"/{_DEFINITIONS}/{name}"
    if name not in others:
        others[name] = {}
        whole = _bundled(_read(name), there, others)
        others[name] = {key: value for key, value in whole.items() if key != "$schema"}
    return f"#{there}{inner}"
