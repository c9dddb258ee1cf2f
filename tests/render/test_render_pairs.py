"""Rules of rendering: a pipeline beside its manifest, equal to the byte. UPDATE_GOLDEN=1 rewrites."""

import os
from pathlib import Path

import pytest

from yamlflow.cli import main

FOLDER = Path(__file__).resolve().parent / "pairs"
PAIRS = sorted(path for path in FOLDER.glob("*.yaml") if not path.stem.endswith("-rendered"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_pair(path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(FOLDER)
    code = main(["render", path.name])
    shown = capsys.readouterr()
    assert (code, shown.err) == (0, "")
    golden = path.with_name(f"{path.stem}-rendered.yaml")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown.out)
    assert shown.out == golden.read_text()


def test_no_stray_golden() -> None:
    goldens = {path.stem.removesuffix("-rendered") for path in FOLDER.glob("*-rendered.yaml")}
    assert goldens == {path.stem for path in PAIRS}
