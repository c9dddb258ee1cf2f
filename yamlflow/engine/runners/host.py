"""What the runner must know of this machine, found out once per engine."""

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

_SHARED = ("LANG", "LC_ALL", "TZ", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

_NOT_OF_A_TOOL = frozenset({".local", ".config", ".cache", ".ssh", ".gnupg", "bin"})


class Host(NamedTuple):
    """The programs and folders of this machine, as far as tasks are concerned."""

    path: str
    home: str
    hidden: tuple[str, ...]
    shown: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    name: str
    store: str
    own_environment: Mapping[str, str]


def describe_host(environment: Mapping[str, str], store: str, hide: tuple[str, ...] = ()) -> Host:
    """Return what tasks see of this machine. The user's home, the store and `hide` are kept from them."""
    python = os.path.dirname(sys.executable)
    listed = [python, *(environment.get("PATH") or os.defpath).split(os.pathsep)]
    folders = [folder for folder in dict.fromkeys(listed) if os.path.isabs(folder)]
    home = os.path.realpath(environment.get("HOME") or "/")
    home = home if home != "/" and os.path.isdir(home) else ""
    hidden = _outermost([*([home] if home else []), os.path.realpath(store), *map(os.path.realpath, hide)])
    needed = [sys.prefix, sys.base_prefix, *(folder for folder in folders if _has_programs(folder))]
    shown = _gathered([os.path.realpath(item) for item in needed], home, hidden)
    kept = tuple((name, environment[name]) for name in _SHARED if name in environment)
    return Host(os.pathsep.join(folders), home, hidden, shown, kept, os.uname().nodename, store, environment)


def _has_programs(folder: str) -> bool:
    try:
        with os.scandir(folder) as found:
            return any(True for _ in found)
    except OSError:
        return False


def _gathered(paths: list[str], home: str, hidden: tuple[str, ...]) -> tuple[str, ...]:
    """Return the needed folders that would be hidden. Each one costs time at every start of a task.

    Folders of one tool, such as those of `~/.pyenv`, are shown by the folder above them all.
    """
    covered = [path for path in _outermost(paths) if any(_is_within(path, item) for item in (*hidden, "/tmp"))]
    by_tool: dict[str, list[str]] = {}
    for path in covered:
        tool = path[len(home) + 1 :].split("/", 1)[0] if home and path.startswith(home + "/") else ""
        by_tool.setdefault(tool if tool not in _NOT_OF_A_TOOL else path, []).append(path)
    return tuple(sorted(os.path.commonpath(group) for tool, group in by_tool.items() if tool)) + tuple(
        by_tool.get("", ())
    )


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _outermost(paths: list[str]) -> tuple[str, ...]:
    """Return the paths that are inside of no other one."""
    unique = sorted(set(paths))
    return tuple(path for path in unique if not any(path != other and _is_within(path, other) for other in unique))


_found: dict[tuple[str, str], str] = {}


def find_program(name: str, path: str) -> tuple[str, str]:
    """Return where a program is and "", or why it cannot be run, in the words of Argo's executor."""
    if "/" in name:
        if not name.startswith("/"):
            return name, ""
        if not os.path.exists(name):
            return _not_found(name, f"stat {name}: no such file or directory")
        if os.path.isdir(name) or not os.access(name, os.X_OK):
            return _not_found(name, "permission denied")
        return name, ""
    known = _found.get((name, path))
    if known is not None and os.access(known, os.X_OK):
        return known, ""
    for folder in path.split(os.pathsep):
        full = os.path.join(folder, name)
        if os.path.isfile(full) and os.access(full, os.X_OK):
            _found[name, path] = full
            return full, ""
    return _not_found(name, "executable file not found in $PATH")


def _not_found(name: str, reason: str) -> tuple[str, str]:
    return name, f'failed to find name in PATH: exec: "{name}": {reason}'
