"""Golden pairs: a bad file beside the exact text that `yamlflow validate` prints for it. UPDATE_GOLDEN=1 rewrites."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "validate"
PAIRS = sorted(path for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_golden(path, printed, monkeypatch) -> None:
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("COLUMNS", "120")
    assert printed(path.with_suffix(".out"), "validate", path.name) == ""
