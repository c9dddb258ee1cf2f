"""The files of one task: which paths it may write, and where on this machine they are."""

import errno
import os
import re

_DEVICES = ("/dev", "/proc", "/sys")
_SYSTEM = frozenset({"bin", "boot", "etc", "lib", "lib32", "lib64", "run", "sbin", "usr", "var"})
_MOST_LINKS = 40


class PathError(OSError):
    """A path that a task cannot be given, or whose file must not be read for it."""


class Workspace:
    """A folder on this machine that holds what a task writes, seen by it at the paths that its manifest names.

    `/tmp` and the home folder are private folders in it. Any other path that the manifest names gets a layer of its own
    over the folder that is there (`overlays`), or is new at the root, which then is a folder of the workspace (`base`).
    Volumes are seen where they are mounted (`mounts`), above all else.
    """

    progress_file = "/tmp/argo-progress"
    """Where the task may write how far it is, as it sees it."""
    has_image = False
    """Whether the programs are those of an image."""

    def __init__(self, root: str, home: str, *, layers: bool = True) -> None:
        self.root = root
        self.overlays: dict[str, str] = {}
        self.mounts: dict[str, tuple[str, bool]] = {}
        self.base = os.path.join(root, "base")
        self.new_at_root: set[str] = set()
        self._layers = layers
        self._private = {home: os.path.join(root, "home")} if home else {}
        self._private["/tmp"] = os.path.join(root, "tmp")
        for folder in self._private.values():
            os.makedirs(folder, exist_ok=True)

    def place(self, path: str) -> str:
        """Return where the task's file `path` is on this machine; its folder is made."""
        path = checked(path)
        host = self._known(path) or self._new_place(path)
        self._make_folder_of(path, host)
        return host

    def _make_folder_of(self, path: str, host: str) -> None:
        """Make the folder that a file is to be in, if no link leads elsewhere on the way: it may be of a stranger."""
        found = self._match(path)
        if found is not None and "/" in found[1][1:]:
            folder = os.path.dirname(found[1])
            if first_link(path[: -len(found[1]) or None] + folder, found[0], folder) is not None:
                raise PathError(errno.EACCES, "a link stands in the way", path)
        os.makedirs(os.path.dirname(host), exist_ok=True)

    def mount(self, path: str, host: str, *, read_only: bool) -> None:
        """Let the task see a file or folder of this machine at a path."""
        path = checked(path)
        if self._match(path) is not None or not os.path.isdir(path) or os.path.realpath(path) != path:
            place = self.place(path)
            if os.path.isdir(host):
                os.makedirs(place, exist_ok=True)
            elif not os.path.lexists(place):
                open(place, "wb").close()
        self.mounts[path] = (host, read_only)

    def find(self, path: str) -> str:
        """Return where a file is that the task has written; links are followed inside of the workspace only."""
        path = checked(path)
        for _ in range(_MOST_LINKS):
            found = self._match(path)
            if found is None:
                path = _without_links(path)
                found = self._match(path)
            if found is None:
                raise PathError(errno.EACCES, "a link leads out of the task's files", path)
            followed = first_link(path, *found)
            if followed is None:
                host = found[0] + found[1]
                return path if not os.path.lexists(host) and self._is_of_machine(path) else host
            path = followed
        raise PathError(errno.ELOOP, os.strerror(errno.ELOOP), path)

    def _is_of_machine(self, path: str) -> bool:
        """Whether a file was there before the task: a part of the system, which the task sees and has not written."""
        real = os.path.realpath(path)
        return os.path.exists(real) and {real.split("/")[1], path.split("/")[1]} <= _SYSTEM - {"run", "var"}

    def visible(self, path: str) -> str:
        """Return where a file is that the task sees at an absolute path; what is no such path stays as it is."""
        if not path.startswith("/"):
            return path
        own = self._known(os.path.normpath(path))
        return own if own is not None and os.path.lexists(own) else path

    def rewrite(self, text: str) -> str:
        """Return a text of the task as it must read here: in a sandbox paths stay what they are."""
        return text

    @property
    def progress_place(self) -> str:
        """Where that is on this machine."""
        return self.root + self.progress_file

    @property
    def is_plain(self) -> bool:
        """Whether it consists of nothing but its private folders."""
        return not (self.overlays or self.mounts or self.new_at_root)

    @property
    def private_folders(self) -> dict[str, str]:
        """Where the task sees its home and `/tmp`, and the folders of this machine that they are."""
        return self._private

    @property
    def folder(self) -> str:
        """The working folder of a task that names none: where a container has it if that matters, else `/tmp`."""
        return "/" if self.new_at_root else "/tmp"

    def _known(self, path: str) -> str | None:
        found = self._match(path)
        return None if found is None else found[0] + found[1]

    def _match(self, path: str) -> tuple[str, str] | None:
        """Return the folder of this machine that a path is in, and the rest of the path."""
        for mounted in sorted(self.mounts, key=len, reverse=True):
            if path == mounted or path.startswith(mounted + "/"):
                return self.mounts[mounted][0], path[len(mounted) :]
        for known in (self._private, self.overlays):
            for folder, host in known.items():
                if path == folder or path.startswith(folder + "/"):
                    return host, path[len(folder) :]
        return (self.base, path) if path.split("/")[1] in self.new_at_root else None

    def _new_place(self, path: str) -> str:
        """Give the folder of a path a layer of its own."""
        anchor = _existing(path)
        real = os.path.realpath(anchor)
        rest = path[len(anchor) :].lstrip("/")
        if real == "/":
            self.new_at_root.add(rest.split("/", 1)[0])
            return os.path.join(self.base, rest)
        if real != anchor:
            full = os.path.join(real, rest)
            return self._known(full) or self._new_place(full)
        if not self._layers and real.split("/")[1] in _SYSTEM:
            raise PathError(errno.EROFS, "this machine cannot give a task a writable layer over this folder", real)
        host = self.overlays[real] = os.path.join(self.root, "layers", str(len(self.overlays)))
        os.makedirs(host, exist_ok=True)
        return os.path.join(host, rest)


