"""docs/rendering.md lists every pair with the line that stands at its top. UPDATE_GOLDEN=1 rewrites."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HEAD = "| pair in `tests/render/pairs` | shows |\n|---|---|\n"


def test_page() -> None:
    page = ROOT / "docs" / "rendering.md"
    text, head, _ = page.read_text().partition(HEAD)
    rows = ""
    for path in sorted((ROOT / "tests" / "render" / "pairs").glob("*.yaml")):
        if not path.stem.endswith("-rendered"):
            first = path.read_text().partition("\n")[0]
            assert first.startswith("# "), path.name
            link = f"../tests/render/pairs/{path.stem}"
            cell = first[2:].replace("|", "\\|")
            beside = f"[manifest]({link}-rendered.yaml), [run]({link}-run.txt)"
            rows += f"| [{path.stem}]({link}.yaml), {beside} | {cell} |\n"
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(text + head + rows)
    assert page.read_text() == text + HEAD + rows
