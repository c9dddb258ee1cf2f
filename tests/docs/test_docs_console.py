"""What the README and the pages of docs/ show is what happens."""

import os
import shutil
from pathlib import Path

import pytest
from markdown_samples import as_shown, blocks, commands, matches, normal, run_block, run_live, write_file

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page, tmp_path, user_env) -> None:
    """All blocks of a page in order, in one folder that also has examples/."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    shutil.copytree(ROOT / "examples", folder / "examples")
    text = page.read_text()
    lines = text.splitlines(keepends=True)
    anew = bool(os.environ.get("UPDATE_GOLDEN"))
    wrong = _run(text, folder, user_env | _git_env(tmp_path), anew=anew)
    for first, last, true in reversed(wrong):
        lines[first:last] = [true]
    if anew:
        page.write_text("".join(lines))
    assert not wrong, "".join(true for _, _, true in wrong)


def _git_env(folder: Path) -> dict[str, str]:
    """The variables of a user of git and pre-commit who has no settings."""
    people = {f"GIT_{who}_{what}": "user@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return people | {"GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(folder / "pre-commit")}


def _run(text: str, folder: Path, env: dict[str, str], *, anew: bool) -> list[tuple[int, int, str]]:
    """Return the console blocks that are not true: first line, last line, and the block as it should be."""
    wrong = []
    for block in blocks(text):
        if block.file:
            write_file(block, folder)
        if block.language != "console":
            continue
        shown = commands(block)
        live = any(item.command.endswith(" &") for item in shown)
        printed = run_live(shown, folder, env, anew=anew) if live else run_block(shown, folder, env)
        assert not [output for output in printed if "internal error" in output]
        if not all(matches(output, item.output) for output, item in zip(printed, shown, strict=True)):
            wrong.append((block.first, block.last, as_shown(shown, printed)))
    return wrong


def test_rules() -> None:
    assert normal("calc-b5x2z  Succeeded in 0.52s\n") == normal("calc-x7k2p   Succeeded in 1m2s")
    assert normal("flip-coin") == "flip-coin"
    assert matches("a\nb\nc\n", "a\n...\nc\n")
    assert matches("a\nb\nc\n", "a\n...\n")
    assert not matches("a\nb\nc\n", "a\n...\nd\n")
    assert not matches("a.b", "aXb")
