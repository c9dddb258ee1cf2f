"""Who may import whom: the table of CONTRIBUTING.md, held against every import in the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "yamlflow"


def _table() -> dict[str, set[str]]:
    """Read the rows `| package | what it holds | imports |` of the layer table."""
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", allowed)) for name, allowed in rows}


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of what a module of yamlflow imports of yamlflow, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "yamlflow":
                yield node.lineno, name


def _layer(parts: tuple[str, ...]) -> str:
    """Return the package that a module belongs to; `targets/local*.py` have a row of their own."""
    return "local" if parts[0] == "targets" and parts[1].startswith("local") else parts[0]


def test_imports_follow_the_table() -> None:
    table = _table()
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if len(parts) == 1:
            continue
        layer = _layer(parts)
        forbidden = packages - table.get(layer, set()) - {parts[0]}
        for line, name in _imports(path):
            if f"{name}.".split(".")[1] in forbidden:
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {name}")
    assert wrong == []


def test_every_package_has_a_row() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages == set(_table()) - {"local"}


def test_the_table_has_no_cycle() -> None:
    table = _table()
    below: set[str] = set()
    while left := {name for name in table if name not in below and table[name] <= below}:
        below |= left
    assert set(table) - below == set()
