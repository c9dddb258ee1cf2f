"""Where the engine keeps its things."""

import contextlib
import os
from collections.abc import Mapping


def default_home(environment: Mapping[str, str]) -> str:
    """Return the folder of the local engine: `YAMLFLOW_HOME`, else below the user's state folder."""
    if environment.get("YAMLFLOW_HOME"):
        return os.path.abspath(environment["YAMLFLOW_HOME"])
    state = environment.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(state, "yamlflow")


_RESERVE = 128 << 10


class RunFolder:
    """The folder of one run: its lock, its bell, its log, its tasks' logs and files."""

    def __init__(self, home: str, uid: str) -> None:
        self.path = os.path.join(home, "runs", uid)
        self.lock = os.path.join(self.path, "lock")
        self.bell = os.path.join(self.path, "bell")
        self.log = os.path.join(self.path, "engine.log")
        self.reserve = os.path.join(self.path, "reserve")
        self.logs = os.path.join(self.path, "logs")
        self.work = os.path.join(self.path, "work")

    def make(self) -> None:
        """Make the folder, with a file in it that is given up when the disk is full."""
        os.makedirs(self.path, mode=0o700, exist_ok=True)
        with open(self.reserve, "wb") as reserve:
            reserve.write(bytes(_RESERVE))

    @property
    def is_tidy(self) -> bool:
        """Whether an engine has ended here in its own time, or none was ever here."""
        return not os.path.exists(self.reserve)

    def task_log(self, node: str, container: str = "") -> str:
        """Return the file with the output of a node; of a container before or beside the main one if it is named."""
        return os.path.join(self.logs, f"{node}.{container}.log" if container else f"{node}.log")

    def task_account(self, node: str) -> str:
        """Return the file with what is known of how a node failed."""
        return os.path.join(self.logs, f"{node}.failed.json")


def store_file(home: str) -> str:
    """Return the file of the store."""
    return os.path.join(home, "store.db")


def artifacts_folder(home: str) -> str:
    """Return the folder of the default artifact repository."""
    return os.path.join(home, "artifacts")


def packages_folder(home: str) -> str:
    """Return the folder of the environments with packages for Python programs."""
    return os.path.join(home, "packages")


def claims_folder(home: str, namespace: str) -> str:
    """Return the folder of the claims of a namespace."""
    return os.path.join(home, "claims", namespace)


def remove_folder(path: str) -> None:
    """Remove a folder with all that is in it; what a task made unreadable too, as far as that can be done."""
    try:
        entries = list(os.scandir(path))
    except FileNotFoundError:
        return
    except PermissionError:
        os.chmod(path, 0o700)
        entries = list(os.scandir(path))
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            remove_folder(entry.path)
        else:
            _remove_entry(entry.path)
    with contextlib.suppress(OSError):
        os.rmdir(path)


def _remove_entry(path: str) -> None:
    try:
        os.unlink(path)
    except PermissionError:
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            os.unlink(path)
    except OSError:
        return
