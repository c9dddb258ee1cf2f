"""From a path to text: all that can be wrong with a file."""

import os

import pytest

from yamlflow.diagnostics import Sink
from yamlflow.source import read_file
from yamlflow.source.files import MAX_BYTES, load_text


def load(path, name=""):
    sink = Sink()
    source = load_text(str(path), sink, name)
    return source, [(item.code, item.path or str(item.span)) for item in sink.items], sink.items


def test_text(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: \xc3\xa9\r\nb: 1\r\n")
    source, codes, _ = load(path, "shown.yaml")
    assert codes == []
    assert (source.name, source.text) == ("shown.yaml", "a: é\r\nb: 1\r\n")


def test_missing_with_a_near_name(tmp_path):
    (tmp_path / "pipeline.yaml").touch()
    _, codes, items = load(tmp_path / "pipelnie.yaml")
    assert codes == [("file-not-found", str(tmp_path / "pipelnie.yaml"))]
    assert items[0].hint == "did you mean `pipeline.yaml`?"


@pytest.mark.parametrize("path", ["nothing/there.yaml", "a\0b", "file/inside"])
def test_missing(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    assert load(path)[1] == [("file-not-found", path)]


def test_folder(tmp_path):
    assert load(tmp_path)[1] == [("is-folder", str(tmp_path))]


def test_unreadable(tmp_path):
    path = tmp_path / "loop.yaml"
    path.symlink_to(path)
    _, codes, items = load(path, "loop.yaml")
    assert codes == [("unreadable", "loop.yaml")]
    assert "symbolic links" in items[0].message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden(tmp_path):
    path = tmp_path / "a.yaml"
    path.touch(mode=0)
    assert load(path)[1] == [("unreadable", str(path))]


def test_too_large_is_not_read(tmp_path):
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert load(path, "a.yaml")[1] == [("file-too-large", "a.yaml")]


def test_as_large_as_may_be(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * MAX_BYTES)
    assert load(path)[1] == []


def test_endless(tmp_path):
    assert load("/dev/zero")[1] == [("file-too-large", "/dev/zero")]


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"a: 1\nb: \xff\xff", "not-utf8", "a.yaml:2:4"),
        ("漢: ".encode() + b"\xe9\n", "not-utf8", "a.yaml:1:4"),
        (b"a: \xc3", "not-utf8", "a.yaml:1:4"),
        ("a: 1".encode("utf-16"), "not-utf8", "a.yaml"),
        (b"a\0b", "not-text", "a.yaml"),
        (b"\x89PNG\r\n\x1a\n", "not-text", "a.yaml"),
        (b"\x7fELF\x02\x01\x01\0", "not-text", "a.yaml"),
    ],
)
def test_no_text(data, code, place, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    assert load(path, "a.yaml")[1] == [(code, place)]


def test_reading_a_file(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n")
    sink = Sink()
    assert read_file(str(path), sink).data() == {"a": 1}
    assert read_file(str(tmp_path / "b.yaml"), sink) is None
    assert [item.code for item in sink.items] == ["file-not-found"]
