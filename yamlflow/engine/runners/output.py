"""The output of a program that somebody must see on its way to the log: to keep its end, or to hide secrets."""

import os
import selectors
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yamlflow.engine.masking import MaskedStream, Masker

_LIMIT = 256 << 10
_CHUNK = 1 << 16


class OutputPipe:
    """Takes what a program prints to its log. With `keep` it remembers the end of it."""

    def __init__(self, log: str, selector: selectors.BaseSelector, mask: "MaskedStream | None", *, keep: bool) -> None:
        self._read_end, self.write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._tail = bytearray()
        self._selector = selector
        self._mask = mask
        self._keep = keep
        self._open = True
        self.problem = ""

    def listen(self) -> None:
        """Leave the other end to the program."""
        os.close(self.write_end)
        self._selector.register(self._read_end, selectors.EVENT_READ, self._take)

    def _take(self) -> None:
        """Move what there is, but not for ever: others wait too."""
        for _ in range(16):
            if not self._take_chunk():
                return

    def _take_chunk(self) -> bool:
        try:
            chunk = os.read(self._read_end, _CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._close_pipe()
            return False
        self._write(self._mask.feed(chunk) if self._mask else chunk)
        return self._open

    def _write(self, text: bytes) -> None:
        left = text
        try:
            while left and not self.problem:
                left = left[os.write(self._log, left) :]
        except OSError as error:  # a closed pipe tells the program what a file would tell it
            self.problem = f"what it prints cannot be kept: {os.strerror(error.errno or 0)}"
            self._close_pipe()
            self._tail.clear()
            self._keep = False
        if self._keep:
            self._tail += text
            if len(self._tail) > 2 * _LIMIT:
                del self._tail[:-_LIMIT]

    def _close_pipe(self) -> None:
        if self._open:
            self._open = False
            self._selector.unregister(self._read_end)
            os.close(self._read_end)

    def finish(self) -> str:
        """Return the last 256 KiB."""
        while self._open and self._take_chunk():
            pass
        self._close_pipe()
        if self._mask:
            self._write(self._mask.finish())
        os.close(self._log)
        return bytes(self._tail[-_LIMIT:]).decode(errors="replace")


def output_pipes(
    log: str, selector: selectors.BaseSelector, masker: "Masker | None", *, keep: bool
) -> tuple[list[OutputPipe], int | str, int | str]:
    """Return where a program's output and errors go: to its log, through a pipe if they must be looked at."""
    if not keep and not masker:
        return [], log, log
    pipe = OutputPipe(log, selector, masker.stream() if masker else None, keep=keep)
    if not keep:
        return [pipe], pipe.write_end, pipe.write_end
    if not masker:
        return [pipe], pipe.write_end, log
    other = OutputPipe(log, selector, masker.stream(), keep=False)
    return [pipe, other], pipe.write_end, other.write_end
