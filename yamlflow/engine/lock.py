"""One engine for each run: whoever holds the lock of a run may change it."""

import contextlib
import fcntl
import os


def take_lock(path: str) -> int | None:
    """Return the descriptor that holds the lock, or None when another process holds it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        return None
    return fd


def is_held(path: str) -> bool:
    """Whether some process holds the lock."""
    try:
        fd = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False


def is_let_go(path: str) -> bool:
    """Whether the process that was given the lock is gone, and only what it left is still being ended."""
    with contextlib.suppress(FileNotFoundError, ValueError, PermissionError), open(path, encoding="ascii") as file:
        try:
            os.kill(int(file.read()), 0)
        except ProcessLookupError:
            return is_held(path)
    return False


def ring(path: str) -> None:
    """Wake the engine that listens to a bell, if there is one."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.write(fd, b".")
    except BlockingIOError:
        pass
    finally:
        os.close(fd)
