"""Golden pairs: a `yamlflow.yaml` with mistakes beside the exact text that `yamlflow validate` prints.

UPDATE_GOLDEN=1 rewrites the text.
"""

import os
import shutil
from pathlib import Path
from shlex import split

import pytest

from yamlflow.cli import main

FOLDER = Path(__file__).resolve().parent / "golden"
PAIRS = sorted(FOLDER.glob("*.yaml"))
FOLDERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())


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


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_golden_folder(path, tmp_path, monkeypatch, capsys) -> None:
    """A project of several files; `arguments` beside them are those of the program."""
    shutil.copytree(path, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    code = main(split((tmp_path / "arguments").read_text()))
    shown = capsys.readouterr()
    golden = FOLDER / f"{path.name}.out"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown.out + shown.err)
    assert shown.out + shown.err == golden.read_text()
    assert code == (1 if "error[" in shown.out + shown.err else 0)


def test_every_output_has_a_project() -> None:
    assert {path.stem for path in FOLDER.glob("*.out")} == {path.stem for path in [*PAIRS, *FOLDERS]}
