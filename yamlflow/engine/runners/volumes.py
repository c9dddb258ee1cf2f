"""The volumes of a task as folders of this machine."""

import os
from collections.abc import Iterable

from yamlflow.engine.runners.workspace import Workspace
from yamlflow.engine.volumes import FILES, HOST, KEPT, Mount, Volume

_MEMORY = "/dev/shm"


class VolumeError(OSError):
    """A volume cannot be had; the message says why."""


class Volumes:
    """Where the volumes of a run's tasks are."""

    def __init__(self, claims: str, uid: str) -> None:
        self._claims = claims
        self._secrets = os.path.join(_MEMORY, f"yamlflow-{uid}")

    def make(self, volumes: Iterable[Volume], root: str) -> dict[str, str]:
        """Make the volumes of a task, whose folder is `root`; return them by name."""
        return {volume.name: self._make(volume, root) for volume in volumes}

    def _make(self, volume: Volume, root: str) -> str:
        if volume.kind == HOST:
            if not os.path.exists(volume.target):
                raise VolumeError(f"hostPath {volume.target} does not exist")
            return volume.target
        if volume.kind == KEPT:
            os.makedirs(self._claims, mode=0o700, exist_ok=True)
            return open_to_all(os.path.join(self._claims, volume.target))
        folder = os.path.join(root, "volumes", volume.name)
        if volume.secret and os.access(_MEMORY, os.W_OK):
            os.makedirs(self._secrets, mode=0o700, exist_ok=True)
            folder = os.path.join(self.secrets_of(root), volume.name)
        open_to_all(folder)
        if volume.kind == FILES:
            for file in volume.files:
                self._write(os.path.join(folder, file.path), file.content, file.mode)
        return folder

    @staticmethod
    def _write(path: str, content: bytes, mode: int) -> None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "wb") as file:
            file.write(content)
        os.chmod(path, mode)

    def secrets_of(self, root: str) -> str:
        """Return where the secrets of a task are; never on a disk."""
        return os.path.join(self._secrets, os.path.basename(root))

    @property
    def all_secrets(self) -> str:
        """Where the secrets of all tasks of the run are."""
        return self._secrets


def open_to_all(folder: str) -> str:
    """Make a folder that each user of a container may use; those above it keep other users of the machine out."""
    if not os.path.isdir(folder):
        os.makedirs(folder)
        os.chmod(folder, 0o777)
    return folder


def mount_all(workspace: Workspace, mounts: Iterable[Mount], folders: dict[str, str]) -> None:
    """Let a container see its volumes."""
    for mount in sorted(mounts, key=lambda item: item.path):
        folder = folders[mount.volume]
        host = os.path.join(folder, mount.part) if mount.part else folder
        if mount.part:
            inside = os.path.realpath(host)
            if not inside.startswith(os.path.realpath(folder) + os.sep):
                raise VolumeError(f"subPath {mount.part} leads out of the volume {mount.volume}")
            if not os.path.lexists(host):
                os.makedirs(host)
        workspace.mount(mount.path, host, read_only=mount.read_only)
