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
    over the folder that is there (`overlays`), or a new folder at the root (`roots`).
    """

    def __init__(self, root: str, home: str, *, layers: bool = True) -> None:
        self.root = root
        self.overlays: dict[str, str] = {}
        self.roots: dict[str, str] = {}
        self._layers = layers
        self._private = {"/tmp": os.path.join(root, "tmp")}
        if home:
            self._private[home] = os.path.join(root, "home")
        for folder in self._private.values():
            os.makedirs(folder, exist_ok=True)

    def place(self, path: str) -> str:
        """Return where the task's file `path` is on this machine; its folder is made."""
        path = _checked(path)
        host = self._known(path) or self._new_place(path)
        os.makedirs(os.path.dirname(host), exist_ok=True)
        return host

    def find(self, path: str) -> str:
        """Return where a file is that the task has written; links are followed inside of the workspace only."""
        path = _checked(path)
        for _ in range(_MOST_LINKS):
            host = self._known(path)
            if host is None:
                raise PathError(errno.EACCES, "a link leads out of the task's files", path)
            followed = self._first_link(path, host)
            if followed is None:
                return host
            path = followed
        raise PathError(errno.ELOOP, os.strerror(errno.ELOOP), path)

    def visible(self, path: str) -> str:
        """Return where a file is that the task sees at an absolute path; what is no such path stays as it is."""
        if not path.startswith("/"):
            return path
        own = self._known(os.path.normpath(path))
        return own if own is not None and os.path.lexists(own) else path

    def rewrite(self, text: str) -> str:
        """Return a text of the task as it must read here: in a sandbox paths stay what they are."""
        return text

    def _first_link(self, path: str, host: str) -> str | None:
        """Return the path with its first link followed, or None when none of its parts is a link."""
        parts = path.split("/")
        rest = len(parts)
        at = host
        links = []
        while at != self.root and rest > 1:
            if os.path.islink(at):
                links.append((rest, at))
            at, rest = os.path.dirname(at), rest - 1
        if not links:
            return None
        rest, at = links[-1]
        target = os.path.join("/".join(parts[: rest - 1]) or "/", os.readlink(at))
        return os.path.normpath(os.path.join(target, *parts[rest:]))

    def _known(self, path: str) -> str | None:
        for known in (self._private, self.overlays, self.roots):
            for folder, host in known.items():
                if path == folder or path.startswith(folder + "/"):
                    return host + path[len(folder) :]
        return None

    def _new_place(self, path: str) -> str:
        """Give the folder of a path a layer of its own."""
        anchor = path
        while not os.path.isdir(anchor):
            anchor = os.path.dirname(anchor)
        real = os.path.realpath(anchor)
        rest = path[len(anchor) :].lstrip("/")
        if real == "/":
            return self._new_root(path, rest)
        if real != anchor:
            full = os.path.join(real, rest)
            return self._known(full) or self._new_place(full)
        if not self._layers and real.split("/")[1] in _SYSTEM:
            raise PathError(errno.EROFS, "this machine cannot give a task a writable layer over this folder", real)
        host = self.overlays[real] = os.path.join(self.root, "layers", str(len(self.overlays)))
        os.makedirs(host, exist_ok=True)
        return os.path.join(host, rest)

    def _new_root(self, path: str, rest: str) -> str:
        top = "/" + rest.split("/", 1)[0]
        if top == path:
            raise PathError(errno.EROFS, "a file right at the root cannot be written; give it a folder", path)
        host = self.roots[top] = os.path.join(self.root, "roots", top[1:])
        os.makedirs(host, exist_ok=True)
        return host + path[len(top) :]


class OpenWorkspace(Workspace):
    """The files of a task without a sandbox: its paths are replaced in its texts by paths in the workspace."""

    def __init__(self, root: str) -> None:
        super().__init__(root, "")
        os.makedirs(os.path.join(root, "home"), exist_ok=True)
        self._placed: dict[str, str] = {}

    def place(self, path: str) -> str:
        """Return where the task's file `path` is on this machine; its folder is made."""
        path = _checked(path)
        host = self._placed[path] = os.path.join(self.root, "files", path.lstrip("/"))
        os.makedirs(os.path.dirname(host), exist_ok=True)
        return host

    def find(self, path: str) -> str:
        """Return where a file is that the task has written."""
        return os.path.realpath(self.place(path))

    def rewrite(self, text: str) -> str:
        """Return a text of the task in which the paths that the manifest names are those of the workspace."""
        for path in sorted(self._placed, key=len, reverse=True):
            if path in text:
                text = re.sub(rf"(?<![-\w./]){re.escape(path)}(?![-\w.])", lambda _, to=path: self._placed[to], text)
        return text


def _checked(path: str) -> str:
    if not path.startswith("/"):
        raise PathError(errno.EINVAL, "no absolute path", path)
    path = os.path.normpath(path)
    if path.startswith("//"):
        path = path[1:]
    if path == "/" or any(path == device or path.startswith(device + "/") for device in _DEVICES):
        raise PathError(errno.EACCES, "no task can write here", path)
    return path
