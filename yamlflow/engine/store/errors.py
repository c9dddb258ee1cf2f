"""What a person is told when the store cannot be used; one that is damaged is set aside, never built over."""

import contextlib
import os
import sqlite3
import time

from yamlflow.engine.home import RunFolder
from yamlflow.engine.lock import is_held

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_NO_WRITE = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE})
_LITTLE = 1 << 20
_PARTS = ("", "-wal", "-shm")


class StoreError(Exception):
    """The store cannot be read or written; `full` is whether the disk has no room."""

    def __init__(self, message: str, *, full: bool = False) -> None:
        super().__init__(message)
        self.full = full


class StrangeStoreError(Exception):
    """The store was not made by this version of yamlflow, or not by yamlflow at all."""


def check_place(path: str) -> None:
    """Raise StoreError when there can be no store at a path, or when it lost all that was in it."""
    home = os.path.dirname(path)
    if os.path.exists(home) and not os.path.isdir(home):
        raise StoreError(f"the store {path} cannot be used: {home} is no folder")
    try:
        size = os.stat(path).st_size
    except OSError:
        return
    if os.path.isdir(path):
        raise StoreError(f"the store {path} cannot be used: it is a folder")
    if size == 0 and not os.path.exists(f"{path}-wal") and _runs(home):
        raise StoreError(_damaged(path, os.stat(path).st_ino, "it is empty, and there were runs in it"))


def explained(path: str, inode: int, error: Exception) -> StoreError:
    """Return what an error of the database at a path means; `inode` tells whether that is still the file there."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, OSError):
        return StoreError(f"the store {path} cannot be used: {error.strerror or error}")
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF in _DAMAGED:
        return StoreError(_damaged(path, inode, str(error)))
    if code == sqlite3.SQLITE_FULL or (code & 0xFF == sqlite3.SQLITE_IOERR and _has_no_room(path)):
        return StoreError(f"no space left on the disk that holds {path}", full=True)
    if code in _NO_WRITE:
        return StoreError(f"the store {path} cannot be written: {error}; is there a quota, or a limit?", full=True)
    if code & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) and not _is_writable(path):
        return StoreError(f"the store {path} cannot be used: it cannot be written")
    return StoreError(f"the store {path} cannot be used: {error}")


def _has_no_room(path: str) -> bool:
    try:
        found = os.statvfs(os.path.dirname(path))
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _LITTLE


def _is_writable(path: str) -> bool:
    existing = [item for item in (path, os.path.dirname(path)) if os.path.exists(item)]
    return all(os.access(item, os.W_OK) for item in existing)


def _damaged(path: str, inode: int, reason: str) -> str:
    """Say that a store is damaged, and set it aside when no engine works with it and nobody else has done so."""
    said = f"the store {path} is damaged: {reason}"
    home = os.path.dirname(path)
    if any(is_held(RunFolder(home, uid).lock) for uid in _runs(home)):
        return f"{said}; it stays there as long as runs go on"
    aside = f"{path}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    try:
        if os.stat(path).st_ino != inode:
            return said
        for part in _PARTS:
            with contextlib.suppress(FileNotFoundError):
                os.rename(path + part, aside + part)
    except OSError as error:
        return f"{said}; it cannot be moved away: {error.strerror}"
    return f"{said}; it is now {aside}, and the next command begins a new one"


def _runs(home: str) -> list[str]:
    try:
        return os.listdir(os.path.join(home, "runs"))
    except OSError:
        return []
