"""How the process of an engine begins and ends."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.engine.home import RunFolder, remove_folder, store_file
from yamlflow.engine.objects import SECRET_VARIABLE, Secrets
from yamlflow.engine.runners import sandbox
from yamlflow.engine.runners.guard import go_below_guard

if TYPE_CHECKING:
    from yamlflow.engine.resources.cluster import Runs
    from yamlflow.engine.service import Surroundings

# `-m` would take modules from the folder that the user happens to be in, and costs some milliseconds more.
_START = "import sys; sys.path.append(sys.argv.pop(1)); from {} import main; sys.exit(main(sys.argv[1:]))"


class Engine(NamedTuple):
    """The process of an engine, which waits until it is let go. It gives up when nobody is left who could do that."""

    process: int
    gate: int

    def let_go(self, secrets: Secrets) -> None:
        """Have the engine begin with its run, which is in the store. Secrets go over in a pipe."""
        import json

        with contextlib.suppress(BrokenPipeError), open(self.gate, "wb", buffering=0) as gate:
            gate.write(json.dumps({name: dict(values) for name, values in secrets.items()}).encode() + b"\n")


def spawn(home: str, uid: str, lock: int, environment: Mapping[str, str], module: str) -> Engine:
    """Start the engine of a run as a process of its own, which takes over the lock; `module` is where its `main` is."""
    folder = RunFolder(home, uid)
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    told, gate = os.pipe()
    command = [sys.executable, "-P", "-c", _START.format(module), package, home, uid, str(lock), str(told)]
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, folder.log, append, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    own = {name: value for name, value in environment.items() if not name.startswith(SECRET_VARIABLE)}
    try:
        for handed in (lock, told):
            os.set_inheritable(handed, True)
        return Engine(os.posix_spawn(command[0], command, own, file_actions=actions, setsid=True), gate)
    except OSError:
        os.close(gate)
        raise
    finally:
        os.close(told)


def _wait_at_gate(fd: int) -> Secrets | None:
    """Wait until the engine is let go; return the secrets, or None when that never happens."""
    import json

    with open(fd, "rb") as file:
        line = file.readline()
    found: Secrets | None = json.loads(line) if line.endswith(b"\n") else None
    return found


def main(arguments: list[str], connect: "Callable[[Surroundings], Runs]") -> int:
    """Run the engine of one run to its end; `connect` makes what knows the other runs."""
    home, uid, lock = arguments[0], arguments[1], int(arguments[2])
    told = int(arguments[3])
    for handed in (lock, told):
        os.set_inheritable(handed, False)
    folder = RunFolder(home, uid)
    with contextlib.suppress(OSError):  # its own folder: the user's may go, and podman drops files where it is started
        os.chdir(folder.path)
    guard = go_below_guard((told,))
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    probe_folder = os.path.join(folder.path, "probe")
    probe = None
    with contextlib.suppress(OSError):
        probe = sandbox.start_probe(probe_folder)

    from yamlflow.engine.service import Service
    from yamlflow.engine.store.errors import StoreError
    from yamlflow.engine.store.store import Store

    try:
        secrets = _wait_at_gate(told)
        if secrets is None:
            if not os.path.exists(store_file(home)) or Store(home).pulse(uid)[0] == 0:
                remove_folder(folder.path)
            return 0
        return Service(home, uid, probe, dict(os.environ), secrets, connect, guard).run()
    except (StoreError, ChildProcessError) as error:
        print(error, file=sys.stderr)
        return 1
