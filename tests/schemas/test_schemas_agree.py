"""Schema and parser agree: of good pipelines changed in every place, both refuse the same ones."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from yamlflow.app.compile import load_pipeline
from yamlflow.app.layer import Layer
from yamlflow.app.workspace import Workspace
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.project.load import load
from yamlflow.source import Mapping, read_file, read_source, write_yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMAS = {path.name: json.loads(path.read_text()) for path in (ROOT / "schemas").glob("*.schema.json")}
REGISTRY = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items())
STRUCTURE = {
    *("unknown-key", "missing-key", "wrong-kind", "invalid-value", "several-kinds", "no-kind", "no-tasks"),
    *("empty-foreach", "misplaced-key", "invalid-type", "invalid-name"),
}
VALUES = (None, 5, -1, 1.5, "text", "", True, [], {}, ["x"], {"x": 1}, [{}])
FILES = [
    ROOT / "tests" / "golden" / "validate" / "good-everything.yaml",
    *(ROOT / "tests" / "render" / "pairs" / f"{name}.yaml" for name in ("container-task", "optional-inputs")),
    *(ROOT / "tests" / "render" / "pairs" / f"{name}.yaml" for name in ("options", "scripts", "foreach-literals")),
]
PROJECT = """
pipelines: [a.yaml]
namespace: kubeflow
target: local
values: {a: 1}
profiles: {dev: {values: {a: 2}}, prod: {extends: dev, namespace: prod}}
components: {say: ./say.yaml}
defaults: {image: "alpine:3.20", retry: {limit: 2, policy: Always}}
checks: {unused-component: note}
"""
# What only one of the two can know: the end of the path, and what was put there.
KNOWN = {
    r"(container\.image|\bcomponent|components\.\w+) = ''",  # KFP takes it, after a warning
    r"(\.type|List) = (\[\]|\{\}|\['x'\]|\{'x': 1\}|\[\{\}\]|'')",  # of a component: as KFP does
    r"(args|command|concat|then|else)(\.\d+)? = None",  # as KFP does
    r"container\.env\.\w+ = None",
    r"labels\.\w+ = -1",  # text, but no label
    r"(defaults|image) = (drop|\{\}|'')",  # a script needs an image, from somewhere
    r"tasks\.group\.outputs\.0\.value = drop",  # whose output it is
    r"components?(\.\w+)? = \{\}",  # of other codes
    r"components( = \{'x': 1\}|\.unknwn = unknown)",  # what no task uses is not loaded
}


def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{name}#"}, registry=REGISTRY)


def _paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from _paths(value, (*path, key))


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def _put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def changes(data: Any) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    """Yield the data with something wrong in one place, where, and what."""
    for path in _paths(data):
        if path:
            for value in VALUES:
                yield path, repr(value), _put(data, path, value)
            changed = copy.deepcopy(data)
            del _at(changed, path[:-1])[path[-1]]
            yield path, "drop", changed
        if isinstance(_at(data, path), dict):
            yield (*path, "unknwn"), "unknown", _put(data, (*path, "unknwn"), 1)


def _taken_as_text(path: tuple[Any, ...], how: str, data: Any, validator: Draft202012Validator) -> bool:
    """Whether it is a number or a boolean without quotes where the schema, which editors show, wants text."""
    return how in ("5", "-1", "1.5", "True") and validator.is_valid(_put(data, path, how.lower()))


def _differences(data: Any, validator: Draft202012Validator, parse: Any) -> Iterator[str]:
    for path, how, changed in changes(data):
        end = ".".join(str(key) for key in path)
        if any(re.search(f"{known}$", f"{end} = {how}") for known in KNOWN):
            continue
        accepted = validator.is_valid(changed)
        found = parse(write_yaml(changed)) & STRUCTURE
        if accepted == (not found):
            continue
        if not found and (how == "None" or _taken_as_text(path, how, changed, validator)):
            continue  # a key without a value counts as absent
        yield f"{end} = {how}: the schema {'takes' if accepted else 'refuses'} it, the parser says {sorted(found)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_pipelines(path) -> None:
    node = read_file(str(path), Sink())
    assert node is not None

    def parse(text: str) -> set[str]:
        sink = Sink()
        found = read_source(SourceText(str(path), text), sink)
        if isinstance(found, Mapping):
            load_pipeline(found, str(path), Workspace(Layer()), sink)
        return {item.code for item in sink.items if item.severity == "error"}

    assert not (found := list(_differences(node.data(), _validator("pipeline.schema.json"), parse))), "\n".join(found)


def test_projects(tmp_path) -> None:
    node = read_source(SourceText("yamlflow.yaml", PROJECT), Sink())
    assert node is not None

    def parse(text: str) -> set[str]:
        (tmp_path / "yamlflow.yaml").write_text(text)
        sink = Sink()
        load(str(tmp_path / "yamlflow.yaml"), sink)
        return {item.code for item in sink.items if item.severity == "error"}

    assert not (found := list(_differences(node.data(), _validator("project.schema.json"), parse))), "\n".join(found)
