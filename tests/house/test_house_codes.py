"""Every code of a finding has a page, and every page a code."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def _texts() -> tuple[dict[str, str], set[str]]:
    """Return the codes that are raised, with a place, and all text constants of the source."""
    raised: dict[str, str] = {}
    texts: set[str] = set()
    for path in sorted((ROOT / "yamlflow").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            code = node.args[0]
            if name in ("error", "warning", "Diagnostic", "Finding") and isinstance(code, ast.Constant):
                raised[str(code.value)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return raised, texts


def test_codes_and_pages() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "codes").glob("*.md")}
    raised, texts = _texts()
    missing = [f"{code} ({place})" for code, place in sorted(raised.items()) if code not in pages]
    assert not missing, "codes without a page: " + ", ".join(missing)
    assert pages - texts == set(), "pages without a code"
