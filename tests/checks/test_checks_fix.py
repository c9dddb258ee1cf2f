"""`validate --fix`: files beside what they become, and that nothing else ever happens to a file.

UPDATE_GOLDEN=1 rewrites.
"""

import os
from pathlib import Path

import pytest

from yamlflow.cli import main

FOLDER = Path(__file__).resolve().parent / "fix"
BEFORE = sorted(path for path in FOLDER.iterdir() if path.name.endswith((".yaml", ".j2")) and "fixed" not in path.name)


def _after(path: Path) -> Path:
    stem, _, ending = path.name.partition(".")
    return path.with_name(f"{stem}.fixed.{ending}")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YAMLFLOW_CACHE", "off")
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.mark.parametrize("path", BEFORE, ids=lambda path: path.name)
def test_pair(path, folder, capsys) -> None:
    file, golden, told = folder / path.name, _after(path), path.with_suffix(".out")
    file.write_bytes(path.read_bytes())
    main(["validate", path.name, "--fix", "-o", "oneline"])
    shown = capsys.readouterr()
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(file.read_bytes())
        told.write_text(shown.err + shown.out)
    assert file.read_text() == golden.read_text()
    assert shown.err + shown.out == told.read_text()
    assert main(["validate", path.name, "--diff"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("path", BEFORE, ids=lambda path: path.name)
def test_line_endings_and_bom(path, folder) -> None:
    def other(data: bytes) -> bytes:
        return b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")

    file = folder / path.name
    file.write_bytes(other(path.read_bytes()))
    main(["validate", path.name, "--fix"])
    assert file.read_bytes() == other(_after(path).read_bytes())


def test_no_stray_golden() -> None:
    assert {path for path in FOLDER.iterdir() if ".fixed." in path.name} == {_after(path) for path in BEFORE}
    assert set(FOLDER.glob("*.out")) == {path.with_suffix(".out") for path in BEFORE}


def test_diff_changes_nothing(folder, capsys) -> None:
    text = (FOLDER / "unused-all.yaml").read_text().rstrip("\n")
    Path("a.yaml").write_text(text)
    assert main(["validate", "a.yaml", "--diff"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert [line for line in shown if line.startswith("-")] == ["--- a.yaml", f"-{text.splitlines()[1]}"]
    assert Path("a.yaml").read_text() == text


def test_only_what_is_selected(folder) -> None:
    Path("a.yaml").write_text(
        "name: a\ndesription: x\ncomponents: {a: ./a.yaml}\ntasks:\n  a: {image: 'a:1', run: 'true'}\n"
    )
    main(["validate", "a.yaml", "--fix", "--select", "unknown-key"])
    assert Path("a.yaml").read_text().splitlines()[1:3] == ["description: x", "components: {a: ./a.yaml}"]


def test_the_file_itself(folder, capsys) -> None:
    """A link stays a link, the mode stays, and all the files of a folder are mended, the project too."""
    (folder / "real").mkdir()
    for name in ("real/a.yaml", "b.yaml"):
        Path(name).write_text("name: a\ndesription: x\ntasks:\n  a: {image: 'a:1', run: 'true'}\n")
    Path("a.yaml").symlink_to("real/a.yaml")
    Path("real/a.yaml").chmod(0o640)
    Path("yamlflow.yaml").write_text("namspace: mine\n")
    assert main(["validate", "a.yaml", "b.yaml", "yamlflow.yaml", "--fix"]) == 0
    assert Path("a.yaml").is_symlink()
    assert Path("real/a.yaml").stat().st_mode & 0o777 == 0o640
    assert Path("real/a.yaml").read_text() == Path("b.yaml").read_text() != ""
    assert Path("yamlflow.yaml").read_text() == "namespace: mine\n"
    assert sorted(os.listdir(folder)) == ["a.yaml", "b.yaml", "real", "yamlflow.yaml"]
    assert "b.yaml:2:1: fixed: write `description`\n" in capsys.readouterr().err


def test_a_file_that_changed_meanwhile_stays(folder) -> None:
    from yamlflow.app.fix import mend, write
    from yamlflow.app.layer import NO_LAYER
    from yamlflow.app.validate import validate_paths
    from yamlflow.diagnostics.choice import ALL

    Path("a.yaml").write_text("name: a\ndesription: x\ntasks:\n  a: {image: 'a:1', run: 'true'}\n")
    (mended,) = mend(validate_paths(["a.yaml"]), NO_LAYER, ALL)
    Path("a.yaml").write_text("name: other\n")
    assert write(mended) == "it changed meanwhile"
    assert Path("a.yaml").read_text() == "name: other\n"
    assert os.listdir(folder) == ["a.yaml"]
