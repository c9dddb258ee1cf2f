"""The JSON Schemas: sound, complete, in step with the parser's tables of keys, and true to what is accepted."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMAS = {path.name: json.loads(path.read_text()) for path in sorted((ROOT / "schemas").glob("*.schema.json"))}
REGISTRY = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items())
COMPONENTS = sorted((ROOT / "tests" / "components" / "good").glob("*.yaml"))
PIPELINES = sorted([*(ROOT / "examples").glob("*/*.yaml"), *(ROOT / "tests" / "golden").glob("validate/good-*.yaml")])


def _validator(name: str, schema: dict[str, Any] | None = None) -> Draft202012Validator:
    """Return a validator for a schema, or for a part of it."""
    base = {"$ref": f"{name}#"} if schema is None else schema
    return Draft202012Validator(base, registry=REGISTRY)


def _parts(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema for a key, with its path."""
    if isinstance(node, dict):
        for name, part in node.get("properties", {}).items():
            yield f"{path}/{name}", part
        for name, part in node.items():
            if name not in ("examples", "default", "enum"):
                yield from _parts(part, f"{path}/{name}")
    elif isinstance(node, list):
        for number, part in enumerate(node):
            yield from _parts(part, f"{path}/{number}")


def _absolute(part: Any, name: str) -> Any:
    """Return a part of a schema with its references told from the schema's file."""
    if isinstance(part, dict):
        return {
            key: f"{name}{value}" if key == "$ref" and value.startswith("#") else _absolute(value, name)
            for key, value in part.items()
        }
    return [_absolute(item, name) for item in part] if isinstance(part, list) else part


def _described(part: dict[str, Any], name: str) -> bool:
    if "description" in part:
        return True
    file, _, path = part.get("$ref", "").partition("#")
    target: Any = SCHEMAS[file or name]
    for step in path.strip("/").split("/"):
        target = target[step] if step else target
    return bool(path or file) and "description" in target


@pytest.mark.parametrize("name", SCHEMAS)
def test_sound(name) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "argo.schema.json"])
def test_every_key_is_described(name) -> None:
    assert [path for path, part in _parts(SCHEMAS[name]) if not _described(part, name)] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_examples_and_defaults_fit(name) -> None:
    named = [(f"$defs/{key}", part) for key, part in SCHEMAS[name].get("$defs", {}).items()]
    for path, part in [*_parts(SCHEMAS[name]), *named, ("", SCHEMAS[name])]:
        given = [*part.get("examples", []), *([part["default"]] if "default" in part else [])]
        for value in given:
            assert _validator(name, _absolute(part, name)).is_valid(value), f"{path}: {value}"


@pytest.mark.parametrize("name", ["generate_argo_schema.py", "generate_keys.py", "generate_argo_coverage.py"])
def test_what_is_generated_is_fresh(name) -> None:
    script = ROOT / "scripts" / name
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_good_components_fit(path) -> None:
    errors = _validator("component.schema.json").iter_errors(yaml.safe_load(path.read_text()))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_good_pipelines_fit(path) -> None:
    data = yaml.safe_load(path.read_text())
    if "tasks" not in data:
        pytest.skip("not a pipeline")
    errors = _validator("pipeline.schema.json").iter_errors(data)
    assert [error.message for error in errors] == []


def _pipeline(task: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "p", "tasks": {"a": task}, **more}


@pytest.mark.parametrize(
    "data",
    [
        _pipeline({"component": {"python": "./a.py:f", "packages": ["numpy"]}, "arguments": {"a": 1}}),
        _pipeline({"component": {"implementation": {"container": {"image": "alpine:3.20"}}}}),
        _pipeline({"container": {"image": "alpine:3.20", "args": [{"inputValue": "a"}]}, "inputs": [{"name": "a"}]}),
        _pipeline({"run": "true", "outputs": [{"name": "o", "stdout": True}], "timeout": 5, "retry": {"limit": 2}}),
        _pipeline({"tasks": {"b": {"run": "true"}}, "outputs": [{"name": "o", "value": "x"}], "when": True}),
        _pipeline({"run": "true", "env": {"A": 1, "B": {"secret": {"name": "s", "key": "k"}}}}, parallelism=2),
        _pipeline({"run": "true", "resources": {"cpu": 0.5, "memory": "4Gi", "limits": {"nvidia.com/gpu": 1}}}),
        _pipeline({"run": "true", "retry": {"backoff": {"duration": "1d2h3m4s", "maxDuration": "300"}}}),
    ],
)
def test_taken(data) -> None:
    assert [error.message for error in _validator("pipeline.schema.json").iter_errors(data)] == []


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"name": "p"},
        {"tasks": {"a": {"run": "true"}}},
        _pipeline({}),
        _pipeline({"run": "true", "component": "./a.yaml"}),
        _pipeline({"run": "true", "unknown": 1}),
        _pipeline({"run": "true", "timeout": "soon"}),
        _pipeline({"run": "true", "timeout": ""}),
        _pipeline({"run": "true", "retry": {"policy": "Never"}}),
        _pipeline({"run": "true", "env": {"A": {"secret": {"name": "s"}}}}),
        _pipeline({"run": "true", "env": {"A": {"field": "x", "secret": {"name": "s", "key": "k"}}}}),
        _pipeline({"run": "true"}, inputs=[{"type": "String"}]),
        _pipeline({"run": "true"}, outputs=[{"name": "o"}]),
        _pipeline({"component": {"implementation": {"container": {}}}}),
        _pipeline({"component": {"implementation": {"container": {"image": "a", "args": [{"outputUri": "o"}]}}}}),
        {"name": "Not-a-name", "tasks": {"a": {"run": "true"}}},
        {"name": "p", "tasks": {"Task": {"run": "true"}}},
        {"name": "p", "tasks": {}},
    ],
)
def test_refused(data) -> None:
    assert not _validator("pipeline.schema.json").is_valid(data)
