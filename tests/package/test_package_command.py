"""Packages for Kubeflow Pipelines: one `pipeline.yaml` inside, the same bytes each time."""

import tarfile
import zipfile
from pathlib import Path

import pytest

from yamlflow.cli import main

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
    assert _inside(first) == {"pipeline.yaml": capsys.readouterr().out.encode()}


def test_another_ending_is_refused(tmp_path, capsys) -> None:
    assert main(["package", FILE, "--out", str(tmp_path / "a.tgz")]) == 2
    assert "does not end with .yaml, .zip or .tar.gz" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
