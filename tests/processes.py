"""The processes of this machine, found by their command lines."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def processes(text: str) -> list[str]:
    """The command lines of processes that hold a text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in line:
            found.append(line)
    return found


def wait_until(condition: Callable[[], Any]) -> Any:
    """Wait until something holds, and return it."""
    end = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.002)
    return found


def wait_for(text: str, process: subprocess.Popen | None = None) -> None:
    """Wait until there is a process with a text in its command line, while another lives."""

    def there() -> bool:
        found = bool(processes(text))
        assert found or process is None or process.poll() is None
        return found

    wait_until(there)
