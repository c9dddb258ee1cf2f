"""Every code has a golden pair: a bad file beside the exact text printed for it."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
SHOWN = re.compile(r"(?:error|warning|note)\[([a-z0-9-]+)\]|' ([a-z0-9-]+): ")


def test_every_code_has_a_pair() -> None:
    codes = {path.stem for path in (TESTS.parent / "docs" / "codes").glob("*.md")}
    goldens = [path for path in TESTS.rglob("*") if path.suffix in (".out", ".txt")]
    shown = {one or two for path in goldens for one, two in SHOWN.findall(path.read_text(errors="replace"))}
    assert codes - shown == set()
