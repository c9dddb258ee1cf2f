"""Which fields an Argo manifest may have, and of what form they are: the table in fields.txt, by type.

It is generated from schemas/argo.schema.json. Each line is a type with its fields; after a colon stands what a field
holds: a type, `[form]` for a list, `*form` for a mapping of names to it, `map`, or scalars such as `text|int`; nothing
means anything.
"""

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from yamlflow.argo.finding import Path

# What the status says is Argo's own; nobody writes it.
_UNREAD = frozenset({"status", "managedFields"})


class Field(NamedTuple):
    """What a field holds: `form` is "", "map", "steps", scalars or a type's name, `many` "", "list" or "map"."""

    form: str
    many: str


_lines: dict[str, str] = {}
_types: dict[str, dict[str, Field]] = {}


def fields_of(type_name: str) -> dict[str, Field] | None:
    """Return the fields of a type, or None when it is no type."""
    if not _lines:
        with open(os.path.join(os.path.dirname(__file__), "fields.txt"), encoding="utf-8") as file:
            _lines.update(line.partition(" ")[::2] for line in file.read().splitlines())
    if type_name not in _types and type_name in _lines:
        _types[type_name] = dict(map(_field, _lines[type_name].split()))
    return _types.get(type_name)


def _field(word: str) -> tuple[str, Field]:
    name, _, form = word.partition(":")
    return name, Field("", "") if name in _UNREAD else parse_form(form)


def parse_form(form: str) -> Field:
    """Read a form as the table writes it: `Toleration`, `[Toleration]`, `*text`."""
    if form.startswith("["):
        return Field(form[1:-1], "list")
    return Field(form[1:], "map") if form.startswith("*") else Field(form, "")


def walk(value: dict[str, Any], type_name: str, path: Path = ()) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Return every mapping of a known type in a manifest whose form is right, with its path and type."""
    yield path, type_name, value
    for key, field in (fields_of(type_name) or {}).items():
        item = value.get(key)
        if item is None:
            continue
        if field.form == "steps":
            yield from _walk_steps(item, (*path, key))
        elif fields_of(field.form) is None:
            continue
        elif field.many == "list":
            for index, element in enumerate(item):
                yield from walk(element, field.form, (*path, key, index))
        elif field.many == "map":
            for name, element in item.items():
                yield from walk(element, field.form, (*path, key, name))
        else:
            yield from walk(item, field.form, (*path, key))


def _walk_steps(groups: list[Any], path: Path) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    for number, group in enumerate(groups):
        steps, below = (group["steps"], (number, "steps")) if isinstance(group, dict) else (group, (number,))
        for index, step in enumerate(steps):
            yield from walk(step, "WorkflowStep", (*path, *below, index))
