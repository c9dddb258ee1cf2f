"""Write docs/argo-coverage.md from argo_coverage.yaml. Run by `make generate`; `--check` only compares."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml
from generated import ROOT, write_or_check

SOURCE = os.path.join(ROOT, "scripts", "argo_coverage.yaml")
TARGET = os.path.join("docs", "argo-coverage.md")
ROOTS = ("WorkflowSpec", "CronWorkflowSpec")
LEAVES = {"string": "text", "boolean": True, "integer": 1, "number": 1}
HEAD = """# What gives each field of Argo

Nothing of Argo is out of reach. For every field of a Workflow's and a CronWorkflow's spec, this page names the YAML of
yamlflow that gives it: a word of the [language](language.md), or `argo`, the
[patch](language.md#what-has-no-word-of-its-own) of what a task or the pipeline renders to. It is made from Argo's
schema by `make generate`; the tests render each row and find the field in the manifest.

The second column says where the YAML stands: in the pipeline, in a task, in a group (whose tasks are `b` and `c`), or
as an argument; a task `other` stands beside it. Where several things come together, it is the
[pair](rendering.md#the-rules-by-example) that shows them.

A `steps` template, a `containerSet`, `data` or a `plugin` takes the place of a script with
`argo: {script: null, ...}`. A template beside those of the tasks is `argo: {templates: [...]}` of the pipeline.
"""
KUBERNETES = """
## Kubernetes' own objects

Their fields are written as Kubernetes has them; pods have the whole of theirs by `pod`.

| object | in yamlflow |
|---|---|
"""


class Row(NamedTuple):
    """A field, where in a pipeline it is written, and the YAML, or for `pair` the pair's name and words."""

    type: str
    field: str
    scope: str
    given: Any


def types() -> dict[str, dict[str, Any]]:
    """Return the fields of each type of Argo's schema."""
    with open(os.path.join(ROOT, "schemas", "argo.schema.json"), encoding="utf-8") as file:
        found = json.load(file)["$defs"]
    return {name: item.get("properties", {}) for name, item in found.items()}


def rows() -> list[Row]:
    """Return a row for each field, in the order of the source; raises ValueError for what the source does not know."""
    fields, source = types(), _source()
    found = []
    for name, scopes in source["argo"].items():
        if name not in fields:
            raise ValueError(f"Argo has no type {name}")
        given = {field: Row(name, field, scope, what) for scope, has in scopes.items() for field, what in has.items()}
        rest = given.pop("*", None)
        if unknown := sorted(set(given) - set(fields[name])):
            raise ValueError(f"{name} has no {', '.join(unknown)}")
        for field, schema in fields[name].items():
            if field not in given and rest is None:
                raise ValueError(f"no row for {name}.{field}")
            row = given.get(field) or rest._replace(field=field)
            found.append(row._replace(given=_filled(row.given, field, _sample(schema, fields, source["samples"]))))
    if missing := [name for name in reachable(fields, set(source["kubernetes"])) if name not in source["argo"]]:
        raise ValueError(f"no rows for {', '.join(missing)}")
    return found


def reachable(fields: dict[str, dict[str, Any]], leaves: set[str]) -> list[str]:
    """Return the types with fields below the roots, without those of `leaves` and what is in them."""
    found: list[str] = []
    left = list(ROOTS)
    while left:
        name = left.pop(0)
        if name not in found and name not in leaves:
            found.append(name)
            left += [type_name for schema in fields[name].values() for type_name in _named(schema)]
            left += ["WorkflowStep"] if name == "Template" else []
    return [name for name in found if fields[name]]


def page() -> str:
    """Return the text of the page."""
    parts = [HEAD]
    last = ""
    for row in rows():
        if row.type != last:
            parts.append(f"\n## {row.type}\n\n| field | where | in yamlflow |\n|---|---|---|\n")
            last = row.type
        where, text = row.scope, f"`{flow(row.given)}`"
        if row.scope == "pair":
            pair, text = row.given
            where = f"[{pair}](../tests/render/pairs/{pair}.yaml)"
        parts.append(f"| `{row.field}` | {where} | {text} |\n")
    parts.append(KUBERNETES)
    parts += [f"| {name} | {text} |\n" for name, text in _source()["kubernetes"].items()]
    return "".join(parts)


def flow(given: object) -> str:
    """Return YAML on one line, without the braces around it."""
    return str(yaml.safe_dump(given, default_flow_style=True, sort_keys=False, width=9999)).strip()[1:-1]


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` say whether it is stale."""
    return write_or_check({TARGET: page()}, arguments)


def _source() -> dict[str, Any]:
    with open(SOURCE, encoding="utf-8") as file:
        return dict(yaml.safe_load(file))


def _named(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the types that a field holds, one by one or in a list or mapping."""
    if "$ref" in schema:
        yield schema["$ref"].rsplit("/", 1)[1]
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _named(schema[key])


def _sample(schema: dict[str, Any], fields: dict[str, dict[str, Any]], samples: dict[str, Any]) -> object:
    """Return something that the field may hold."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return samples.get(name, {} if name in fields else "text")
    if schema.get("type") == "array":
        return [_sample(schema["items"], fields, samples)]
    if schema.get("type") == "object":
        return {"name": _sample(schema.get("additionalProperties", {}), fields, samples)}
    kind = schema.get("type", "string")
    return LEAVES[kind if isinstance(kind, str) else kind[0]]


def _filled(given: object, field: str, sample: object) -> object:
    """Return the YAML of a row with the field in the place of FIELD."""
    if isinstance(given, list):
        return [_filled(item, field, sample) for item in given]
    if not isinstance(given, dict):
        return given
    filled = {key: _filled(value, field, sample) for key, value in given.items() if key != "FIELD"}
    return filled | {field: sample} if "FIELD" in given else filled


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
