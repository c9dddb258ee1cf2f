"""Every code has a golden pair: a bad file beside the exact text printed for it."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
# Of the command line, of folders, or of several files: their pages' samples and other tests run them.
ELSEWHERE = {
    *("file-too-large", "invalid-parameter", "invalid-secret", "is-folder", "missing-parameter", "nothing-found"),
    *("open-secrets", "python-syntax", "secret-as-text", "unconstant-condition", "unknown-parameter", "unreadable"),
    *("unsupported-kind", "unwritten-output", "value-too-long"),
    *("component-changed", "component-not-cached", "component-not-pinned", "fetch-failed"),
}
SHOWN = re.compile(r"(?:error|warning|note)\[([a-z0-9-]+)\]|' ([a-z0-9-]+): ")


def test_every_code_has_a_pair() -> None:
    codes = {path.stem for path in (TESTS.parent / "docs" / "codes").glob("*.md")}
    goldens = [path for path in TESTS.rglob("*") if path.suffix in (".out", ".txt")]
    shown = {one or two for path in goldens for one, two in SHOWN.findall(path.read_text(errors="replace"))}
    assert codes - shown - ELSEWHERE == set()
