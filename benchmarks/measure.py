"""Timing commands as whole processes, with those that they leave behind."""

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import generate

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
_SUBREAPER = 36
YAMLFLOW = os.path.join(os.path.dirname(PYTHON), "yamlflow")


class Figure(NamedTuple):
    """Time of a command in seconds; processor time in seconds and memory in kB of it and of the engine it leaves."""

    seconds: float
    processor: float
    memory: int


class Bench:
    """Times commands in a scratch folder with a store of its own, and prints a line for each."""

    def __init__(self, folder: Path, *, quick: bool = False) -> None:
        self.folder = folder
        self.quick = quick
        self.home = folder / "home"
        stores = {"YAMLFLOW_HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / "cache")}
        self.env = {**os.environ, **stores, "NO_COLOR": "1"}
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)  # it would make each process compile all modules anew
        shutil.copytree(ROOT / "examples", folder / "examples")
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)

    def fresh(self) -> None:
        """Forget what yamlflow stored."""
        shutil.rmtree(self.home, ignore_errors=True)

    def once(self, *command: str) -> Figure:
        """Run a command to its end, which must be a good one."""
        with open(self.folder / "stderr", "w+b") as errors, open(self.folder / "stdout", "wb") as output:
            begin = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                errors.seek(0)
                raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {errors.read().decode()}")
        left = _reaped()
        processor = sum(item.ru_utime + item.ru_stime for item in (usage, *left))
        return Figure(seconds, processor, usage.ru_maxrss + max((item.ru_maxrss for item in left), default=0))

    @property
    def output(self) -> str:
        """What the last command printed."""
        return (self.folder / "stdout").read_text()

    def time(self, runs: int, *command: str, before: Callable[[], None] = lambda: None) -> Figure:
        """Return the median of some runs, after one that does not count."""
        figures = []
        runs = max(1, runs // 5) if self.quick else runs
        for _ in range(runs + 1):
            before()
            figures.append(self.once(*command))
        seconds, processor, memory = zip(*figures[1:], strict=True)
        return Figure(median(seconds), median(processor), max(memory))

    def write(self, shape: str, count: int) -> str:
        """Write a generated pipeline; return its name."""
        name = f"{shape}-{count}.yaml"
        (self.folder / name).write_text(generate.SHAPES[shape](count))
        return name


def _reaped() -> list[resource.struct_rusage]:
    """Wait for the processes that a command has left behind, such as its engine."""
    found = []
    while True:
        try:
            found.append(os.wait4(-1, 0)[2])
        except ChildProcessError:
            return found


def show(what: str, figure: Figure, bar: str = "", more: str = "") -> None:
    """Print one line of the table."""
    times = f"{figure.seconds * 1000:>9.1f} ms{figure.processor * 1000:>9.1f} ms"
    # A new process begins as a copy of this one, so less than what this one has cannot be told.
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = f"{figure.memory / 1024:>7.0f} MB" if figure.memory > floor else f"{'-':>10}"
    print(f"{what:<46}{times}{memory}   {bar:<12}{more}".rstrip(), flush=True)
