"""How a program of a task has ended."""

import os
from typing import NamedTuple

_TAIL = 4096


class Outcome(NamedTuple):
    """An exit code and what adds to it; `refused` is why the task could not be run at all."""

    code: int
    failure: str = ""
    refused: str = ""


def tail_of(path: str) -> str:
    """Return the end of a log, in which those who start programs say what is wrong."""
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - _TAIL))
        return file.read().decode(errors="replace")
