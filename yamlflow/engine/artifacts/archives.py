"""Packing and unpacking artifacts. What climbs out of its folder, links and devices that do are refused."""

import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any


class ArchiveError(Exception):
    """An archive is broken or hostile."""


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
    return tarfile.is_tarfile(path)


def _take_out(source: str, target: str, open_it: Callable[[str, str], None]) -> None:
    """Unpack; a single thing in the archive becomes the target itself."""
    folder = target + ".unpacked"
    os.makedirs(folder)
    try:
        open_it(source, folder)
        names = os.listdir(folder)
        os.rename(os.path.join(folder, names[0]) if len(names) == 1 else folder, target)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise ArchiveError(f"the archive is refused: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _untar(source: str, folder: str) -> None:
    with tarfile.open(source) as archive:
        extract(archive, folder)


def extract(archive: tarfile.TarFile, folder: str) -> None:
    """Take all out of an archive, if it stays in the folder."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
    else:  # Python before 3.11.4
        archive.extractall(folder, [_checked(member) for member in archive.getmembers()])


def _checked(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return what an archive holds if it stays inside, in all that it says."""
    base = os.path.dirname(member.name) if member.issym() else ""
    for name in (member.name, os.path.join(base, member.linkname) if member.linkname else "."):
        if name.startswith("/") or os.path.normpath(name).split("/")[0] == "..":
            raise ArchiveError(f"the archive is refused: `{member.name}` leads out of its folder")
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        raise ArchiveError(f"the archive is refused: `{member.name}` is no file and no folder")
    member.mode &= 0o755
    member.uid = member.gid = -1
    return member


def _unzip(source: str, folder: str) -> None:
    with zipfile.ZipFile(source) as archive:
        for item in archive.infolist():
            name = item.filename
            if name.startswith("/") or ".." in name.split("/") or "\\" in name:
                raise ArchiveError(f"the archive is refused: `{name}` leads out of its folder")
            if stat.S_IFMT(item.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise ArchiveError(f"the archive is refused: `{name}` is no file and no folder")
        archive.extractall(folder)


def pack(source: str, target: str, name: str, archive: dict[str, Any]) -> str:
    """Return what is to be sent for a file or folder: itself, or `target` with its archive; `name` is its top entry."""
    if "none" in archive:
        return source
    if "zip" in archive:
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as packed:
            for path in _files(source):
                packed.write(path, os.path.join(name, os.path.relpath(path, source)) if path != source else name)
        return target
    level = int((archive.get("tar") or {}).get("compressionLevel") or 6)
    with tarfile.open(target, "x:gz", compresslevel=level) as tar:
        tar.add(source, arcname=name)
    return target


def _files(source: str) -> list[str]:
    if not os.path.isdir(source):
        return [source]
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(source) for name in names)
