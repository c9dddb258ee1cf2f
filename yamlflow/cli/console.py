"""The only place that prints, asks, or knows a terminal. Streams, size and environment come from outside."""

import os
import sys
from collections.abc import Callable, Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:  # the real one costs `--version` a third of its time
    from typing import TextIO

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}

Size = Callable[[], tuple[int, int]]
"""Returns columns and lines of the terminal, as they are now."""


class OutputError(Exception):
    """What is printed cannot be handed over: the reader closed the pipe (`closed`), or the disk is full."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause.strerror or str(cause))
        self.closed = isinstance(cause, BrokenPipeError)


class Output:
    """A stream to print on."""

    __slots__ = ("_stream", "colour", "terminal", "unicode")

    def __init__(self, stream: "TextIO", env: Mapping[str, str], *, terminal: bool | None = None) -> None:
        self._stream = stream
        able = stream.isatty() if terminal is None else terminal
        self.terminal = able and env.get("TERM") != "dumb"
        self.colour = self.terminal and not env.get("NO_COLOR")
        self.unicode = (stream.encoding or "utf-8").lower().replace("-", "") == "utf8"

    def write(self, text: str) -> None:
        """Print text as it is."""
        try:
            self._stream.write(text)
        except OSError as error:
            raise OutputError(error) from None

    def write_bytes(self, content: bytes) -> None:
        """Print content that need not be text, as it is."""
        self.flush()
        try:
            self._stream.buffer.write(content)
        except OSError as error:
            raise OutputError(error) from None

    def line(self, text: str = "") -> None:
        """Print a line."""
        self.write(f"{text}\n")

    def paint(self, text: str, style: str) -> str:
        """Return the text in a style (`bold`, `red`, ...), or as it is where colours are not shown."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text else text

    def flush(self) -> None:
        """Hand over what was printed."""
        try:
            self._stream.flush()
        except OSError as error:
            raise OutputError(error) from None

    def abandon(self) -> None:
        """Drop what cannot be handed over, so that the interpreter does not fail over it at its end."""
        try:
            self._stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


class Console:
    """Standard input, output and error of the process."""

    __slots__ = ("_size", "_source", "env", "err", "out")

    def __init__(
        self,
        out: "TextIO",
        err: "TextIO",
        source: "TextIO",
        env: Mapping[str, str],
        *,
        terminal: bool | None = None,
        size: Size | None = None,
    ) -> None:
        self.env = env
        self.out = Output(out, env, terminal=terminal)
        self.err = Output(err, env, terminal=terminal)
        self._source = source
        self._size = size or _terminal_size

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of the terminal, as they are now."""
        return self._size()

    def error(self, message: str, hint: str = "") -> None:
        """Say on standard error what went wrong, in one line."""
        tail = f"; {hint}" if hint else ""
        self.err.line(f"{self.err.paint('error:', 'red')} {message}{tail}")

    def warn(self, message: str) -> None:
        """Say on standard error what may go wrong."""
        self.err.line(f"{self.err.paint('warning:', 'yellow')} {message}")

    def note(self, message: str) -> None:
        """Say something beside the data, on standard error."""
        self.err.line(self.err.paint(message, "dim"))

    @property
    def can_ask(self) -> bool:
        """Whether a person is there to answer."""
        return self._source.isatty() and self.err.terminal

    def confirm(self, question: str) -> bool:
        """Ask; only a written yes is one."""
        self.err.write(f"{question} [y/N] ")
        self.err.flush()
        return self._source.readline().strip().lower() in ("y", "yes")

    def ask_secret(self, question: str) -> str:
        """Ask for a text that is not shown while it is typed."""
        import getpass

        return getpass.getpass(question)

    def flush(self) -> None:
        """Hand over all that was printed."""
        self.out.flush()
        self.err.flush()

    def abandon(self) -> None:
        """Drop what cannot be handed over."""
        self.out.abandon()
        self.err.abandon()


def process_console() -> Console:
    """Return the console of this process. What its streams cannot encode is printed escaped, never a failure."""
    return Console(_safe(sys.stdout), _safe(sys.stderr), sys.stdin or _nothing(), os.environ)


def _safe(stream: "TextIO | None") -> "TextIO":
    """Prepare a stream: each line is seen at once; a file or pipe is always UTF-8, whatever the locale says."""
    if stream is None:
        return _nothing()
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        encoding = stream.encoding if stream.isatty() else "utf-8"
        reconfigure(encoding=encoding, errors="backslashreplace", line_buffering=True)
    return stream


def _nothing() -> "TextIO":
    return open(os.devnull, "r+", encoding="utf-8")


def _terminal_size() -> tuple[int, int]:
    for descriptor in (1, 2, 0):
        try:
            columns, lines = os.get_terminal_size(descriptor)
        except OSError:
            continue
        if columns > 0 and lines > 0:
            return columns, lines
    return 80, 24
