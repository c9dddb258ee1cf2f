"""Packages for Kubeflow Pipelines: one `pipeline.yaml` inside, the same bytes each time."""

import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from yamlflow.argo.check import check
from yamlflow.cli import main
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_documents

FILE = str(Path(__file__).resolve().parent.parent.parent / "examples" / "calc" / "pipeline.yaml")


def _inside(path: Path) -> dict[str, bytes]:
    if path.name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    if path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            return {item.name: archive.extractfile(item).read() for item in archive}
    return {"pipeline.yaml": path.read_bytes()}


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".yaml"])
def test_package(ending, tmp_path, capsys) -> None:
    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    assert main(["package", FILE, "--out", str(first), "-p", "a=3"]) == 0
    assert main(["package", FILE, "--out", str(second), "-p", "a=3"]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert main(["render", FILE, "-p", "a=3"]) == 0
    rendered = capsys.readouterr().out
    for name in ("sum", "parts"):
        rendered = rendered.replace(f"depends: {name}.Succeeded", f"dependencies:\n        - {name}")
    assert _inside(first) == {"pipeline.yaml": rendered.encode()}


def test_another_ending_is_refused(tmp_path, capsys) -> None:
    assert main(["package", FILE, "--out", str(tmp_path / "a.tgz")]) == 2
    assert "does not end with .yaml, .zip or .tar.gz" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


TASKS = """
name: p
inputs: [{name: who, type: String}, {name: go, type: Bool, default: true}]
defaults: {image: "alpine:3.20"}
tasks:
  plain:
    tasks:
      a: {env: {W: "${{ inputs.who }}"}, outputs: [{name: o, type: String}], run: echo}
      maybe: {when: "${{ inputs.go }}", outputs: [{name: o, type: String}], run: echo}
      b: {after: [a], env: {O: "${{ tasks.maybe.outputs.o }}"}, run: echo}
  status:
    tasks:
      a: {run: echo}
      b: {when: "${{ tasks.a.status == 'Failed' }}", run: echo}
      c: {after: [b], run: echo}
  shown: {outputs: [{name: mlpipeline-metrics, type: String}], run: echo}
"""


def _package(tmp_path, text: str, *options: str) -> dict:
    (tmp_path / "p.yaml").write_text(text)
    assert main(["package", str(tmp_path / "p.yaml"), "--out", str(tmp_path / "out.yaml"), *options]) == 0
    return yaml.safe_load((tmp_path / "out.yaml").read_text())


def test_edges_that_its_pages_draw(tmp_path) -> None:
    templates = {item["name"]: item for item in _package(tmp_path, TASKS)["spec"]["templates"]}
    edges = {task["name"]: task.get("dependencies") for task in templates["plain"]["dag"]["tasks"]}
    assert edges == {"a": None, "maybe": None, "b": ["a", "maybe"]}
    # A status says more than `dependencies` can, and Argo takes no mixture in one template.
    assert [list(task) for task in templates["status"]["dag"]["tasks"]][1:] == [
        ["name", "template", "depends", "when"],
        ["name", "template", "depends"],
    ]
    (shown,) = [item for item in templates.values() if "artifacts" in item.get("outputs", {})]
    assert shown["outputs"]["artifacts"][0]["name"] == "mlpipeline-metrics"


def test_open_inputs(tmp_path) -> None:
    manifest = _package(tmp_path, TASKS)
    assert manifest["kind"] == "Workflow"
    assert manifest["spec"]["arguments"]["parameters"] == [{"name": "who"}, {"name": "go", "value": "true"}]
    given = _package(tmp_path, TASKS, "-p", "who=me")["spec"]["arguments"]["parameters"]
    assert given[0] == {"name": "who", "value": "me"}


@pytest.mark.parametrize(
    "path", sorted(Path(FILE).parents[1].glob("*/pipeline.yaml")), ids=lambda path: path.parent.name
)
def test_packages_are_right(path, tmp_path) -> None:
    main(["package", str(path), "--out", str(tmp_path / "out.yaml")])
    sink = Sink()
    for node in read_documents(SourceText("out.yaml", (tmp_path / "out.yaml").read_text()), sink):
        check(node, sink)
    assert {item.code for item in sink.items} <= {"missing-parameter"}
