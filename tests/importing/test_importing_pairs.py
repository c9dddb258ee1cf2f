"""Manifests beside the pipelines that they become: the text is that one, it is valid, renders, and does the same."""

import json
import os
import re
from pathlib import Path

import pytest

from yamlflow.app.compile import compile_file
from yamlflow.cli import main

FOLDER = Path(__file__).parent / "pairs"
NAMES = sorted(path.name.removesuffix("-manifest.yaml") for path in FOLDER.glob("*-manifest.yaml"))
REFUSED = sorted((Path(__file__).parent / "refused").glob("*.yaml"))
EXITS = {"work.onExit": "clean"}
RUN = ("absent", "conditions", "diamond", "exit", "kubeflow", "loops", "optional", "set", "values")


def _same(file: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text)
    assert text == file.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_pair(name, tmp_path, capsys, monkeypatch) -> None:
    out = tmp_path / f"{name}.yaml"
    monkeypatch.chdir(FOLDER)
    assert main(["import", f"{name}-manifest.yaml", "--out", str(out)]) == 0, capsys.readouterr().err
    if warnings := capsys.readouterr().err:
        _same(FOLDER / f"{name}.txt", warnings)
    _same(FOLDER / f"{name}.yaml", out.read_text())
    compiled = compile_file(str(out), {}, kind="")
    assert [item.message for item in compiled.diagnostics if item.severity == "error"] == []
    assert compiled.manifest is not None


@pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.stem)
def test_refused(file, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(file.parent)
    out = tmp_path / "out.yaml"
    assert main(["import", file.name, "--out", str(out)]) == 1
    assert not out.exists()
    _same(file.with_suffix(".txt"), capsys.readouterr().err)


def _ended(yamlflow, file: str, folder: Path) -> list[tuple[str, str]]:
    """Run a file; return how its programs ended, by the names that stay the same."""
    assert "Traceback" not in yamlflow("run", file, cwd=folder).stderr
    nodes = json.loads(yamlflow("get", "@latest", "-o", "json").stdout)["status"]["nodes"].values()
    names = [
        (EXITS.get(node["displayName"], node["displayName"]), node["phase"]) for node in nodes if node["type"] == "Pod"
    ]
    return sorted((re.sub(r"[^a-z0-9]+", "-", _last(name).lower()), phase) for name, phase in names)


def _last(name: str) -> str:
    """Return the name of a task without its element and the groups around it: a group of one task is no group."""
    return re.sub(r"\(\d+:.*\)$", "", name).rpartition(".")[2]


@pytest.mark.parametrize("name", RUN)
def test_both_run_alike(name, tmp_path, yamlflow) -> None:
    manifest = (FOLDER / f"{name}-manifest.yaml").read_text()
    (tmp_path / "manifest.yaml").write_text(manifest.replace("      parallelism: 0\n", ""))
    ours = _ended(yamlflow, f"{name}.yaml", FOLDER)
    assert _ended(yamlflow, "manifest.yaml", tmp_path) == ours


TEMPLATE = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: greet}
spec:
  entrypoint: greet
  arguments: {parameters: [{name: who, value: world}]}
  templates:
    - name: greet
      inputs: {parameters: [{name: who}]}
      container: {image: "busybox:1.36", command: [echo, "{{inputs.parameters.who}}"]}
"""
MADE_OF_IT = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hi-}
spec:
  arguments: {parameters: [{name: who, value: you}]}
  workflowTemplateRef: {name: greet}
"""
IMPORTED = """\
name: hi
inputs: [{name: who, default: you}]
tasks:
  greet:
    inputs: [{name: who}]
    arguments: {who: "${{ inputs.who }}"}
    container: {image: "busybox:1.36", command: [echo, {inputValue: who}]}
"""


def test_a_template_comes_along(tmp_path, capsys) -> None:
    template, workflow, both = (tmp_path / name for name in ("template.yaml", "workflow.yaml", "both.yaml"))
    template.write_text(TEMPLATE)
    workflow.write_text(MADE_OF_IT)
    both.write_text(f"{TEMPLATE}---\n{MADE_OF_IT}")
    assert main(["import", str(workflow)]) == 1
    assert "6:3: error[not-importable]: the template that it is made of is not there" in capsys.readouterr().err
    for args in ([str(workflow), "--with", str(template)], [str(both)]):
        assert main(["import", *args]) == 0
        assert capsys.readouterr().out == IMPORTED


def test_components_in_files(tmp_path, capsys) -> None:
    out = tmp_path / "made"
    assert main(["import", str(FOLDER / "kubeflow-manifest.yaml"), "--out-dir", str(out)]) == 0
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.yaml")) == [
        "components/make-list.yaml",
        "components/show.yaml",
        "components/total.yaml",
        "pipeline.yaml",
    ]
    assert main(["validate", str(out)]) == 0


LIBRARY = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: count}
spec:
  templates:
    - name: count
      inputs: {parameters: [{name: word}, {name: most, value: "3"}], artifacts: [{name: text, path: /tmp/in}]}
      container:
        image: alpine:3.20
        command: [grep, -m, "{{inputs.parameters.most}}", "{{inputs.parameters.word}}", /tmp/in]
"""


def test_a_library_of_templates(tmp_path, capsys) -> None:
    """What a single template wants becomes the inputs; several manifests become a folder each."""
    library, both, out = tmp_path / "library.yaml", tmp_path / "both.yaml", tmp_path / "out"
    library.write_text(LIBRARY)
    both.write_text(f"{LIBRARY}---\n{TEMPLATE}")
    assert main(["import", str(library)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("name: count\ninputs:\n- {name: word}\n- {name: text}\ntasks:\n")
    assert "{inputPath: text}" in text
    assert main(["import", str(both), "--out-dir", str(out)]) == 0
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.yaml")) == [
        "count/pipeline.yaml",
        "greet/pipeline.yaml",
    ]
    assert (out / "count" / "pipeline.yaml").read_text() == text
    assert main(["import", str(both)]) == 1
    assert "`--out-dir` takes all" in capsys.readouterr().err
    both.write_text(f"{LIBRARY}---\n{TEMPLATE.replace('entrypoint: greet', 'entrypoint: great')}")
    assert main(["import", str(both), "--out-dir", str(tmp_path / "none")]) == 1
    assert not (tmp_path / "none").exists()
