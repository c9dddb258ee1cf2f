"""Manifests that Argo takes: those that we render, and those that its controller ran. Nothing is said about them."""

import json
from pathlib import Path

import jsonschema
import pytest

from yamlflow.argo.check import check, read
from yamlflow.argo.goyaml import go_mapping
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_documents

ROOT = Path(__file__).resolve().parent.parent.parent
RENDERED = sorted([*ROOT.glob("examples/*/*.rendered.yaml"), *ROOT.glob("tests/render/pairs/*rendered.yaml")])
RAN = sorted((ROOT.parent / "shared" / "conformance").glob("*.yaml"))


def _manifests(path):
    sink = Sink()
    nodes = [
        node for document in read_documents(SourceText(path.name, path.read_text()), sink) for node in read(document)
    ]
    return nodes, sink


@pytest.mark.parametrize("path", [*RENDERED, *RAN], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_findings(path) -> None:
    nodes, sink = _manifests(path)
    for node in nodes:
        check(node, sink)
    assert [f"{item.span and item.span.line}: {item.message}" for item in sink.sorted()] == []


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((ROOT / "schemas" / "argo.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_rendered_manifests_fit_the_schema(path, validator) -> None:
    nodes, _ = _manifests(path)
    assert nodes
    for node in nodes:
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(go_mapping(node))] == []
