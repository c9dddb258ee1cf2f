"""Archives that come from outside: what they hold stays where it belongs, and nothing of them ends the engine."""

import gzip
import io
import os
import subprocess
import tarfile
import zipfile

import pytest

from yamlflow.engine.artifacts import archives
from yamlflow.engine.artifacts.archives import ArchiveError, pack, unpack
from yamlflow.engine.artifacts.repository import Repository

LINK, HARD = tarfile.SYMTYPE, tarfile.LNKTYPE


def _tar(*members):
    """Return a gzipped tar of (name, content or None, further attributes)."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content, values in members:
            member = tarfile.TarInfo(name)
            for key, value in values.items():
                setattr(member, key, value)
            member.size = len(content or b"")
            archive.addfile(member, io.BytesIO(content or b""))
    return packed.getvalue()


def _member(name, content=None, **values):
    return name, content, values


def _zip(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, (content, mode) in files.items():
            item = zipfile.ZipInfo(name.replace("__", "/"))
            item.external_attr = mode << 16
            archive.writestr(item, content)
    return packed.getvalue()


OTHER = _member("other", b"x")
HOSTILE = {
    "climbs": _tar(_member("../../out", b"x")),
    "climbs-inside": _tar(_member("a/../../out", b"x")),
    "device": _tar(_member("d", type=tarfile.CHRTYPE)),
    "pipe": _tar(_member("d", type=tarfile.FIFOTYPE)),
    "link": _tar(OTHER, _member("x", type=LINK, linkname="/etc/passwd")),
    "link-up": _tar(OTHER, _member("x", type=LINK, linkname="../../x")),
    "link-alone": _tar(_member("x", type=LINK, linkname="got")),
    "link-by-link": _tar(OTHER, _member("a/l", type=LINK, linkname=".."), _member("m", type=LINK, linkname="a/l/..")),
    "through-a-link": _tar(_member("d", type=LINK, linkname="."), _member("d/x", b"x")),
    "over-a-link": _tar(_member("d", type=LINK, linkname="y"), _member("d", b"x")),
    "hard": _tar(OTHER, _member("x", type=HARD, linkname="/etc/passwd")),
    "hard-up": _tar(OTHER, _member("x", type=HARD, linkname="../../a")),
    "hard-to-link": _tar(_member("l", type=LINK, linkname="y"), _member("x", type=HARD, linkname="l")),
    "cut-off": _tar(_member("x", os.urandom(50_000)))[:20_000],
    "cut-short": _tar(_member("x", b"x" * 100_000))[:60],
    "no-tar": b"hello",
    "too-long": _tar(_member("x" * 300, b"x")),
    "file-as-folder": _tar(_member("a", b"x"), _member("a/b", b"x")),
    "many": _tar(*(_member(f"{at}", b"") for at in range(40))),
    "large": _tar(_member("x", b"\0" * 20_000)),
}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(archives, "_UNSUSPICIOUS", 16_000)
    monkeypatch.setattr(archives, "_MOST_GROWTH", 4)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tar(tmp_path, name) -> None:
    (tmp_path / "a").write_bytes(HOSTILE[name])
    with pytest.raises(ArchiveError, match="the archive is refused"):
        unpack(str(tmp_path / "a"), str(tmp_path / "in" / "b"), {"tar": {}})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "in"]
    assert list((tmp_path / "in").iterdir()) == []


HOSTILE_ZIPS = {
    "climbs": _zip(**{"..__out": ("x", 0o644)}),
    "root": _zip(__out=("x", 0o644)),
    "link": _zip(a=("/etc/passwd", 0o120777)),
    "file-as-folder": _zip(a=("x", 0o644), a__b=("x", 0o644)),
    "large": _zip(a=("x" * 20_000, 0o644)),
    "no-zip": b"hello",
    "cut-off": _zip(a=("x", 0o644))[:-10],
}


@pytest.mark.parametrize("name", HOSTILE_ZIPS)
def test_hostile_zip(tmp_path, monkeypatch, name) -> None:
    monkeypatch.setattr(archives, "_MOST_GROWTH", 0)
    (tmp_path / "a").write_bytes(HOSTILE_ZIPS[name])
    with pytest.raises(ArchiveError, match="the archive is refused"):
        unpack(str(tmp_path / "a"), str(tmp_path / "b"), {"zip": {}})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_is_no_tar_stays_as_it_is(tmp_path) -> None:
    for name, content in {"plain": b"hello", "gzip": gzip.compress(b"hello")}.items():
        (tmp_path / "a").write_bytes(content)
        unpack(str(tmp_path / "a"), str(tmp_path / name), {})
        assert (tmp_path / name).read_bytes() == content


def test_modes_and_links_come_along(tmp_path) -> None:
    members = [
        _member("d/run", b"run", mode=0o4755),
        _member("d/same", type=HARD, linkname="d/run", mode=0o755),
        _member("d/l", type=LINK, linkname="run"),
    ]
    (tmp_path / "a").write_bytes(_tar(*members))
    unpack(str(tmp_path / "a"), str(tmp_path / "b"), {})
    assert (tmp_path / "b" / "run").stat().st_mode & 0o7777 == 0o755
    assert (tmp_path / "b" / "l").read_bytes() == (tmp_path / "b" / "same").read_bytes() == b"run"
    (tmp_path / "z").write_bytes(_zip(d__run=("run", 0o755), d__text=("text", 0o644)))
    unpack(str(tmp_path / "z"), str(tmp_path / "c"), {"zip": {}})
    assert [oct((tmp_path / "c" / name).stat().st_mode & 0o777) for name in ("run", "text")] == ["0o755", "0o644"]


def test_levels(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"a" * 5000)
    sizes = []
    for level in (0, 1, 9):
        path = pack(str(tmp_path / "a"), str(tmp_path / f"{level}"), "a", {"tar": {"compressionLevel": level}})
        sizes.append(os.path.getsize(path))
    assert sizes[0] > 5000 > sizes[1] >= sizes[2]
    with pytest.raises(ArchiveError, match="`compressionLevel` 10 is none of -1 to 9"):
        pack(str(tmp_path / "a"), str(tmp_path / "10"), "a", {"tar": {"compressionLevel": 10}})


def test_folders_of_tasks_keep_their_links(tmp_path) -> None:
    """What a task wrote may lead anywhere: another task sees it so. Nothing is written through it."""
    source = tmp_path / "source"
    source.mkdir()
    for name, to in {"env": "/usr/bin/env", "up": "../..", "none": "nowhere"}.items():
        (source / name).symlink_to(to)
    os.mkfifo(source / "pipe")
    repository = Repository(str(tmp_path / "kept"))
    stored = repository.put(str(source))
    repository.get(stored, str(tmp_path / "back"))
    assert {path.name: os.readlink(path) for path in (tmp_path / "back").iterdir()} == {
        "env": "/usr/bin/env",
        "up": "../..",
        "none": "nowhere",
    }
    with pytest.raises(FileNotFoundError):
        repository.get(stored, str(tmp_path / "part"), "up/other")


def test_what_killed_engines_left_is_removed(tmp_path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    repository = Repository(str(tmp_path))
    with repository.scratch() as folder:
        left = tmp_path / "new" / f"{ended.pid}-folder"
        left.mkdir()
        (left / "half").touch()
        (tmp_path / "new" / f"{ended.pid}-file").touch()
        repository.clear_left()
        assert [path.name for path in (tmp_path / "new").iterdir()] == [os.path.basename(folder)]
    assert list((tmp_path / "new").iterdir()) == []
