"""ShellCheck as a process: scripts in, what it finds out. It works while other checks do."""

import os
from typing import Any, NamedTuple

_PATIENCE = 10.0
_MOST = 100
"""Scripts that one process is given: so many files may be open."""


class Comment(NamedTuple):
    """What ShellCheck says of a stretch of a script; lines and columns count from 1."""

    code: int
    level: str
    message: str
    line: int
    column: int
    end_line: int
    end_column: int


class Running:
    """A process that reads scripts, each with its dialect (`bash`, `dash`, `busybox`)."""

    def __init__(self, program: str, scripts: list[tuple[str, str]]) -> None:
        texts = [f"# shellcheck shell={dialect}\n{script}" for dialect, script in scripts[:_MOST]]
        held = [_held(text) for text in texts]
        self._indexes = {f"/dev/fd/{descriptor}": index for index, descriptor in enumerate(held)}
        self._output, writing = os.pipe()
        arguments = [program, "--norc", "--format=json1", "--severity=info", *self._indexes]
        env = {name: value for name, value in os.environ.items() if name != "SHELLCHECK_OPTS"}
        quiet = os.open(os.devnull, os.O_RDWR)
        actions = [(os.POSIX_SPAWN_DUP2, quiet, 0), (os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, quiet, 2)]
        try:
            self._process = os.posix_spawn(program, arguments, env, file_actions=actions)
        except OSError:
            self._process = 0
        for descriptor in (*held, writing, quiet):
            os.close(descriptor)

    def comments(self) -> list[tuple[int, Comment]]:
        """Return the comments with the indexes of their scripts; none if the process fails or takes too long."""
        data = self._read() if self._process else b""
        os.close(self._output)
        from json import loads

        try:
            found: dict[str, Any] = loads(data)
        except ValueError:
            return []
        return [(self._indexes[item["file"]], _comment(item)) for item in found["comments"]]

    def _read(self) -> bytes:
        from select import select
        from signal import SIGKILL
        from time import monotonic

        chunks = []
        end = monotonic() + _PATIENCE
        while select([self._output], [], [], max(0.0, end - monotonic()))[0]:
            chunk = os.read(self._output, 1 << 16)
            if not chunk:
                break
            chunks.append(chunk)
        else:
            os.kill(self._process, SIGKILL)
        os.waitpid(self._process, 0)
        return b"".join(chunks)


def _held(text: str) -> int:
    """Return a descriptor from which a process that is started can read a text."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("script")
    else:
        import tempfile

        descriptor, path = tempfile.mkstemp()
        os.unlink(path)
    data = text.encode()
    while data:
        data = data[os.write(descriptor, data) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.set_inheritable(descriptor, True)
    return descriptor


def _comment(item: dict[str, Any]) -> Comment:
    lines = item["line"] - 1, item["endLine"] - 1
    return Comment(item["code"], item["level"], item["message"], lines[0], item["column"], lines[1], item["endColumn"])
