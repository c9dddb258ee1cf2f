"""What the runner must know of this machine, found out once per engine."""

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

_SHARED = ("LANG", "LC_ALL", "TZ", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class Host(NamedTuple):
    """The programs and folders of this machine, as far as tasks are concerned."""

    path: str
    home: str
    hidden: tuple[str, ...]
    shown: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    name: str


def describe_host(environment: Mapping[str, str], store: str, hide: tuple[str, ...] = ()) -> Host:
    """Return what tasks see of this machine. The user's home, the store and `hide` are kept from them."""
    python = os.path.dirname(sys.executable)
    listed = [python, *(environment.get("PATH") or os.defpath).split(os.pathsep)]
    folders = [folder for folder in dict.fromkeys(listed) if os.path.isabs(folder)]
    home = os.path.realpath(environment.get("HOME") or "/")
    home = home if home != "/" and os.path.isdir(home) else ""
    hidden = _outermost([*([home] if home else []), os.path.realpath(store), *map(os.path.realpath, hide)])
    needed = [*folders, sys.prefix, sys.base_prefix]
    shown = _outermost([os.path.realpath(item) for item in needed if os.path.isdir(item)])
    covered = (*hidden, "/tmp")
    shown = tuple(item for item in shown if any(_is_within(item, folder) for folder in covered) and item not in covered)
    kept = tuple((name, environment[name]) for name in _SHARED if name in environment)
    return Host(os.pathsep.join(folders), home, hidden, shown, kept, os.uname().nodename)


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _outermost(paths: list[str]) -> tuple[str, ...]:
    """Return the paths that are inside of no other one."""
    unique = sorted(set(paths))
    return tuple(path for path in unique if not any(path != other and _is_within(path, other) for other in unique))


def find_program(name: str, path: str) -> str:
    """Return "" when a program can be run, else why not, in the words of Argo's executor."""
    if "/" in name:
        if not name.startswith("/"):
            return ""
        if not os.path.exists(name):
            return _not_found(name, f"stat {name}: no such file or directory")
        if os.path.isdir(name) or not os.access(name, os.X_OK):
            return _not_found(name, "permission denied")
        return ""
    for folder in path.split(os.pathsep):
        full = os.path.join(folder, name)
        if os.path.isfile(full) and os.access(full, os.X_OK):
            return ""
    return _not_found(name, "executable file not found in $PATH")


def _not_found(name: str, reason: str) -> str:
    return f'failed to find name in PATH: exec: "{name}": {reason}'
