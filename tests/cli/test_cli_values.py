"""Small things: times, widths, parameters, files written whole."""

import os

import pytest

from yamlflow.app.errors import RequestError, UsageError
from yamlflow.app.files import write_whole
from yamlflow.app.parameters import read_parameters
from yamlflow.cli.text import cells, clean, clip, duration_text, table
from yamlflow.diagnostics import Sink


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.04, "0.0s"),
        (9.94, "9.9s"),
        (10, "10s"),
        (59.9, "59s"),
        (60, "1m"),
        (185, "3m5s"),
        (3600, "1h"),
        (3605, "1h"),
        (7440, "2h4m"),
        (90000, "1d1h"),
    ],
)
def test_durations(seconds, text) -> None:
    assert duration_text(seconds) == text


def test_clean() -> None:
    assert clean("\x1b[1;31mred\x1b[0m\x07 \x1b]0;title\x07a\tb\r\n") == "red a b"


def test_clip() -> None:
    assert clip("12345", 5) == "12345"
    assert clip("123456", 5) == "1234…"
    assert clip("日本語", 5) == "日本…"
    assert clip("abc", 0) == ""
    assert cells("日本é") == 5


def test_table() -> None:
    assert table([("a", "b"), ("日本", "c")]) == ["a      b", "日本   c"]
    assert table([]) == []


def test_parameters(tmp_path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text('a: 1.50\nb: true\nc: [1, {x: y}]\nd: "no"\ne: text\nf: ""\ng: True\n')
    sink = Sink()
    found = read_parameters(["e=x=y", "n="], str(file), sink)
    assert {name: item.text for name, item in found.items()} == {
        "a": "1.50",
        "b": "true",
        "c": '[1, {"x": "y"}]',
        "d": "no",
        "e": "x=y",
        "f": "",
        "g": "true",
        "n": "",
    }
    assert sink.items == []


@pytest.mark.parametrize("text", ["- a\n", "a:\n", "a: [\n"])
def test_parameter_files_that_are_wrong(tmp_path, text) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(text)
    sink = Sink()
    read_parameters([], str(file), sink)
    assert sink.failed
    assert all(item.span for item in sink.items)


def test_a_missing_parameter_file(tmp_path) -> None:
    sink = Sink()
    assert read_parameters([], str(tmp_path / "none.yaml"), sink) == {}
    assert sink.failed


def test_files_are_written_whole(tmp_path) -> None:
    path = tmp_path / "out.yaml"
    write_whole(str(path), "old\n")
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    write_whole(str(link), "new ✔\n")
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == "new ✔\n"
    assert path.stat().st_mode & 0o777 == 0o640
    write_whole("/dev/null", "x")
    assert sorted(os.listdir(tmp_path)) == ["link.yaml", "out.yaml"]


def test_files_that_cannot_be_written(tmp_path) -> None:
    with pytest.raises(RequestError, match=r"cannot write `.*/no/x`: no such file or directory"):
        write_whole(str(tmp_path / "no" / "x"), "x")
    with pytest.raises(RequestError, match="is a directory"):
        write_whole(str(tmp_path), "x")
    source = tmp_path / "a.yaml"
    source.write_text("a")
    with pytest.raises(UsageError, match="is the file that is read"):
        write_whole(str(source), "x", source=str(source))
    assert os.listdir(tmp_path) == ["a.yaml"]
