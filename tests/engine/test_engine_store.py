"""A store that cannot be used is named; one that is damaged is set aside, and nothing is ever built over it."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from yamlflow.engine.store.schema import MIGRATIONS
from yamlflow.engine.store.store import Store
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import TargetError

SET_ASIDE = r"is damaged: {}; it is now .*store\.db\.damaged-\d+-\d+, and the next command begins a new one"
MALFORMED = SET_ASIDE.format("database disk image is malformed")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A home with runs in its store, all of it in one file."""
    home = tmp_path_factory.mktemp("good") / "home"
    with contextlib.closing(Store(str(home))) as store:
        for number in range(40):
            metadata = {"name": f"wf-{number}", "namespace": "kubeflow", "uid": f"u-{number}"}
            assert store.create({"metadata": metadata, "spec": {"x": "y" * 2000}}, float(number), {})
            (home / "runs" / f"u-{number}").mkdir(parents=True)
        with store.writing() as db:
            db.execute("UPDATE runs SET phase = 'Succeeded'")
    with contextlib.closing(sqlite3.connect(home / "store.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home


@pytest.fixture
def home(good, tmp_path):
    return Path(shutil.copytree(good, tmp_path / "home"))


def _list(home):
    return LocalTarget(str(home), environment=os.environ).list()


def _write(file, at, content):
    with open(file, "r+b") as opened:
        opened.seek(at)
        opened.write(content)


DAMAGE = {
    "cut": (lambda file: os.truncate(file, os.path.getsize(file) // 8192 * 4096), MALFORMED),
    "cut in a page": (lambda file: os.truncate(file, 5000), MALFORMED),
    "emptied": (lambda file: os.truncate(file, 0), SET_ASIDE.format("it is empty, and there were runs in it")),
    "zeros": (lambda file: _write(file, 0, bytes(20_000)), SET_ASIDE.format("file is not a database")),
    "text": (lambda file: file.write_text("no database" * 1000), SET_ASIDE.format("file is not a database")),
    "pages written over": (lambda file: _write(file, 4096, b"\xa5" * 30_000), MALFORMED),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_store_is_set_aside(home, kind) -> None:
    damage, message = DAMAGE[kind]
    damage(home / "store.db")
    content = (home / "store.db").read_bytes()
    with pytest.raises(TargetError, match=message):
        _list(home)
    aside = [path for path in home.iterdir() if ".damaged-" in path.name and not path.name.endswith(("-wal", "-shm"))]
    assert [path.read_bytes() for path in aside] == [content]
    assert _list(home) == []


def test_a_damaged_store_stays_while_engines_use_it(home) -> None:
    os.truncate(home / "store.db", 5000)
    lock = home / "runs" / "u-1" / "lock"
    lock.touch()
    with subprocess.Popen(["flock", str(lock), "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdin.write(b"held\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(TargetError, match="malformed; it stays there as long as runs go on"):
            _list(home)
        holder.stdin.close()
    assert (home / "store.db").stat().st_size == 5000


def _set_version(file, version) -> None:
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.execute(f"PRAGMA user_version = {version}")


STRANGE = {
    "later": (lambda file: _set_version(file, 99), r"it has version 99, and this yamlflow knows versions up to \d"),
    "below zero": (lambda file: _set_version(file, -1), "it is a database, and none of yamlflow's"),
    "no version": (lambda file: _set_version(file, 0), "it is a database, and none of yamlflow's"),
    "too old for what is in it": (lambda file: _set_version(file, 1), "does not fit its version 1: table objects"),
    "a folder": (lambda file: (file.unlink(), file.mkdir()), "it is a folder"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_a_strange_store_is_left_alone(home, kind) -> None:
    change, message = STRANGE[kind]
    change(home / "store.db")
    before = sorted(path.name for path in home.iterdir())
    for _ in range(2):
        with pytest.raises(TargetError, match=f"cannot be used: .*{message}"):
            _list(home)
    assert sorted(path.name for path in home.iterdir()) == before


def test_a_home_that_is_no_folder(tmp_path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(TargetError, match="home is no folder"):
        _list(tmp_path / "home")


def test_a_home_that_cannot_be_written(home) -> None:
    for command in (["mount", "--bind", home, home], ["mount", "-o", "remount,ro,bind", home]):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("nothing can be mounted here")
    try:
        with pytest.raises(TargetError, match=r"store\.db cannot be used: it cannot be written"):
            _list(home)
    finally:
        subprocess.run(["umount", home], check=True)


@pytest.mark.parametrize("version", range(len(MIGRATIONS)))
def test_a_store_of_an_earlier_version(tmp_path, version) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with contextlib.closing(sqlite3.connect(home / "store.db")) as db:
        for script in MIGRATIONS[:version]:
            db.executescript(script)
        if version:
            values = ("u", "kubeflow", "a", 0, "Failed", "{}")
            db.execute("INSERT INTO runs (uid, namespace, name, created, phase, status) VALUES (?,?,?,?,?,?)", values)
            manifest = '{"metadata": {"name": "a"}, "spec": {}}'
            db.execute("INSERT INTO manifests VALUES (?, ?, ?)", ("u", manifest, "{}"))
            db.commit()
        db.execute(f"PRAGMA user_version = {version}")
    assert [run["metadata"]["name"] for run in _list(home)] == (["a"] if version else [])
    with contextlib.closing(sqlite3.connect(home / "store.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
