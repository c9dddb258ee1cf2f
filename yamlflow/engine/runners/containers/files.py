"""The files of a container: what of it is on this machine, and what must be copied out of it."""

import os
import subprocess
import tarfile
from typing import TYPE_CHECKING

from yamlflow.engine.runners.workspace import PathError, Workspace, checked, first_link
from yamlflow.engine.task import Program

if TYPE_CHECKING:
    from yamlflow.engine.runners.containers.program import Containers

_MOST_LINKS = 40


class ContainerFiles(Workspace):
    """What a container sees of this machine is mounted; all else is its own until it is copied out."""

    has_image = True
    progress_file = "/var/run/argo/progress"

    def __init__(self, root: str, name: str, node: str) -> None:
        self.name = name
        self.node = node
        self.program: Program | None = None
        self.adopted = False
        self.asked_in_vain = False
        self.killed = False
        self._copies: dict[str, str] = {}
        self._count = 0
        super().__init__(root, "")
        self._private = {}

    @property
    def folder(self) -> str:
        """The working folder of a program that names none: the image knows it."""
        return ""

    @property
    def progress_place(self) -> str:
        """Where the container's word of how far it is stands on this machine, in a folder of its own."""
        return os.path.join(self.root, "progress", os.path.basename(self.progress_file))

    @property
    def is_plain(self) -> bool:
        """Whether it can be used for another task: no container is."""
        return False

    def place(self, path: str) -> str:
        """Return where a file of this machine is that the container will see at a path."""
        path = checked(path)
        host = self._known(path)
        if host is None:
            host = os.path.join(self.root, "files") + path
            self.mounts[path] = (host, False)
        self._make_folder_of(path, host)
        return host

    def take_again(self, path: str) -> None:
        """Know again a file that was placed before this engine began."""
        if os.path.lexists(os.path.join(self.root, "files") + checked(path)):
            self.place(path)

    def mount(self, path: str, host: str, *, read_only: bool) -> None:
        """Let the container see a file or folder of this machine at a path."""
        self.mounts[checked(path)] = (host, read_only)

    def visible(self, path: str) -> str:
        """Return a path as the container sees it."""
        return path

    def find(self, path: str) -> str:
        """Return where a file is that the container has written; what was not copied out is not there."""
        host, rest = self._follow(path)
        return host or self._copies.get(rest, os.path.join(self.root, "nothing"))

    def is_inside(self, path: str) -> bool:
        """Whether a path must be copied out of the container."""
        try:
            return not self._follow(path)[0]
        except OSError:
            return False

    def copy_out(self, path: str, program: "Containers") -> None:
        """Copy what the container holds at a path, if there is something."""
        inner = wanted = self._follow(path)[1]
        for _ in range(_MOST_LINKS):
            self._count += 1
            target = os.path.join(self.root, "copies", str(self._count))
            if not _copy(program, f"{self.name}:{inner}", target):
                return
            self._copies[wanted] = target
            if not os.path.islink(target):
                return
            host, inner = self._follow(os.path.join(os.path.dirname(inner), os.readlink(target)))
            if host:
                self._copies[wanted] = host
                return

    def _follow(self, path: str) -> tuple[str, str]:
        """Return where a path is on this machine ("" if it is in the container alone), and its last name there."""
        path = checked(path)
        for _ in range(_MOST_LINKS):
            found = self._match(path)
            if found is None:
                return "", path
            followed = first_link(path, *found)
            if followed is None:
                return found[0] + found[1], path
            path = followed
        raise PathError(40, "too many links", path)


def _copy(program: "Containers", source: str, target: str) -> bool:
    """Take a file or folder out of a container, as the archive in which the program hands it over."""
    folder = f"{target}.parts"
    os.makedirs(folder)
    with program.begin("cp", source, "-", stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
                archive.extraction_filter = lambda member, _: member  # what is needed of it is done here
                for member in archive:
                    _take(archive, member, folder)
        except tarfile.TarError:
            process.stdout.read()
    names = os.listdir(folder)
    if len(names) != 1:
        return False
    os.rename(os.path.join(folder, names[0]), target)
    return True


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: str) -> None:
    """Take a file, folder or link out of an archive, as the user's own; nothing leads it out of the folder."""
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    above = [os.path.join(folder, *parts[:count]) for count in range(1, len(parts))]
    if not parts or ".." in parts or any(map(os.path.islink, above)):
        return
    if member.islnk():
        linked = os.path.normpath(os.path.join(folder, member.linkname.lstrip("/")))
        if os.path.islink(linked) or not linked.startswith(folder + os.sep):
            return
    if member.isfile() or member.isdir() or member.issym() or member.islnk():
        member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
        member.mode = member.mode & 0o777 | (0o700 if member.isdir() else 0o600)
        archive.extract(member, folder)
