"""Empty workspaces that wait for their next task: to make and to remove folders takes longer than to run some tasks."""

import os
from collections.abc import Iterable
from contextlib import suppress

from yamlflow.engine.runners.workspace import Workspace

_MOST = 64
_NOTE = "status"
_SPARE = "spare-"


class Spares:
    """Workspaces that a task has left as it had got them; `shown` are the folders that bubblewrap mounts in them."""

    def __init__(self, folder: str, shown: Iterable[str]) -> None:
        self._folder = folder
        self._shown = tuple(shown)
        left = [name for name in os.listdir(folder) if name.startswith(_SPARE)]  # by an engine that was killed
        self._free = [os.path.join(folder, name) for name in left]
        self._made = max((int(name.removeprefix(_SPARE)) + 1 for name in left), default=0)
        self._mode = _mode()

    def move_to(self, root: str) -> bool:
        """Have a spare workspace at this place, if there is one."""
        if self._free:
            os.rename(self._free.pop(), root)
            return True
        return False

    def keep(self, workspace: Workspace) -> bool:
        """Take a workspace that is not needed any more; False when it is not as it was."""
        if len(self._free) >= _MOST or not workspace.is_plain or not self._is_clean(workspace):
            return False
        spare = os.path.join(self._folder, f"{_SPARE}{self._made}")
        self._made += 1
        os.rename(os.path.realpath(workspace.root), spare)
        if os.path.islink(workspace.root):
            os.unlink(workspace.root)
        self._free.append(spare)
        return True

    def _is_clean(self, workspace: Workspace) -> bool:
        private = workspace.private_folders
        try:
            if any(os.lstat(folder).st_mode & 0o777 != self._mode for folder in private.values()):
                return False
            if not all(self._holds_nothing(seen, folder) for seen, folder in private.items()):
                return False
            with suppress(FileNotFoundError):  # only a sandbox leaves one
                os.unlink(os.path.join(workspace.root, _NOTE))
            return set(os.listdir(workspace.root)) == set(map(os.path.basename, private.values()))
        except OSError:
            return False

    def _holds_nothing(self, seen: str, folder: str) -> bool:
        """Whether a folder holds only places of mounts; `seen` is where the task sees it."""
        names = os.listdir(folder)
        return all(self._is_of_a_mount(f"{seen}/{name}", os.path.join(folder, name)) for name in names)

    def _is_of_a_mount(self, seen: str, path: str) -> bool:
        if seen in self._shown:
            return True
        leads = any(shown.startswith(seen + "/") for shown in self._shown)
        return leads and not os.path.islink(path) and self._holds_nothing(seen, path)


def _mode() -> int:
    """Return the mode of folders that the engine makes."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o777 & ~mask
