"""The fenced blocks of Markdown pages, and a way to run what their console blocks show."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple

_FENCE = re.compile(r"^```(\w*)(?: file=(\S+))?$")


class Block(NamedTuple):
    """A fenced block: its language, the name of its file if it has one, and the lines `first` to `last` (exclusive)."""

    language: str
    file: str
    section: str
    first: int
    last: int
    text: str


class Shown(NamedTuple):
    """A command of a console block, and what the page says that it prints."""

    command: str
    output: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page with the title of the section in which each stands."""
    section = ""
    lines = page.splitlines()
    opened: tuple[int, str, str] | None = None
    for number, line in enumerate(lines):
        if opened and line == "```":
            first, language, file = opened
            text = "".join(f"{inner}\n" for inner in lines[first:number])
            yield Block(language, file, section, first, number, text)
            opened = None
        elif opened is None and (match := _FENCE.match(line)):
            opened = (number + 1, match[1], match[2] or "")
        elif opened is None and line.startswith("## "):
            section = line[3:].strip()


def commands(block: Block) -> list[Shown]:
    """Split a console block: a line with `$ ` is a command, what follows is its output."""
    found: list[Shown] = []
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append(Shown(line[2:].rstrip("\n"), ""))
        else:
            found[-1] = Shown(found[-1].command, found[-1].output + line)
    return found


def write_file(block: Block, folder: Path) -> None:
    """Write a block that has a `file=` title."""
    target = folder / block.file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(block.text)


def run_block(shown: list[Shown], folder: Path, env: dict[str, str]) -> list[str]:
    """Run the commands in one shell that starts in `folder`; return what each printed on stdout and stderr."""
    script = "".join(f"{item.command}\nprintf '\\036'\n" for item in shown)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        text=True,
        check=False,
    )
    return done.stdout.split("\x1e")[: len(shown)]


def run_live(shown: list[Shown], folder: Path, env: dict[str, str], *, anew: bool) -> list[str]:
    """Run commands while one works in the background: each has its time until it printed what is shown.

    To have the page written anew, each has all the time until nothing more comes.
    """
    shell = subprocess.Popen(
        ["bash"],
        cwd=folder,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    )
    lines: SimpleQueue[str] = SimpleQueue()
    reader = Thread(target=lambda: [lines.put(line) for line in shell.stdout])
    reader.start()
    with shell:
        printed = []
        for item in shown:
            shell.stdin.write(f"{item.command}\n")
            printed.append(_read_live(lines, None if anew else item.output))
        shell.stdin.write("{ kill %1; wait; } 2>/dev/null\n")
        shell.stdin.close()
        reader.join()
    return printed


def _read_live(lines: SimpleQueue[str], wanted: str | None) -> str:
    output = ""
    while wanted is None or not matches(output, wanted):
        try:
            output += lines.get(timeout=3 if wanted is None else 60)
        except Empty:
            break
    return output


def as_shown(shown: list[Shown], printed: list[str]) -> str:
    """Return the text of a console block with what was printed; a blank line parts outputs from the next command."""
    text = ""
    for item, output in zip(shown, printed, strict=True):
        text += f"$ {item.command}\n" + (f"{output.strip()}\n\n" if output.strip() else "")
    return text.rstrip("\n") + "\n"


_RULES = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "2026-01-01T00:00:00Z"),  # a moment
    (re.compile(r"^\d\d:\d\d:\d\d ", re.MULTILINE), "00:00:00 "),  # the time of a day
    (re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \+0000"), "Thu Jan 01 00:00:00 +0000"),
    (re.compile(r"(?<=-)\d{5,10}\b"), "1234567890"),  # the hash at the end of a pod's name
    (re.compile(r"\b(\d+m)?\d+(\.\d+)?s\b"), "0.0s"),  # a duration
    (re.compile(r"(?<=-)[bcdfghjklmnpqrstvwxz2456789]{5}\b"), "x7k2p"),  # the random end of a run's name
    (re.compile(r"(?<=\S) {2,}"), "  "),  # columns, as wide as what was replaced
    (re.compile(r" +$", re.MULTILINE), ""),
]


def normal(output: str) -> str:
    """Replace what differs from run to run: moments, durations, random names, the width of columns."""
    for pattern, replacement in _RULES:
        output = pattern.sub(replacement, output)
    return output.strip("\n")


def matches(output: str, shown: str) -> bool:
    """Compare what was printed with what a page shows, where a line `...` stands for any lines."""
    lines = normal(shown).splitlines()
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in lines)
    return re.fullmatch(pattern, normal(output) + "\n" if lines else normal(output)) is not None
