"""Files that are written whole or not at all."""

import contextlib
import os
from collections.abc import Mapping

from yamlflow.app.errors import RequestError, UsageError, reason


def write_whole(path: str, content: str | bytes, *, source: str = "") -> None:
    """Write a file: a reader sees the old one or all of the new one. `source` must not be overwritten."""
    target = os.path.realpath(path)
    data = content.encode() if isinstance(content, str) else content
    if source and os.path.exists(target) and os.path.samefile(source, target):
        raise UsageError(f"`{path}` is the file that is read; write to another one")
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") as device:
                device.write(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise RequestError(f"cannot write `{path}`: {reason(error)}") from None


def write_folder(folder: str, files: Mapping[str, str], *, source: str = "") -> None:
    """Write files into a folder, which is made where it is missing; `source` must not be overwritten."""
    for name, text in files.items():
        path = os.path.join(folder, name)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except OSError as error:
            raise RequestError(f"cannot write `{path}`: {reason(error)}") from None
        write_whole(path, text, source=source)


def _replace(target: str, data: bytes) -> None:
    """Write beside the file and rename; the mode of an existing file is kept."""
    draft = f"{target}.{os.getpid()}.tmp"
    mode = os.stat(target).st_mode & 0o7777 if os.path.exists(target) else 0o666
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(draft, target)
    except BaseException:
        with contextlib.suppress(OSError):  # there is none yet, or none any more
            os.unlink(draft)
        raise
