"""Golden pairs: a `yamlflow.yaml` with mistakes beside the exact text that `yamlflow validate` prints.

UPDATE_GOLDEN=1 rewrites the text.
"""

import os
import shutil
from pathlib import Path

import pytest

from yamlflow.cli import main

FOLDER = Path(__file__).resolve().parent / "golden"
PAIRS = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_golden(path, tmp_path, monkeypatch, capsys) -> None:
    shutil.copy(path, tmp_path / "yamlflow.yaml")
    monkeypatch.chdir(tmp_path)
    code = main(["validate", "yamlflow.yaml"])
    shown = capsys.readouterr()
    assert shown.err == ""
    golden = path.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown.out)
    assert shown.out == golden.read_text()
    assert code == (1 if "error[" in shown.out else 0)


def test_every_output_has_a_project() -> None:
    assert {path.stem for path in FOLDER.glob("*.out")} == {path.stem for path in PAIRS}
