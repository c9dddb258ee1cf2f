"""Golden pairs: a template with mistakes, its `.values.yaml`, and the exact text that `yamlflow validate` prints.

UPDATE_GOLDEN=1 rewrites the text.
"""

import os
from pathlib import Path

import pytest

from yamlflow.cli import main

FOLDER = Path(__file__).resolve().parent / "golden"
PAIRS = sorted(path for path in FOLDER.glob("*.yaml.j2"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.name.partition(".")[0])
def test_golden(path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(FOLDER)
    name = path.name.removesuffix(".yaml.j2")
    values = path.with_name(f"{name}.values.yaml")
    options = ["--values", values.name] if values.exists() else []
    code = main(["validate", path.name, *options])
    shown = capsys.readouterr()
    assert shown.err == ""
    golden = path.with_name(f"{name}.out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown.out)
    assert shown.out == golden.read_text()
    assert code == 1


def test_every_output_has_a_template() -> None:
    assert {path.stem for path in FOLDER.glob("*.out")} == {path.name.removesuffix(".yaml.j2") for path in PAIRS}
