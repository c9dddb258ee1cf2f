"""Filters of jq, by its own library: read here, and run in a process of their own, for they may never end."""

import json
import subprocess
import sys
from collections.abc import Callable

# A filter can read the environment, so there is none; one without an end is ended, whoever waits for it.
_RUN = """\
import json, os, resource, sys
import jq
os.environ.clear()
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
try:
    text, item = json.load(sys.stdin)
    print(json.dumps(jq.compile(text).input_value(item).all()))
except ValueError as error:
    sys.exit(str(error))
"""
_LOOK = 0.2
"""Seconds between two looks at whether anybody still waits."""


class JqError(Exception):
    """A filter that cannot be read, or that cannot be applied to a value."""


def check_filter(text: str) -> None:
    """Read a filter; JqError when it is none."""
    import jq

    try:
        jq.compile(text)
    except ValueError as error:
        raise JqError(str(error).splitlines()[0].removeprefix("jq: error: ")) from error


def apply_filter(text: str, item: object, stopped: Callable[[], bool]) -> str:
    """Return what a filter yields as Argo takes it over, one value a line; "" when `stopped` says that it is late."""
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", _RUN],
        env={},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with child:
        given: str | None = json.dumps([text, item])
        while not stopped():
            try:
                printed, said = child.communicate(given, timeout=_LOOK)
            except subprocess.TimeoutExpired:
                given = None
                continue
            if child.returncode:
                raise JqError(said.strip() or "the filter takes more than 10 seconds")
            return "\n".join(map(_line, json.loads(printed))).strip()
        child.kill()
    return ""


def _line(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
