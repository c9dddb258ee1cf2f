"""Files that are made by a script: written, or with `--check` only compared."""

import os
import sys
from collections.abc import Mapping

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def write_or_check(texts: Mapping[str, str], arguments: list[str]) -> int:
    """Write texts to paths in the project, or with `--check` say which are stale; return the exit code."""
    stale = 0
    for target, text in texts.items():
        path, old = os.path.join(ROOT, target), ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                old = file.read()
        if old == text:
            continue
        if "--check" in arguments:
            print(f"{target} is stale: run `make generate`", file=sys.stderr)
            stale = 1
            continue
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return stale
