"""Golden pairs of checks, links and graphs: a file beside the exact text that `validate` prints.

UPDATE_GOLDEN=1 rewrites; then read the difference.
"""

import os
from pathlib import Path

import pytest

from yamlflow.cli import main

FOLDER = Path(__file__).resolve().parent / "golden"
PAIRS = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_golden(path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("YAMLFLOW_CACHE", "off")
    code = main(["validate", path.name])
    shown = capsys.readouterr()
    assert shown.err == ""
    golden = path.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown.out)
    assert shown.out == golden.read_text()
    assert code == (1 if "error[" in shown.out else 0)


def test_no_stray_golden() -> None:
    assert set(FOLDER.glob("*.out")) == {path.with_suffix(".out") for path in PAIRS}
