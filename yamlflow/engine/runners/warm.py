"""Sandboxes that are made before it is known for what: in each a shell waits for the program that it is to become."""

import os
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from yamlflow.engine.home import remove_folder

_SHELL = "/bin/sh"
_TRUSTED = frozenset({"dash"})  # others set variables of their own
_OWN = frozenset({"IFS", "LINENO", "OLDPWD", "OPTIND", "PPID", "PS1", "PS2", "PS4", "PWD", "_"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LONGEST = 16 << 10
_LOG = "log"
_BEGUN_BEFORE = 3

Spawn = Callable[[str, list[str], list[Any]], int]
"""Starts a command in a new sandbox with the files in a folder; returns its process id."""


class _Sandbox(NamedTuple):
    root: str
    process: int
    orders: int


class Warm:
    """Keeps as many of them as there are cores, while tasks come one after the other rather than side by side."""

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._most = os.cpu_count() or 1 if os.path.basename(os.path.realpath(_SHELL)) in _TRUSTED else 0
        self._free: deque[_Sandbox] = deque()
        self._taken: dict[str, _Sandbox] = {}
        self._begun = self._made = 0

    def take(self, root: str) -> bool:
        """Have the folder of a task be that of a sandbox, if there is one."""
        self._begun += 1
        while self._free:
            sandbox = self._free.popleft()
            if os.waitid(os.P_PID, sandbox.process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                os.symlink(sandbox.root, root)  # the sandbox may not have mounted it yet, so it stays where it is
                self._taken[root] = sandbox
                return True
            _end(sandbox)
            remove_folder(sandbox.root)
        return False

    def fill(self, spare: Callable[[str], bool], folder: str, running: int) -> None:
        """Make a sandbox, if it is likely that it is needed soon and a core is free; `spare` yields its files."""
        if running > 1 or self._begun < _BEGUN_BEFORE or len(self._free) >= self._most:
            return
        try:
            self._make(spare, folder)
        except OSError:
            self._most = 0

    def _make(self, spare: Callable[[str], bool], folder: str) -> None:
        root = os.path.join(folder, f"warm-{os.getpid()}-{self._made}")
        self._made += 1
        if not spare(root):
            os.mkdir(root)
        told, orders = os.pipe()
        append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        actions: list[Any] = [(os.POSIX_SPAWN_DUP2, told, 0)]
        actions += [(os.POSIX_SPAWN_OPEN, 1, os.path.join(root, _LOG), append, 0o644), (os.POSIX_SPAWN_DUP2, 1, 2)]
        try:
            self._free.append(_Sandbox(root, self._spawn(root, [_SHELL], actions), orders))
        except OSError:
            os.close(orders)
            raise
        finally:
            os.close(told)

    def become(self, root: str, command: Sequence[str], environment: Mapping[str, str], log: str) -> int:
        """Have the sandbox of a folder become a program that writes to a new log; return its process id.

        It is 0 if there is none, or if it cannot be; then no more are made, for the next ones would not do either.
        """
        sandbox = self._taken.pop(root, None)
        if sandbox is None:
            return 0
        order, own = _order(command, environment), os.path.join(root, _LOG)
        if order and log and not os.path.exists(log):
            with suppress(BrokenPipeError):  # bubblewrap itself failed; without what was prepared it says why
                os.write(sandbox.orders, order)
                os.close(sandbox.orders)
                os.rename(own, log)
                return sandbox.process
        self._most = 0
        _end(sandbox)
        os.unlink(own)
        return 0

    def close(self) -> None:
        """End those that wait."""
        for sandbox in (*self._free, *self._taken.values()):
            _end(sandbox)
        self._free.clear()
        self._taken.clear()


def waits(root: str) -> bool:
    """Whether the folder is that of a sandbox that never was told what it should become."""
    return os.path.exists(os.path.join(root, _LOG))


def _end(sandbox: _Sandbox) -> None:
    """Let the shell end by itself: whoever kills bubblewrap too early leaves what is in it."""
    os.close(sandbox.orders)
    os.waitpid(sandbox.process, 0)


def _order(command: Sequence[str], environment: Mapping[str, str]) -> bytes:
    """Return what the shell is told, or nothing if a shell cannot do that."""
    if not all(_NAME.match(name) for name in environment) or not _OWN.isdisjoint(environment):
        return b""
    lines = [f"export {name}={_quoted(value)}" for name, value in environment.items()]
    order = os.fsencode("\n".join([*lines, f"exec {' '.join(map(_quoted, command))} </dev/null", ""]))
    return order if len(order) <= _LONGEST else b""


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\"'\"'") + "'"
