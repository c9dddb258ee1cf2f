"""A run as it goes, line by line, and what all views of it share."""

from collections.abc import Callable, Iterator, Sequence

from yamlflow.app.runs import name_of
from yamlflow.app.tree import Node, Row, Workflow
from yamlflow.cli.console import Console, Output
from yamlflow.cli.steps import (
    FAILED,
    UNFINISHED,
    WIDEST_NAME,
    Line,
    Steps,
    ending,
    header,
    name_width,
    pieces,
    shown_phase,
)
from yamlflow.cli.text import clean, clip

Tail = Callable[[Node, int], list[str]]
"""Returns the last lines that a node printed."""

Account = Callable[[Node], list[str]]
"""Returns what is known of how a node failed."""

Clock = Callable[[], float]
"""Returns the seconds since 1970."""

_PRINTED = 500
FAILED_LINES = 10
_PATIENCE = 1.0


def no_account(_: Node) -> list[str]:
    """Return that nothing is known."""
    return []


def notice_line(notice: str, output: Output) -> str:
    """Return how a notice of a run is said: a warning if it has a code."""
    code, bracket, text = notice.partition("] ")
    if not bracket or not code.startswith("["):
        return f"{output.paint('note:', 'yellow')} {notice}"
    return f"{output.paint(f'warning{code}]:', 'yellow')} {text}"


def reasons(printed: Sequence[str], known: Sequence[str], out: Output) -> Iterator[str]:
    """Yield what stands under a step that failed: the end of what it printed, and what is known of its program."""
    yield from (f"     {out.paint('|', 'red')} {text}" for text in printed)
    yield from (f"     {out.paint('=', 'dim')} {clip(clean(text), _PRINTED)}" for text in known)


class View:
    """What both views share: the header, the finished steps with the end of what they printed, the ending."""

    def __init__(
        self, console: Console, workflow: Workflow, target: str, tail: Tail, clock: Clock, account: Account = no_account
    ) -> None:
        self.out = console.out
        self._err = console.err
        self._tail = tail
        self._clock = clock
        self._account = account
        self._said: dict[str, list[str]] = {}
        self._name = name_of(workflow)
        self._width = name_width(workflow)
        self.out.line(header(workflow, target, self.out))

    def update(self, workflow: Workflow) -> None:
        """Show a new state."""
        raise NotImplementedError

    def tick(self) -> None:
        """Show that time passes."""
        raise NotImplementedError

    def stopping(self) -> None:
        """Say that the run is being ended."""
        self.out.line(f"stopping {self._name}")

    def say(self, notice: str) -> None:
        """Say something about the run as a whole, beside its steps."""
        self._err.line(notice_line(notice, self._err))

    def leave(self) -> None:
        """Give the terminal back while the run goes on."""

    def finish(self, workflow: Workflow) -> None:
        """Show the end."""
        self.out.line(ending(workflow, self._clock(), self.out))

    def _printed(self, row: Row) -> list[str]:
        """Return the end of what a finished step printed: a line of one that succeeded, more of one that failed."""
        key = row.step.node["id"]
        if key not in self._said and row.worker.get("type") == "Pod" and row.step.phase in ("Succeeded", *FAILED):
            found = self._tail(row.worker, 1 if row.step.phase == "Succeeded" else FAILED_LINES)
            self._said[key] = [text for text in map(clean, found) if text]
        return self._said.get(key, [])

    def _line(self, steps: Steps, row: Row) -> Line:
        """Return what is said about a row, with the last line that it printed where it succeeded."""
        line = steps.line(row, self._clock())
        printed = self._printed(row) if line.phase == "Succeeded" else ()
        return line._replace(text=" ".join(filter(None, [line.text, *printed[-1:]])))

    def _write(self, steps: Steps, row: Row, name: str) -> None:
        """Print a finished step for good."""
        line = self._line(steps, row)
        shown = pieces(line._replace(text=clip(line.text, _PRINTED)), self.out, name, self._width)
        self.out.line("".join(self.out.paint(*piece) for piece in shown).rstrip())
        if line.phase in FAILED:
            known = self._account(row.worker) if row.worker.get("type") == "Pod" else ()
            for text in reasons(self._printed(row), known, self.out):
                self.out.line(text)


class PlainView(View):
    """One line for each step when it ends, and one when it takes its time."""

    def __init__(
        self, console: Console, workflow: Workflow, target: str, tail: Tail, clock: Clock, account: Account = no_account
    ) -> None:
        super().__init__(console, workflow, target, tail, clock, account)
        self._done: set[str] = set()
        self._since: dict[str, float] = {}
        self._steps = Steps(workflow)

    def update(self, workflow: Workflow) -> None:
        """Print the steps that ended."""
        self._steps = steps = Steps(workflow)
        self._width = max([self._width, *(min(len(row.path), WIDEST_NAME) for row in steps.rows)])
        ended = [
            row for row in steps.rows if row.step.phase not in UNFINISHED and row.step.node["id"] not in self._done
        ]
        for row in sorted(ended, key=lambda row: (row.step.node.get("finishedAt") or "", -row.depth)):
            self._done.add(row.step.node["id"])
            if row.leaf or not row.step.children:
                self._write(steps, row, row.path)

    def tick(self) -> None:
        """Name the steps that have been running for a while."""
        now = self._clock()
        for row in self._steps.rows:
            phase = shown_phase(row)
            if not row.leaf or phase not in ("Running", "Suspended"):
                continue
            key = row.step.node["id"]
            if now - self._since.setdefault(key, now) >= _PATIENCE:
                self._since[key] = float("inf")
                word = Line(phase, "", "waits" if phase == "Suspended" else "running")
                shown = pieces(word, self.out, row.path, self._width)
                self.out.line("".join(self.out.paint(*piece) for piece in shown))
