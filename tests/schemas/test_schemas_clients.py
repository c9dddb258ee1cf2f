"""What we render is read by Argo's Python client and by hera's models, and comes out of them as it went in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted([*ROOT.glob("examples/*/*.rendered.yaml"), *ROOT.glob("tests/render/pairs/*-rendered.yaml")])
# Where Argo 4 takes more than the client 6.7 knows.
WIDER = {
    "withItems": "elements of loops are mappings there; Argo takes any: texts, numbers, lists",
    "memoize": "the ConfigMap of a cache needs a `key` there; Argo has only its name",
}
# Fields that the client keeps without knowing their types.
UNTYPED = {"IoArgoprojWorkflowV1alpha1ParallelSteps.value"}


class Response(NamedTuple):
    """What the client reads a model from."""

    data: str


def _manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in FILES:
        for manifest in yaml.load_all(path.read_text(), yaml.CSafeLoader):
            yield path.name, manifest


def _without_wider(data: Any) -> Any:
    if isinstance(data, list):
        return [_without_wider(item) for item in data]
    return (
        {key: _without_wider(item) for key, item in data.items() if key not in WIDER}
        if isinstance(data, dict)
        else data
    )


def _unknown(model: Any) -> Iterator[str]:
    """Yield the fields of which the client knows no type."""
    for item in model if isinstance(model, list) else model.values() if isinstance(model, dict) else ():
        yield from _unknown(item)
    for name, value in getattr(model, "_data_store", {}).items():
        if name not in type(model).attribute_map:
            yield f"{type(model).__name__}.{name}"
        yield from _unknown(value)


def test_client_of_argo() -> None:
    from argo_workflows import models
    from argo_workflows.api_client import ApiClient

    client = ApiClient()
    untyped: set[str] = set()
    for name, manifest in _manifests():
        wanted = _without_wider(manifest)
        kind = getattr(models, f"IoArgoprojWorkflowV1alpha1{manifest['kind']}")
        model = client.deserialize(Response(json.dumps(wanted)), (kind,), True)
        assert client.sanitize_for_serialization(model) == wanted, name
        untyped.update(_unknown(model))
    assert untyped == UNTYPED


def test_models_of_hera() -> None:
    from hera.workflows import models

    for name, manifest in _manifests():
        model = getattr(models, manifest["kind"]).model_validate(manifest, strict=True)
        assert json.loads(model.model_dump_json(by_alias=True, exclude_unset=True)) == manifest, name


@pytest.mark.parametrize("metric", [{"gauge": {"value": "1"}}, {"gauge": {"value": "1", "realtime": True}}])
def test_fields_that_argo_demands(metric, tmp_path, capsys) -> None:
    from hera.workflows import models

    from yamlflow.cli import main

    task = {"run": "echo", "image": "alpine:3.20", "cache": {"key": "a"}, "outputs": [{"name": "o"}]}
    task["metrics"] = [{"name": "m", "help": "h", **metric}]
    (tmp_path / "a.yaml").write_text(json.dumps({"name": "p", "metrics": task["metrics"], "tasks": {"a": task}}))
    main(["render", str(tmp_path / "a.yaml"), "-o", "json"])
    spec = models.Workflow.model_validate_json(capsys.readouterr().out).spec
    for owner in (spec, spec.templates[1]):
        assert owner.metrics.prometheus[0].gauge.realtime is metric["gauge"].get("realtime", False)
