"""Programs of this machine that help where they are there."""

import os
import sys
from collections.abc import Mapping


def find_shellcheck(env: Mapping[str, str]) -> str:
    """Return the path of ShellCheck: the one that is installed beside Python, else the first in PATH; "" if none is."""
    if not hasattr(os, "posix_spawn"):
        return ""
    for folder in (os.path.dirname(sys.executable), *env.get("PATH", "").split(os.pathsep)):
        path = os.path.join(folder, "shellcheck")
        if folder and os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return ""
