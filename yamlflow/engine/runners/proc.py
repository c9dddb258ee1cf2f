"""The processes of this machine, as /proc shows them; where there is no such folder, none are seen."""

import os
from collections.abc import Iterator


def processes() -> Iterator[int]:
    """Yield the ids of all processes."""
    return (int(name) for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()))


def words_of(process: int, name: str) -> list[bytes]:
    """Return the command line (`cmdline`) or the variables (`environ`) of a process; OSError when it is gone."""
    with open(f"/proc/{process}/{name}", "rb") as file:
        return file.read().split(b"\0")
