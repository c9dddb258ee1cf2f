"""Where the engine keeps its things."""

import os
from collections.abc import Mapping


def default_home(environment: Mapping[str, str]) -> str:
    """Return the folder of the local engine: `YAMLFLOW_HOME`, else below the user's state folder."""
    if environment.get("YAMLFLOW_HOME"):
        return os.path.abspath(environment["YAMLFLOW_HOME"])
    state = environment.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(state, "yamlflow")


class RunFolder:
    """The folder of one run: its lock, its bell, its log, its tasks' logs and files."""

    def __init__(self, home: str, uid: str) -> None:
        self.path = os.path.join(home, "runs", uid)
        self.lock = os.path.join(self.path, "lock")
        self.bell = os.path.join(self.path, "bell")
        self.log = os.path.join(self.path, "engine.log")
        self.reserve = os.path.join(self.path, "reserve")

    def make(self) -> None:
        """Make the folder."""
        os.makedirs(self.path, mode=0o700, exist_ok=True)

    def task_log(self, node: str) -> str:
        """Return the file with the output of a node."""
        return os.path.join(self.path, "logs", f"{node}.log")


def artifacts_folder(home: str) -> str:
    """Return the folder of the default artifact repository."""
    return os.path.join(home, "artifacts")
