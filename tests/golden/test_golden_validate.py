"""Golden pairs: a bad file beside the exact text that `yamlflow validate` prints for it. UPDATE_GOLDEN=1 rewrites."""

import os
from pathlib import Path

import pytest

from yamlflow.cli import main

FOLDER = Path(__file__).resolve().parent / "validate"
PAIRS = sorted(path for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_golden(path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("COLUMNS", "120")
    code = main(["validate", path.name])
    shown = capsys.readouterr()
    assert shown.err == ""
    golden = path.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown.out)
    assert shown.out == golden.read_text()
    assert code == (1 if "error[" in shown.out else 0)
