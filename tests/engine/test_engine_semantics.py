"""What is known of Argo's semantics, row by row, and which scenario or test holds it.

The tables themselves are not part of the project; without them only the names here are looked at.
"""

import re
from pathlib import Path

import pytest
from engine_scenarios import SCENARIOS, read

FOLDER = Path(__file__).parent
TABLES = FOLDER.resolve().parents[2] / "shared" / "ARGO.md"
ROWS = read(FOLDER / "semantics.yaml")
_SECTION = re.compile(r"#{2,3} ([0-4](?:\.\d+)?)\.? ")
_NEXT = re.compile(r"#{2,3} ")


def _rows(text: str) -> set[tuple[str, str]]:
    """Return section and first cell of all rows of the tables that say how workflows run."""
    found, section, body = set(), "", False
    for line in text.splitlines():
        if _NEXT.match(line):
            match = _SECTION.match(line)
            section = match[1] if match else ""
        if not line.startswith("|"):
            body = False
        elif set(line) <= set("|-: "):
            body = True
        elif body and section:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found.add((section, cells[1] if cells[0].isdigit() else cells[0]))
    return found


def test_each_row_is_listed() -> None:
    if not TABLES.exists():
        pytest.skip("the tables are not here")
    rows = _rows(TABLES.read_text())
    listed = {(section, row) for section, held in ROWS.items() for row in held}
    unlisted = {(section, row) for section, row in rows if not _is_listed(section, row, listed)}
    assert unlisted == set()


def _is_listed(section: str, row: str, listed: set[tuple[str, str]]) -> bool:
    """Whether a row is there, be it with no more than the part before its colon."""
    return (section, row) in listed or (section, row.partition(":")[0]) in listed


@pytest.mark.parametrize("section", ROWS)
def test_what_holds_them_is_there(section) -> None:
    for row, held in ROWS[section].items():
        for name in held if isinstance(held, list) else ():
            file, _, test = name.partition("::")
            known = name in SCENARIOS if not test else f"def {test}(" in (FOLDER / file).read_text()
            assert known, f"{row}: {name}"
