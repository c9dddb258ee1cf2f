"""Each check can be set off, up and down: by the project, by comments, by options."""

import re
from pathlib import Path

import pytest

import yamlflow
from yamlflow.checks.registry import CHECKS, RENDERABLE, SMELLS
from yamlflow.cli import main
from yamlflow.diagnostics.choice import READING

PAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "codes"
WARNINGS = [
    *("unused-component", "unused-input", "constant-condition", "redundant-after", "single-item", "unpinned-image"),
    *("plain-secret", "endless-retry", "never-scheduled", "no-timezone", "shellcheck"),
]
ERRORS = ["held-mutex", "request-above-limit", "script-syntax", "never-equal"]


@pytest.fixture
def bad(tmp_path, monkeypatch):
    """The bad sample of a code's page, as `pipeline.yaml` of a project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YAMLFLOW_CACHE", "off")

    def write(code: str, level: str = "") -> None:
        page = (PAGES / f"{code}.md").read_text()
        sample = re.search(r"## Bad\n```yaml file=pipeline.yaml\n(.*?)```", page, re.DOTALL)
        Path("pipeline.yaml").write_text(sample[1])
        Path("yamlflow.yaml").write_text(f"checks: {{{code}: {level}}}\n" if level else "")

    return write


def _severities(code: str, **options) -> set[str]:
    return {item.severity for item in yamlflow.validate("pipeline.yaml", **options) if item.code == code}


@pytest.mark.parametrize("code", [*WARNINGS, *ERRORS])
def test_level(code, bad) -> None:
    bad(code)
    assert _severities(code) == {"warning" if code in WARNINGS else "error"}
    assert _severities(code, strict=True) == {"error"}
    assert _severities(code, ignore=[code]) == set()
    for level in ("error", "warning", "note"):
        bad(code, level)
        assert _severities(code) == {level}
    bad(code, "off")
    assert yamlflow.validate("pipeline.yaml") == []


@pytest.mark.parametrize("code", [*WARNINGS, *ERRORS])
def test_comment(code, bad) -> None:
    bad(code)
    lines = Path("pipeline.yaml").read_text().splitlines(keepends=True)
    found = {item.line for item in yamlflow.validate("pipeline.yaml")}
    for line in sorted(found, reverse=True):
        indent = re.match(" *", lines[line - 1])[0]
        above = line - 1
        if lines[above - 1].rstrip().endswith("|"):
            above -= 1
        lines.insert(above, f"{indent[: len(indent)]}# yamlflow: ignore[{code}]\n")
    Path("pipeline.yaml").write_text("".join(lines))
    assert yamlflow.validate("pipeline.yaml") == []


def test_registry() -> None:
    """Every module with a check has its row, once."""
    rows = [name for name, _ in (*CHECKS, *SMELLS)]
    folder = Path(__file__).resolve().parent.parent.parent / "yamlflow" / "checks"
    modules = [path.stem for path in folder.glob("*.py") if "\ndef check(pipeline: Pipeline)" in path.read_text()]
    assert sorted(rows) == sorted(modules)
    assert RENDERABLE.isdisjoint(READING)


def test_comments_of_python_files(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    silent = "@cache  # yamlflow: ignore[python-decorator]\ndef f() -> int:\n    return 1\n"
    loud = "TEXT = '# yamlflow: ignore[]'\n@cache\ndef g() -> int:\n    return 1\n"
    (tmp_path / "f.py").write_text(f"{silent}\n\n{loud}")
    (tmp_path / "p.yaml").write_text("name: p\ntasks: {a: {component: './f.py:f'}, b: {component: './f.py:g'}}\n")
    assert main(["validate", "p.yaml", "-o", "oneline"]) == 0
    assert [line.split(": ")[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["f.py:7:2", "warning[python-decorator]"]
    ]
