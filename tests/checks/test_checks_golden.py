"""Golden pairs of checks, links and graphs: a file beside the exact text that `validate` prints.

UPDATE_GOLDEN=1 rewrites; then read the difference.
"""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "golden"
PAIRS = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_golden(path, printed, monkeypatch) -> None:
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("YAMLFLOW_CACHE", "off")
    assert printed(path.with_suffix(".out"), "validate", path.name) == ""


def test_no_stray_golden() -> None:
    assert set(FOLDER.glob("*.out")) == {path.with_suffix(".out") for path in PAIRS}