class OpenWorkspace(Workspace):
    """The files of a task without a sandbox: its paths are replaced in its texts by paths in the workspace."""

    def __init__(self, root: str) -> None:
        super().__init__(root, "")
        self._home = os.path.join(root, "home")
        os.makedirs(self._home, exist_ok=True)
        self._placed: dict[str, str] = {}

    @property
    def private_folders(self) -> dict[str, str]:
        """The folders of this machine that the task has for itself."""
        return self._private | {self._home: self._home}

    @property
    def folder(self) -> str:
        """The working folder of a task that names none."""
        return self.base if self.new_at_root else self._private["/tmp"]

    def place(self, path: str) -> str:
        """Return where the task's file `path` is on this machine; its folder is made."""
        path = checked(path)
        host = self._known(path)
        if host is None:
            host = self.base + path
            if "/" not in path[1:]:
                self.new_at_root.add(path[1:])
        self._placed[path] = host
        self._make_folder_of(path, host)
        return host

    def mount(self, path: str, host: str, *, read_only: bool) -> None:
        """Have a path of the task mean a file or folder of this machine; nothing keeps it from being changed."""
        path = checked(path)
        self.mounts[path] = (host, read_only)
        self._placed[path] = host

    def find(self, path: str) -> str:
        """Return where a file is that the task has written."""
        return os.path.realpath(self.place(path))

    def rewrite(self, text: str) -> str:
        """Return a text of the task in which the paths that the manifest names are those of the workspace."""
        for path in sorted(self._placed, key=len, reverse=True):
            if path in text:
                text = re.sub(rf"(?<![-\w./]){re.escape(path)}(?![-\w.])", self._replacement, text)
        return text

    def _replacement(self, found: re.Match[str]) -> str:
        return self._placed[found[0]]


def first_link(path: str, host: str, rest: str) -> str | None:
    """Return the path with the first link in its rest followed, or None when none of its parts is a link."""
    folder = path[: len(path) - len(rest)]
    parts = rest.strip("/").split("/") if rest else []
    for count in range(1, len(parts) + 1):
        at = "/".join((host, *parts[:count]))
        if os.path.islink(at):
            target = os.path.join("/".join((folder, *parts[: count - 1])) or "/", os.readlink(at))
            return os.path.normpath(os.path.join(target, *parts[count:]))
    return None


def _existing(path: str) -> str:
    """Return the deepest folder of this machine that a path is in."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _without_links(path: str) -> str:
    """Return a path with the links of this machine followed, such as that of `/var/run`."""
    anchor = _existing(path)
    return os.path.join(os.path.realpath(anchor), path[len(anchor) :].lstrip("/"))


def checked(path: str) -> str:
    """Return the normal form of a path that a task may be given."""
    if not path.startswith("/"):
        raise PathError(errno.EINVAL, "no absolute path", path)
    path = os.path.normpath(path)
    if path.startswith("//"):
        path = path[1:]
    if path == "/" or any(path == device or path.startswith(device + "/") for device in _DEVICES):
        raise PathError(errno.EACCES, "no task can write here", path)
    return path
