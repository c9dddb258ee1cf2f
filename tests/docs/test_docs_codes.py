"""Each page of docs/codes/ keeps its word: its `Bad` sample gives the code, its `Good` one does not.

Of codes of the command line, of folders and of several files, golden/ holds the exact text: UPDATE_GOLDEN=1 rewrites.
"""

import os
import re
from pathlib import Path

import pytest
from markdown_samples import Shown, blocks, commands, run_block, write_file

PAGES = sorted((Path(__file__).resolve().parent.parent.parent / "docs" / "codes").glob("*.md"))
GOLDEN = Path(__file__).parent / "golden"
_CODE = re.compile(r"\b(?:error|warning)\[([a-z0-9-]+)\]")


def _findings(page: Path, section: str, folder: Path, env: dict[str, str]) -> tuple[list[str], str]:
    """Write the files of a section and validate the first, or run its console blocks if it has some."""
    found = [block for block in blocks(page.read_text()) if block.section == section]
    files = [block for block in found if block.file]
    for block in files:
        write_file(block, folder)
    shown = [item for block in found if block.language == "console" for item in commands(block)]
    if not shown:
        assert files, f"{page.name} has no sample under `{section}`"
        shown = [Shown(f"yamlflow validate {files[0].file}", "")]
    output = "".join(run_block(shown, folder, env))
    assert "Traceback" not in output
    return _CODE.findall(output), output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_form(page) -> None:
    lines = page.read_text().splitlines()
    assert lines[0] == f"# {page.stem}"
    assert lines[1], "a one-line summary follows the title"
    assert lines[2] == ""
    assert [line for line in lines if line.startswith("## ")] == ["## Bad", "## Good"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_bad(page, tmp_path, user_env) -> None:
    codes, output = _findings(page, "Bad", tmp_path, user_env)
    assert set(codes) == {page.stem}, output
    golden = GOLDEN / f"{page.stem}.out"
    if golden.exists():
        if os.environ.get("UPDATE_GOLDEN"):
            golden.write_text(output)
        assert output == golden.read_text()


def test_goldens_have_pages() -> None:
    assert {path.stem for path in GOLDEN.glob("*.out")} <= {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_good(page, tmp_path, user_env) -> None:
    codes, output = _findings(page, "Good", tmp_path, user_env)
    assert codes == [], output
