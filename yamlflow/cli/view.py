"""A run as it goes: in place on a terminal, line by line elsewhere."""

from collections.abc import Callable

from yamlflow.app.status import duration, status_of
from yamlflow.app.tree import Node, Workflow
from yamlflow.cli.console import Console
from yamlflow.cli.screen import Screen
from yamlflow.cli.steps import FAILED, Line, Piece, ending, header, lines, name_width, pieces
from yamlflow.cli.text import clean, clip, duration_text

Tail = Callable[[Node, int], list[str]]
"""Returns the last lines that a node printed."""

Clock = Callable[[], float]
"""Returns the seconds since 1970."""

_UNFINISHED = ("Running", "Pending", "Suspended")
_PRINTED = 120
_FAILED_LINES = 10
_PATIENCE = 1.0


class View:
    """What both views share: the header, the finished steps with the end of what they printed, the ending."""

    def __init__(self, console: Console, workflow: Workflow, target: str, tail: Tail, clock: Clock) -> None:
        self.out = console.out
        self._tail = tail
        self._clock = clock
        self._said: dict[str, list[str]] = {}
        self._width = name_width(workflow)
        self.out.line(header(workflow, target, self.out))

    def update(self, workflow: Workflow) -> None:
        """Show a new state."""
        raise NotImplementedError

    def tick(self) -> None:
        """Show that time passes."""
        raise NotImplementedError

    def stopping(self) -> None:
        """Show that the run is being ended."""
        raise NotImplementedError

    def leave(self) -> None:
        """Give the terminal back while the run goes on."""

    def finish(self, workflow: Workflow) -> None:
        """Show the end."""
        self.out.line(ending(workflow, self._clock(), self.out))

    def _printed(self, line: Line) -> list[str]:
        """Return the end of what a finished step printed: a line of one that succeeded, more of one that failed."""
        key = line.row.step.node["id"]
        if key not in self._said and line.row.leaf and line.phase in ("Succeeded", *FAILED):
            found = self._tail(line.row.worker, 1 if line.phase == "Succeeded" else _FAILED_LINES)
            self._said[key] = [text for text in map(clean, found) if text]
        return self._said.get(key, [])

    def _write(self, line: Line, name: str) -> None:
        """Print a finished step for good."""
        printed = self._printed(line)
        if printed and not line.failed:
            line = line._replace(text=" ".join(filter(None, [line.text, clip(printed[-1], _PRINTED)])))
        shown = pieces(line, self.out, name, self._width)
        self.out.line("".join(self.out.paint(*piece) for piece in shown).rstrip())
        for text in printed if line.failed else ():
            self.out.line(f"     {self.out.paint('|', 'red')} {text}")


class PlainView(View):
    """One line for each step when it ends, and one when it takes its time."""

    def __init__(self, console: Console, workflow: Workflow, target: str, tail: Tail, clock: Clock) -> None:
        super().__init__(console, workflow, target, tail, clock)
        self._done: set[str] = set()
        self._since: dict[str, float] = {}
        self._running: list[Line] = []

    def update(self, workflow: Workflow) -> None:
        """Print the steps that ended."""
        shown = lines(workflow, self._clock())
        ended = [line for line in shown if line.phase not in _UNFINISHED and line.row.step.node["id"] not in self._done]
        for line in sorted(ended, key=lambda line: line.row.step.node.get("finishedAt") or ""):
            self._done.add(line.row.step.node["id"])
            if line.row.leaf or (line.text and not line.row.step.children):
                self._write(line, line.row.path)
        self._running = [line for line in shown if line.phase in ("Running", "Suspended") and line.row.leaf]

    def tick(self) -> None:
        """Name the steps that have been running for a while."""
        now = self._clock()
        for line in self._running:
            key = line.row.step.node["id"]
            if now - self._since.setdefault(key, now) >= _PATIENCE:
                self._since[key] = float("inf")
                word = "waits" if line.phase == "Suspended" else "running"
                shown = pieces(line._replace(time="", text=word), self.out, line.row.path, self._width)
                self.out.line("".join(self.out.paint(*piece) for piece in shown))

    def stopping(self) -> None:
        """Say that the run is being ended."""
        self.out.line("stopping")


class LiveView(View):
    """The tree of steps, drawn anew in place; at the end it stays, whole."""

    def __init__(self, console: Console, workflow: Workflow, target: str, tail: Tail, clock: Clock) -> None:
        super().__init__(console, workflow, target, tail, clock)
        self._console = console
        self._screen = Screen(console)
        self._workflow = workflow
        self._ticks = 0
        self._stopping = False

    def update(self, workflow: Workflow) -> None:
        """Draw a new state."""
        self._workflow = workflow
        self._draw()

    def tick(self) -> None:
        """Turn the spinners."""
        self._ticks += 1
        self._draw()

    def stopping(self) -> None:
        """Draw that the run is being ended."""
        self._stopping = True
        self._draw()

    def leave(self) -> None:
        """Take the drawing away."""
        self._screen.clear()

    def finish(self, workflow: Workflow) -> None:
        """Replace the drawing by the whole tree and the ending."""
        self._screen.clear()
        for line in lines(workflow, self._clock()):
            self._write(line, "  " * line.row.depth + line.row.name)
        super().finish(workflow)

    def _draw(self) -> None:
        now = self._clock()
        shown = lines(self._workflow, now)
        room = max(self._console.size[1] - 3, 1)
        kept, hidden = _most_telling(shown, room)
        width = max([self._width, *(len(line.row.name) + 2 * line.row.depth for line in kept)])
        drawn = [self._drawn(line, width) for line in kept]
        if hidden:
            drawn.append([(f"   {hidden} more", "dim")])
        self._screen.draw([*drawn, self._footer(now)])

    def _drawn(self, line: Line, width: int) -> list[Piece]:
        printed = self._printed(line)
        if printed and not line.failed:
            line = line._replace(text=" ".join(filter(None, [line.text, printed[-1]])))
        return pieces(line, self.out, "  " * line.row.depth + line.row.name, width, self._ticks)

    def _footer(self, now: float) -> list[Piece]:
        if self._stopping:
            return [("stopping; Ctrl-C again leaves at once", "yellow")]
        status = status_of(self._workflow)
        words = [status.get("phase") or "Pending", duration_text(duration(status, now)), status.get("progress") or ""]
        return [("   ".join(filter(None, words)), "dim")]


def _most_telling(shown: list[Line], room: int) -> tuple[list[Line], int]:
    """Return what fits, in the order of the tree: what runs or failed first, then the latest; and how many are left."""
    if len(shown) <= room:
        return shown, 0
    rank = sorted(range(len(shown)), key=lambda at: (shown[at].phase not in (*_UNFINISHED, *FAILED), -at))
    kept = sorted(rank[: max(room - 1, 0)])
    return [shown[at] for at in kept], len(shown) - len(kept)
