"""Secrets for programs and libraries that read them from files only."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_MEMORY = "/dev/shm"


@contextmanager
def secret_file(text: str) -> Iterator[str]:
    """Have a secret in a file that nobody else can read, in memory where that can be had."""
    folder = tempfile.mkdtemp(prefix="yamlflow-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)
    try:
        path = os.path.join(folder, "value")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
