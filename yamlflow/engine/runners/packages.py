"""Packages that a program would install with pip: here they are installed once, in an environment kept for them.

The command is the one that KFP v1 writes before the program of a Python function; any other is run as it is.
"""

import os
import re
import sys
from typing import NamedTuple

_INSTALL = re.compile(
    r'\((PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install (.+)) \|\| \1 --user\) && "\$0" "\$@"', re.DOTALL
)
_QUIET = frozenset({"--quiet", "--no-warn-script-location"})
READY = "ready"
ENVIRONMENT_FD = 4


class Packages(NamedTuple):
    """An environment with packages. `rest` is the command that runs in it."""

    folder: str
    arguments: tuple[str, ...]
    rest: list[str]

    @property
    def programs(self) -> str:
        """The folder of its programs."""
        return os.path.join(self.folder, "bin")

    @property
    def is_ready(self) -> bool:
        """Whether all is installed."""
        return os.path.exists(os.path.join(self.folder, READY))


def packages_of(command: list[str], cache: str) -> Packages | None:
    """Return the packages that a command would install, None if it is another command."""
    if command[:2] != ["sh", "-c"] or len(command) < 4:
        return None
    found = _INSTALL.fullmatch(command[2])
    if found is None:
        return None
    import hashlib
    import json
    import shlex

    try:
        arguments = tuple(word for word in shlex.split(found[2]) if word not in _QUIET)
    except ValueError:
        return None
    identity = json.dumps([sys.version, sys.prefix, *arguments])
    name = hashlib.sha256(identity.encode()).hexdigest()[:24]
    return Packages(os.path.join(cache, name), arguments, command[3:])


def installing(packages: Packages, store: str, bubblewrap: str, line: list[str]) -> list[str]:
    """Return the command that installs packages and then becomes another one, whose environment is in a file."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "install.py")
    return [sys.executable, "-I", script, packages.folder, store, bubblewrap, *packages.arguments, "--", *line]
