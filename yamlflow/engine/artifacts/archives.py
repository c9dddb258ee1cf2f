"""Packing and unpacking artifacts. What climbs out of its folder, devices, links that do, and bombs are refused."""

import errno
import lzma
import os
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from yamlflow.engine.artifacts.driver import ArchiveError

_BROKEN = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, RuntimeError, ValueError)
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
_ENTRY = 512  # what each entry costs beside its content
_UNSUSPICIOUS = 1 << 30
_MOST_GROWTH = 200
_LEVELS = range(-1, 10)


def unpack(source: str, target: str, archive: dict[str, Any]) -> None:
    """Put what was fetched to its place: as it is, or unpacked as `archive` says; by default if it is a gzipped tar."""
    if os.path.isdir(source) or "none" in archive:
        os.rename(source, target)
    elif "zip" in archive:
        _take_out(source, target, _unzip)
    elif "tar" in archive or _is_tgz(source):
        _take_out(source, target, _untar)
    else:
        os.rename(source, target)


def _is_tgz(path: str) -> bool:
    with open(path, "rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return False
    try:
        return tarfile.is_tarfile(path)
    except _BROKEN as error:
        raise ArchiveError(f"the archive is refused: {error}") from error


def _take_out(source: str, target: str, open_it: Callable[[str, str], None]) -> None:
    """Unpack; a single thing in the archive becomes the target itself."""
    folder = target + ".unpacked"
    os.makedirs(folder)
    try:
        open_it(source, folder)
        names = os.listdir(folder)
        alone = os.path.join(folder, names[0]) if len(names) == 1 else folder
        if os.path.islink(alone):
            raise _refusal(names[0], "is a link and nothing else")
        os.rename(alone, target)
    except _BROKEN as error:
        raise ArchiveError(f"the archive is refused: {error}") from error
    except OSError as error:
        if error.errno in _OF_THE_DISK:
            raise
        raise ArchiveError(f"the archive is refused: {error.strerror or error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refusal(name: str, why: str) -> ArchiveError:
    return ArchiveError(f"the archive is refused: `{name}` {why}")


def _parts(name: str) -> list[str]:
    """Return the parts of a name in an archive; the root is the folder."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise _refusal(name, "leads out of its folder")
    return parts


class _Measure:
    """What an archive holds, against what it takes itself: no honest one grows that much."""

    def __init__(self, source: str) -> None:
        self._most = max(_UNSUSPICIOUS, _MOST_GROWTH * os.path.getsize(source))
        self._size = 0

    def add(self, size: int) -> None:
        """Count an entry."""
        self._size += size + _ENTRY
        if self._size > self._most:
            raise ArchiveError(
                f"the archive is refused: it holds more than {_MOST_GROWTH} times of what it takes, and more than 1 GiB"
            )


def _untar(source: str, folder: str) -> None:
    try:
        archive = tarfile.open(source)  # noqa: SIM115 - it is closed below
    except tarfile.ReadError as error:
        raise ArchiveError("the archive is refused: it is no tar, or is cut off") from error
    with archive:
        links = extract(archive, folder, _Measure(source))
    inside = os.path.realpath(folder) + os.sep
    for link in links:
        path = os.path.join(folder, link)
        if os.path.isabs(os.readlink(path)) or not os.path.realpath(path).startswith(inside):
            raise _refusal(link, "leads out of its folder")


def extract(archive: tarfile.TarFile, folder: str, measure: _Measure | None = None) -> set[str]:
    """Take all out of an archive, nothing of it through a link; return the links, which may lead anywhere."""
    links: set[str] = set()
    archive.extraction_filter = lambda member, _: member  # what is needed of it is done here, for all versions
    archive.extractall(folder, _checked(archive, folder, links, measure))
    return links


def _checked(
    archive: tarfile.TarFile, folder: str, links: set[str], measure: _Measure | None
) -> Iterator[tarfile.TarInfo]:
    """Yield what an archive holds, one after the other, if it can be taken out."""
    for member in archive:
        parts = _parts(member.name)
        if not parts:
            continue
        name = member.name = "/".join(parts)
        if _is_behind(parts, links):
            raise _refusal(name, "stands behind a link")
        if member.islnk():
            linked = _parts(member.linkname)
            member.linkname = "/".join(linked)
            if _is_behind(linked, links) or not os.path.isfile(os.path.join(folder, member.linkname)):
                raise _refusal(name, "is a link to no file of the archive")
        elif member.issym():
            links.add(name)
        elif not (member.isfile() or member.isdir()):
            raise _refusal(name, "is no file and no folder")
        if measure is not None:
            measure.add(member.size)
        member.mode = member.mode & 0o755 | (0o700 if member.isdir() else 0o600)
        member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
        yield member


def _is_behind(parts: list[str], links: set[str]) -> bool:
    """Whether a path is a link, or leads through one."""
    return bool(links) and any("/".join(parts[:count]) in links for count in range(1, len(parts) + 1))


def _unzip(source: str, folder: str) -> None:
    measure = _Measure(source)
    with zipfile.ZipFile(source) as archive:
        for item in archive.infolist():
            name, mode = item.filename, item.external_attr >> 16
            if name.startswith("/") or "\\" in name:
                raise _refusal(name, "leads out of its folder")
            _parts(name)
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _refusal(name, "is no file and no folder")
            measure.add(item.file_size)
            path = archive.extract(item, folder)
            if mode & 0o111 and not item.is_dir():
                os.chmod(path, mode & 0o755 | 0o600)


def pack(source: str, target: str, name: str, archive: dict[str, Any]) -> str:
    """Return what is to be sent for a file or folder: itself, or `target` with its archive; `name` is its top entry."""
    if "none" in archive:
        return source
    if "zip" in archive:
        _zip(source, target, name)
        return target
    level = (archive.get("tar") or {}).get("compressionLevel")
    level = -1 if level is None else int(level)
    if level not in _LEVELS:
        raise ArchiveError(f"`compressionLevel` {level} is none of -1 to 9")
    with tarfile.open(target, "x:gz", compresslevel=level) as tar:
        tar.add(source, arcname=name, filter=_without_devices)
    return target


def _without_devices(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out sockets, pipes and devices."""
    return member if member.isfile() or member.isdir() or member.issym() or member.islnk() else None


def _zip(source: str, target: str, name: str) -> None:
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
        if not os.path.isdir(source):
            packed.write(source, name)
            return
        for path in files_in(source):
            packed.write(path, os.path.join(name, os.path.relpath(path, source)))


def files_in(folder: str) -> list[str]:
    """Return the files of a folder, in order. Links are none: they may lead to what is not the task's."""
    found = (os.path.join(above, name) for above, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if stat.S_ISREG(os.lstat(path).st_mode))
