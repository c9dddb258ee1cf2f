"""A file is checked at each save, however it is saved, and only then."""

import os
import shutil
import time

import pytest
from watching import ROUND

GOOD = """\
name: hello
inputs: [{name: who, type: String, default: world}]
tasks:
  greet:
    image: "alpine:3.20"
    env: {WHO: "${{ inputs.who }}"}
    run: echo "Hello, $WHO!"
"""
BAD = GOOD.replace("inputs.who", "inputs.woh")
FINDING = """\
hello.yaml:6:28: error[unknown-input]: the pipeline has no input `woh`
  |
6 |     env: {WHO: "${{ inputs.woh }}"}
  |                            ^^^ did you mean `who`?
  = note: the pipeline's inputs: who
1 error in 1 file"""


@pytest.fixture
def file(folder):
    path = folder / "hello.yaml"
    path.write_text(GOOD)
    return path


def in_place(path, text) -> None:
    path.write_text(text)


def in_pieces(path, text) -> None:
    with path.open("w") as stream:
        for line in text.splitlines(keepends=True):
            stream.write(line)
            stream.flush()


def by_rename(path, text) -> None:
    draft = path.with_name(".hello.yaml.swp")
    draft.write_text(text)
    draft.replace(path)


def from_elsewhere(path, text) -> None:
    draft = path.parent.parent / "draft"
    draft.write_text(text)
    draft.replace(path)


def with_backup(path, text) -> None:
    path.with_name("4913").touch()
    path.with_name("4913").unlink()
    path.replace(path.with_name("hello.yaml~"))
    path.write_text(text)
    path.with_name("hello.yaml~").unlink()


def after_removal(path, text) -> None:
    path.unlink()
    path.write_text(text)


@pytest.mark.parametrize("save", [in_place, in_pieces, by_rename, from_elsewhere, with_backup, after_removal])
def test_each_way_to_save(watch, file, yamlflow, folder, save) -> None:
    watched = watch("hello.yaml")
    assert watched.verdict() == ("hello.yaml", "valid")
    watched.until("^watching 1 file; Ctrl-C ends$")
    save(file, BAD)
    watched.until_round("hello.yaml changed", "invalid")
    watched.until_text(FINDING)
    assert yamlflow("validate", "hello.yaml", cwd=folder).stdout == FINDING + "\n"
    save(file, GOOD)
    watched.until_round("hello.yaml changed", "valid")
    assert watched.interrupt() == ([], 130)


def test_a_file_that_is_broken_at_the_start(watch, file) -> None:
    file.write_text(BAD)
    watched = watch("hello.yaml")
    assert watched.verdict() == ("hello.yaml", "invalid")
    watched.until("^watching")
    file.write_text(GOOD)
    assert watched.verdict() == ("hello.yaml changed", "valid")


def test_what_changes_nothing(watch, file) -> None:
    watched = watch("hello.yaml")
    watched.until("^watching")
    for save in (in_place, by_rename, with_backup, lambda path, _: os.utime(path), lambda path, _: path.chmod(0o600)):
        save(file, GOOD)
        time.sleep(0.3)  # for a round that must not come
    (file.parent / ".hello.yaml.swp").write_text(BAD)
    (file.parent / "other.yaml").write_text(BAD)
    time.sleep(0.3)
    file.write_text(BAD)
    first, second = watched.until(ROUND.pattern)
    assert first == ""
    assert second.endswith("hello.yaml changed: invalid")


def test_a_burst_is_one_round(watch, file, folder) -> None:
    """A machine under load may cut a burst in two, but not in twenty."""
    parts = [folder / f"part{number}.py" for number in range(5)]
    for part in parts:
        part.write_text("def make():\n    pass\n")
    tasks = "".join(f"  t{number}: {{component: ./{part.name}:make}}\n" for number, part in enumerate(parts))
    file.write_text(f"name: hello\ntasks:\n{tasks}")
    watched = watch("hello.yaml")
    watched.until("^watching 6 files; Ctrl-C ends$")
    for number in range(20):
        for part in parts:
            part.write_text(f"def make():\n    return {number}\n")
    file.write_text("name: hello\ntasks: {}\n")
    rounds = [watched.verdict()]
    while rounds[-1][1] == "valid":
        rounds.append(watched.verdict())
    assert len(rounds) <= 3


def test_a_folder_that_is_renamed_away_and_back(watch, file, folder) -> None:
    away = folder.parent / "away"
    watched = watch(str(file))
    watched.until("^watching")
    folder.rename(away)
    assert watched.verdict() == (f"{file} changed", "invalid")
    assert "file-not-found" in watched.until("error")[-1]
    (away / "hello.yaml").write_text(BAD)
    away.rename(folder)
    assert watched.verdict()[1] == "invalid"
    file.write_text(GOOD)
    assert watched.verdict()[1] == "valid"


def test_a_folder_that_is_another_one(watch, file, folder) -> None:
    watched = watch(str(file))
    watched.until("^watching")
    shutil.rmtree(folder)
    watched.verdict()
    folder.mkdir()
    file.write_text(BAD)
    watched.until("^1 error in 1 file")
    file.write_text(GOOD)
    while watched.verdict()[1] == "invalid":
        pass


def test_this_folder_is_removed(watch, file, folder) -> None:
    watched = watch("hello.yaml")
    watched.until("^watching")
    shutil.rmtree(folder)
    assert watched.verdict() == ("hello.yaml changed", "invalid")
    assert watched.interrupt()[1] == 130


def test_links(watch, folder, tmp_path) -> None:
    """The file behind a link is changed, then the link itself, then the file behind the new one."""
    one, two = tmp_path / "one", tmp_path / "two"
    for target, text in ((one, GOOD), (two, BAD)):
        target.mkdir()
        (target / "real.yaml").write_text(text)
    (folder / "current").symlink_to(one)
    (folder / "hello.yaml").symlink_to("current/real.yaml")
    watched = watch("hello.yaml")
    assert watched.verdict() == ("hello.yaml", "valid")
    watched.until("^watching")
    (one / "real.yaml").write_text(BAD)
    assert watched.verdict() == ("hello.yaml changed", "invalid")
    (one / "real.yaml").write_text(GOOD)
    assert watched.verdict() == ("hello.yaml changed", "valid")
    (folder / "new").symlink_to(two)
    (folder / "new").replace(folder / "current")
    assert watched.verdict() == ("hello.yaml changed", "invalid")
    (two / "real.yaml").write_text(GOOD)
    assert watched.verdict() == ("hello.yaml changed", "valid")
