"""What files hold, as hashes to compare."""

import os
import stat
from _blake2 import blake2b  # hashlib would load OpenSSL, which takes longer than a whole verdict
from typing import NamedTuple

_LARGEST = 10_000_000
"""Bytes; what is larger is checked each time."""


class Content(NamedTuple):
    """A file: `state` tells what it holds, and what it links to; "" means that there is none."""

    state: str = ""
    changed: int = 0
    data: bytes = b""


_ABSENT = Content()


def digest(data: bytes) -> str:
    """Return the hash of some bytes."""
    return blake2b(data, digest_size=16).hexdigest()


def look(path: str) -> Content | None:
    """Read a file; None when it is neither a regular file nor absent, or cannot be read."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return None
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return _ABSENT
    except (OSError, ValueError):
        return None
    link = os.path.realpath(path).encode(errors="surrogateescape")
    return Content(digest(b"%s\0%s" % (link, data)), status.st_ctime_ns, data)
