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
RUN = ("conditions", "diamond", "exit", "kubeflow", "loops", "values")


def _same(file: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text)
    assert text == file.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_pair(name, tmp_path, capsys) -> None:
    out = tmp_path / f"{name}.yaml"
    assert main(["import", str(FOLDER / f"{name}-manifest.yaml"), "--out", str(out)]) == 0, capsys.readouterr().err
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


def _ended(yamlflow, file: str, folder: Path) -> list[tuple[str, str, str]]:
    """Run a file; return how its programs ended, and what they handed on, by the names that stay the same."""
    assert "Traceback" not in yamlflow("run", file, cwd=folder).stderr
    nodes = json.loads(yamlflow("get", "@latest", "-o", "json").stdout)["status"]["nodes"].values()
    found = []
    for node in nodes:
        if node["type"] == "Pod":
            name = re.sub(r"[^a-z0-9]+", "-", node["displayName"].rpartition(".")[2].lower())
            values = [item.get("value") for item in (node.get("outputs") or {}).get("parameters") or []]
            texts = [text for text in (*values, (node.get("outputs") or {}).get("result")) if text]
            found.append((name if "onexit" not in name else "exit", node["phase"], json.dumps(sorted(set(texts)))))
    return sorted(found)


@pytest.mark.parametrize("name", RUN)
def test_both_run_alike(name, tmp_path, yamlflow) -> None:
    manifest = (FOLDER / f"{name}-manifest.yaml").read_text()
    (tmp_path / "manifest.yaml").write_text(manifest.replace("      parallelism: 0\n", ""))
    ours = _ended(yamlflow, f"{name}.yaml", FOLDER)
    assert [item[:2] for item in _ended(yamlflow, "manifest.yaml", tmp_path)] == [item[:2] for item in ours]
