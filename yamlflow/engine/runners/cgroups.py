"""Limits of memory and processors for the processes of a task: by cgroup where one can be had, else by rlimit."""

import contextlib
import os
import time
from collections.abc import Iterator
from typing import NamedTuple

from yamlflow.engine.limits import Limits

_ROOT = "/sys/fs/cgroup"
_PERIOD = 100_000
_WANTED = ("memory", "cpu")
_ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 1; shift; done; shift; exec "$@"'
_BOUND = 'ulimit -v "$1" && shift && exec "$@"'
_PATIENCE = 1.0


class Group(NamedTuple):
    """The cgroups of one task, one folder for each controller."""

    folders: tuple[str, ...]

    def entering(self, line: list[str]) -> list[str]:
        """Return a command line that enters the group and then becomes another one."""
        return ["/bin/sh", "-c", _ENTER, "sh", *(f"{folder}/cgroup.procs" for folder in self.folders), "--", *line]

    @property
    def was_out_of_memory(self) -> bool:
        """Whether the system ended a process of it for its memory."""
        return any(
            line.split() not in (["oom_kill", "0"], ["oom_kill"])
            for folder in self.folders
            for name in ("memory.events", "memory.oom_control")
            for line in _read(f"{folder}/{name}").splitlines()
            if line.startswith("oom_kill ")
        )

    def remove(self) -> None:
        """Remove it, once its processes are gone."""
        for folder in self.folders:
            end = time.monotonic() + _PATIENCE
            while os.path.isdir(folder) and time.monotonic() < end:
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
                    break
                time.sleep(0.001)


class Cgroups:
    """Where cgroups for tasks can be made: a folder for each controller."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._bases = dict(_bases())

    @property
    def works(self) -> bool:
        """Whether memory and processors can both be limited."""
        return self._bases.keys() >= set(_WANTED)

    def make(self, name: str, limits: Limits) -> Group | None:
        """Make the group of a task; None where there is none to be had."""
        wanted = [key for key, limit in zip(_WANTED, limits, strict=True) if limit]
        if not all(key in self._bases for key in wanted):
            return None
        folders = tuple(
            dict.fromkeys(os.path.join(self._bases[key], f"yamlflow-{self._run[:8]}-{name}") for key in wanted)
        )
        group = Group(folders)
        try:
            for folder in folders:
                os.makedirs(folder, exist_ok=True)
                _limit(folder, limits)
        except OSError:
            group.remove()
            return None
        return group


def bounded(limits: Limits, line: list[str]) -> list[str]:
    """Return a command line whose processes have no more memory each; processors cannot be limited so."""
    return ["/bin/sh", "-c", _BOUND, "sh", str(limits.memory // 1024), *line] if limits.memory else line


def _bases() -> Iterator[tuple[str, str]]:
    """Yield controllers, each with a folder in which groups can be made."""
    for line in _read("/proc/self/cgroup").splitlines():
        _, names, path = line.split(":", 2)
        if names:
            for name in set(names.split(",")) & set(_WANTED):
                base = os.path.join(_ROOT, name, path.lstrip("/"))
                if os.access(base, os.W_OK):
                    yield name, base
        elif os.path.exists(f"{_ROOT}/cgroup.controllers"):
            yield from _unified(os.path.join(_ROOT, path.lstrip("/")))


def _unified(own: str) -> Iterator[tuple[str, str]]:
    """Yield what the one tree of cgroups v2 gives: groups stand beside ours, because ours holds processes."""
    for base in (os.path.dirname(own), own):
        if base.startswith(_ROOT) and os.access(base, os.W_OK) and os.access(f"{base}/cgroup.procs", os.W_OK):
            given = _read(f"{base}/cgroup.subtree_control").split()
            if set(_WANTED) <= set(given):
                yield from ((name, base) for name in _WANTED)
                return


def _limit(folder: str, limits: Limits) -> None:
    values = {
        "memory.max": limits.memory,
        "memory.swap.max": 0,
        "memory.oom.group": 1,
        "memory.limit_in_bytes": limits.memory,
        "memory.memsw.limit_in_bytes": limits.memory,
        "cpu.cfs_period_us": _PERIOD,
        "cpu.cfs_quota_us": int(limits.cpus * _PERIOD),
    }
    if limits.cpus and os.path.exists(f"{folder}/cpu.max"):
        _write(f"{folder}/cpu.max", f"{int(limits.cpus * _PERIOD)} {_PERIOD}")
    for name, value in values.items():
        wanted = limits.memory if name.startswith("memory") else limits.cpus
        if wanted and os.path.exists(f"{folder}/{name}"):
            _write(f"{folder}/{name}", str(value))


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""
