"""How the process of an engine begins and ends."""

import contextlib
import os
import signal
import sys
from collections.abc import Mapping

from yamlflow.engine.home import RunFolder
from yamlflow.engine.objects import SECRET_VARIABLE, Secrets
from yamlflow.engine.runners import sandbox

# `-m` would take modules from the folder that the user happens to be in, and costs some milliseconds more.
_START = (
    "import sys; sys.path.append(sys.argv.pop(1)); from yamlflow.engine.main import main; sys.exit(main(sys.argv[1:]))"
)


def spawn(home: str, uid: str, lock: int, environment: Mapping[str, str], secrets: Secrets) -> int:
    """Start the engine of a run as a process of its own, which takes over the lock; return its id.

    Secrets go over in a file without a name.
    """
    folder = RunFolder(home, uid)
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    handed = -1
    if secrets:
        from yamlflow.engine.handed import hand_over

        handed = hand_over({name: dict(values) for name, values in secrets.items()})
    command = [sys.executable, "-P", "-c", _START, package, home, uid, str(lock), str(handed)]
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, folder.log, append, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    os.set_inheritable(lock, True)
    own = {name: value for name, value in environment.items() if not name.startswith(SECRET_VARIABLE)}
    try:
        return os.posix_spawn(command[0], command, own, file_actions=actions, setsid=True)
    finally:
        if handed >= 0:
            os.close(handed)


def _take_over(fd: int) -> Secrets:
    """Read the secrets that were handed over."""
    if fd < 0:
        return {}
    import json

    with open(fd, "rb") as file:
        found: Secrets = json.loads(file.read())
    return found


def main(arguments: list[str]) -> int:
    """Run the engine of one run to its end."""
    home, uid, lock = arguments[0], arguments[1], int(arguments[2])
    secrets = _take_over(int(arguments[3]))
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
        return Service(home, uid, probe, dict(os.environ), secrets).run()
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
