"""How the process of an engine begins and ends."""

import contextlib
import os
import signal
import sys
from collections.abc import Mapping

from yamlflow.engine.home import RunFolder
from yamlflow.engine.runners import sandbox

# `-m` would take modules from the folder that the user happens to be in, and costs some milliseconds more.
_START = (
    "import sys; sys.path.append(sys.argv.pop(1)); from yamlflow.engine.main import main; sys.exit(main(sys.argv[1:]))"
)


def spawn(home: str, uid: str, lock: int, environment: Mapping[str, str]) -> int:
    """Start the engine of a run as a process of its own, which takes over the lock; return its id."""
    folder = RunFolder(home, uid)
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    command = [sys.executable, "-P", "-c", _START, package, home, uid, str(lock)]
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, folder.log, append, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    os.set_inheritable(lock, True)
    return os.posix_spawn(command[0], command, dict(environment), file_actions=actions, setsid=True)


def main(arguments: list[str]) -> int:
    """Run the engine of one run to its end."""
    home, uid, lock = arguments[0], arguments[1], int(arguments[2])
    os.set_inheritable(lock, False)
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder = RunFolder(home, uid)
    probe_folder = os.path.join(folder.path, "probe")
    probe = None
    with contextlib.suppress(OSError):
        probe = sandbox.start_probe(probe_folder)

    from yamlflow.engine.service import Service
    from yamlflow.engine.store.store import StoreError

    try:
        return Service(home, uid, probe, dict(os.environ)).run()
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
