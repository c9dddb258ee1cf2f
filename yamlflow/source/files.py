"""A file's bytes become text, or a finding that says why not."""

import os
import stat

from yamlflow.diagnostics import Sink, SourceText, Span, did_you_mean

MAX_BYTES = 10 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS = b"\t\n\r\f\x1b"


def load_text(path: str, sink: Sink, name: str = "") -> SourceText | None:
    """Read a file as UTF-8 text, known to the user as `name`; what keeps it from that is reported."""
    name = name or path
    sink.files.add(path)
    data = _load_bytes(path, sink, name)
    if data is None:
        return None
    data = data.removeprefix(_BOM)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        _report_undecodable(data, error, sink, name)
        return None
    if "\0" in text:
        sink.error("not-text", "this is no text: it holds NUL bytes", None, path=name)
        return None
    return SourceText(name, text)


def _load_bytes(path: str, sink: Sink, name: str) -> bytes | None:
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            sink.error("is-folder", "this is a folder; a file is needed", None, path=name)
            return None
        if status.st_size <= MAX_BYTES:
            with open(path, "rb") as file:
                data = file.read(MAX_BYTES + 1)  # a pipe has no size, and a file may grow
            if len(data) <= MAX_BYTES:
                return data
        size = f"{status.st_size / 1e6:,.0f} MB, " if status.st_size > MAX_BYTES else ""
        limit = f"{size}more than the {MAX_BYTES // 2**20} MiB that a file may have"
        sink.error("file-too-large", f"the file is too large: {limit}", None, path=name)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL byte in the path
        folder, base = os.path.split(path)
        sink.error("file-not-found", "no such file", None, did_you_mean(base, _siblings(folder)), path=name)
    except OSError as error:
        sink.error("unreadable", f"the file cannot be read: {(error.strerror or str(error)).lower()}", None, path=name)
    return None


def _siblings(folder: str) -> list[str]:
    try:
        return os.listdir(folder or ".")
    except (OSError, ValueError):
        return []


def _report_undecodable(data: bytes, error: UnicodeDecodeError, sink: Sink, name: str) -> None:
    if data.startswith(_WIDE_BOMS):
        message = "the file is UTF-16, and must be UTF-8"
        sink.error("not-utf8", message, None, "save it as UTF-8", path=name)
        return
    head = data[:4096]
    if any(byte < 32 and byte not in _TEXT_CONTROLS for byte in head):
        sink.error("not-text", "this is no text: it holds control bytes and is not UTF-8", None, path=name)
        return
    start = len(data[: error.start].decode())
    source = SourceText(name, data.decode(errors="replace"))
    byte = data[error.start]
    letter = bytes([byte]).decode("cp1252", errors="replace")
    looks = f" (`{letter}` in Windows-1252)" if letter.isprintable() and letter != "\ufffd" else ""
    message = f"byte 0x{byte:02X}{looks} at offset {error.start} is not UTF-8"
    sink.error("not-utf8", message, Span(source, start, start + 1), "save the file as UTF-8")
