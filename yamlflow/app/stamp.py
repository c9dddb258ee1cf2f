"""What tells this program from all other versions of it."""

import os
import sys
from collections.abc import Iterator

import yamlflow
from yamlflow import resources


def stamp() -> str:
    """Return a text that changes with the program, with Python, and with what is installed beside it.

    Of the modules the times count, not the version alone: in a checkout they change without it.
    """
    modules = [sum(column) for column in zip(*_modules(os.path.dirname(yamlflow.__file__)), strict=True)]
    installed = [os.stat(path).st_mtime_ns for path in sys.path if path.endswith("-packages") and os.path.isdir(path)]
    codes = os.stat(resources.path("docs", "codes")).st_mtime_ns
    return repr((yamlflow.__version__, yamlflow.__file__, sys.version, modules, codes, installed))


def _modules(folder: str) -> Iterator[tuple[int, int, int]]:
    """Yield for each module what is added up: one, its time, its size."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield 1, status.st_mtime_ns, status.st_size
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _modules(entry.path)
