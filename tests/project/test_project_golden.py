"""Golden pairs: a `yamlflow.yaml` with mistakes beside the exact text that `yamlflow validate` prints.

UPDATE_GOLDEN=1 rewrites the text.
"""

import shutil
from pathlib import Path
from shlex import split

import pytest

FOLDER = Path(__file__).resolve().parent / "golden"
PAIRS = sorted(FOLDER.glob("*.yaml"))
FOLDERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_golden(path, printed, tmp_path, monkeypatch) -> None:
    shutil.copy(path, tmp_path / "yamlflow.yaml")
    monkeypatch.chdir(tmp_path)
    assert printed(path.with_suffix(".out"), "validate", "yamlflow.yaml") == ""


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_golden_folder(path, printed, tmp_path, monkeypatch) -> None:
    """A project of several files; `arguments` beside them are those of the program."""
    shutil.copytree(path, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    printed(FOLDER / f"{path.name}.out", *split((tmp_path / "arguments").read_text()))


def test_every_output_has_a_project() -> None:
    assert {path.stem for path in FOLDER.glob("*.out")} == {path.stem for path in [*PAIRS, *FOLDERS]}
