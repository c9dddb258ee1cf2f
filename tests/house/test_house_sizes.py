"""Modules and functions stay small enough to be read in one go."""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = sorted(path for folder in ("yamlflow", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))


def _functions(path: Path) -> list[tuple[str, int]]:
    """Return the functions of a module with their numbers of lines."""
    nodes = ast.walk(ast.parse(path.read_text()))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in functions]


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sizes(path) -> None:
    lines = _lines(path)
    assert lines <= 400
    assert [(name, size) for name, size in _functions(path) if size > 80] == []


def test_medians() -> None:
    source = [path for path in MODULES if path.is_relative_to(ROOT / "yamlflow")]
    assert median(_lines(path) for path in source) <= 150
    assert median(size for path in source for _, size in _functions(path)) <= 10
