"""Where a project's `yamlflow.yaml` and the cache of verdicts are. Nothing heavy: a verdict from the cache needs it."""

import os
from collections.abc import Iterator, Mapping

FILE = "yamlflow.yaml"
BUILT_IN = "built in"


def places(folder: str) -> Iterator[str]:
    """Yield where the `yamlflow.yaml` of a folder may be, the nearest first; relative if the folder is."""
    try:
        top = os.path.abspath(folder)
    except OSError:  # this folder was removed
        return
    while True:
        path = os.path.join(top, FILE)
        yield path if os.path.isabs(folder) else os.path.relpath(path)
        above = os.path.dirname(top)
        if above == top:
            return
        top = above


def find(folder: str) -> str | None:
    """Return the path of the nearest `yamlflow.yaml` in a folder or above it; relative if the folder is."""
    return next(filter(os.path.isfile, places(folder)), None)


def cache(env: Mapping[str, str], project: str | None) -> tuple[str, str]:
    """Return the folder of kept verdicts for the path of a project, if there is one, and what says so.

    The folder is "off" when none are kept.
    """
    if env.get("YAMLFLOW_CACHE") == "off":
        return "off", "YAMLFLOW_CACHE"
    if project is not None:
        return os.path.join(os.path.dirname(project), ".yamlflow", "cache"), FILE
    base = env.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return os.path.join(base, "yamlflow"), "XDG_CACHE_HOME"
    return os.path.expanduser("~/.cache/yamlflow"), BUILT_IN
