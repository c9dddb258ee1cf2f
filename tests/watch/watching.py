"""`yamlflow watch` as a process whose lines are read as they come."""

import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, SimpleQueue

DEADLINE = 60
ROUND = re.compile(r"^\d\d:\d\d:\d\d (.*): (valid|invalid)$")


class Watching:
    """A running command; what it prints is told apart by nothing but order."""

    def __init__(self, env: dict[str, str], folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "yamlflow", "watch", *arguments],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.all: list[str] = []
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def until(self, pattern: str) -> list[str]:
        """Return the next lines up to one in which a pattern is found."""
        lines: list[str] = []
        while not lines or not re.search(pattern, lines[-1]):
            try:
                line = self._lines.get(timeout=DEADLINE)
            except Empty:
                raise AssertionError(f"no `{pattern}` came:\n{self.text}") from None
            assert line is not None, f"ended before `{pattern}`:\n{self.text}"
            lines.append(line)
            self.all.append(line)
        return lines

    def until_text(self, text: str) -> None:
        """Read up to the end of some lines."""
        last = re.escape(text.splitlines()[-1])
        while "\n".join(self.all[-len(text.splitlines()) :]) != text:
            self.until(f"^{last}$")

    def until_round(self, what: str, verdict: str) -> None:
        """Read up to a certain verdict: a machine under load may see a save half done, and say so before."""
        while self.verdict() != (what, verdict):
            pass

    def verdict(self) -> tuple[str, str]:
        """Return what the next round is about, and its verdict."""
        match = ROUND.match(self.until(ROUND.pattern)[-1])
        return match[1], match[2]

    @property
    def text(self) -> str:
        return "\n".join(self.all)

    def interrupt(self, number: int = signal.SIGINT) -> tuple[list[str], int]:
        """Send a signal; return the last lines and the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=DEADLINE)
        return list(iter(lambda: self._lines.get(timeout=DEADLINE), None)), code

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()
