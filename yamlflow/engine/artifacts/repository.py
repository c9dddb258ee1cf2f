"""The default repository: a folder in which everything is kept under the hash of its content, once."""

import contextlib
import errno
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.engine.home import remove_folder

if TYPE_CHECKING:
    import tarfile

_NEW = "new"
_CHUNK = 1 << 20
FILE = "file"
FOLDER = "folder"
TREE = "tree"
"""A folder whose files are objects of their own, each with a key below that of the folder."""


class Stored(NamedTuple):
    """Content that the repository keeps. A folder is kept as a tar file."""

    digest: str
    size: int
    kind: str


class Repository:
    """Files and folders by the hash of their content. What is there never changes; nothing is half written."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def path(self, digest: str) -> str:
        """Return where the content with a hash is."""
        return os.path.join(self._folder, digest[:2], digest)

    def put(self, path: str) -> Stored:
        """Keep a file or a folder."""
        if os.path.isdir(path):
            return self._put_folder(path)
        size = os.stat(path).st_size
        temporary = self._temporary()
        try:
            _link_or_copy(path, temporary)
            return Stored(self._keep(temporary), size, FILE)
        finally:
            _remove(temporary)

    def put_bytes(self, content: bytes) -> Stored:
        """Keep a text that was given in the manifest."""
        temporary = self._temporary()
        try:
            with open(temporary, "xb") as file:
                file.write(content)
            return Stored(self._keep(temporary), len(content), FILE)
        finally:
            _remove(temporary)

    def get(self, stored: Stored, target: str, sub_path: str = "") -> None:
        """Write a copy of kept content to a path that does not exist yet; `sub_path` is a part of a folder."""
        if stored.kind == FILE:
            if sub_path:
                raise FileNotFoundError(errno.ENOENT, "the artifact is a file and has no parts", sub_path)
            _copy(self.path(stored.digest), target)
            return
        import shutil
        import tarfile

        from yamlflow.engine.artifacts.archives import extract

        with tarfile.open(self.path(stored.digest)) as archive:
            if not sub_path:
                os.makedirs(target, exist_ok=True)
                extract(archive, target)
                return
            unpacked = target + ".part"
            extract(archive, unpacked)
            inner = os.path.join(unpacked, sub_path)
            if not os.path.realpath(inner).startswith(os.path.realpath(unpacked) + os.sep):
                raise FileNotFoundError(errno.ENOENT, "no such part of the artifact", sub_path)
            shutil.move(inner, target)
            shutil.rmtree(unpacked, ignore_errors=True)

    def discard(self, digest: str) -> None:
        """Remove content that nobody refers to any more."""
        _remove(self.path(digest))

    def _put_folder(self, path: str) -> Stored:
        import tarfile

        temporary = self._temporary()
        try:
            with tarfile.open(temporary, "x", format=tarfile.PAX_FORMAT) as archive:
                for name in sorted(os.listdir(path)):
                    archive.add(os.path.join(path, name), arcname=name, filter=_anonymous)
            size = os.stat(temporary).st_size
            return Stored(self._keep(temporary), size, FOLDER)
        finally:
            _remove(temporary)

    @contextlib.contextmanager
    def scratch(self) -> Iterator[str]:
        """Have a folder on the same disk for what is not kept yet."""
        folder = self._temporary()
        os.mkdir(folder)
        try:
            yield folder
        finally:
            remove_folder(folder)

    def _temporary(self) -> str:
        """Return a new path on the same disk, which tells whose it is."""
        folder = os.path.join(self._folder, _NEW)
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, f"{os.getpid()}-{os.urandom(6).hex()}")

    def clear_left(self) -> None:
        """Remove what processes that were killed have left half done."""
        folder = os.path.join(self._folder, _NEW)
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            owner = name.partition("-")[0]
            if owner.isdigit() and not _is_alive(int(owner)):
                path = os.path.join(folder, name)
                remove_folder(path) if os.path.isdir(path) else _remove(path)

    def _keep(self, temporary: str) -> str:
        """Move a finished file to the place of its content, and return the hash of it."""
        import hashlib

        with open(temporary, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        target = self.path(digest)
        if not os.path.exists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.chmod(temporary, 0o444)
            os.replace(temporary, target)
        return digest


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return error.errno != errno.ESRCH
    return True


def _anonymous(member: "tarfile.TarInfo") -> "tarfile.TarInfo | None":
    """Leave out what differs from run to run; sockets, pipes and devices are not kept."""
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    return member


def _link_or_copy(source: str, target: str) -> None:
    """Take over a file that nobody writes any more."""
    if not os.path.isfile(source):
        raise OSError(errno.EINVAL, "neither a file nor a folder", source)
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        _copy(source, target)


def _copy(source: str, target: str) -> None:
    import shutil

    with open(source, "rb") as read, open(target, "xb") as write:
        shutil.copyfileobj(read, write, _CHUNK)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
