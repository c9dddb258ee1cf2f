"""A run as it goes, drawn in place."""

from yamlflow.app.status import duration, status_of
from yamlflow.app.tree import Row, Workflow
from yamlflow.cli.console import Console
from yamlflow.cli.screen import Screen
from yamlflow.cli.steps import FAILED, UNFINISHED, WIDEST_NAME, Piece, Steps, pieces
from yamlflow.cli.text import duration_text
from yamlflow.cli.view import Account, Clock, Tail, View, no_account

_MOST_AT_END = 200


class LiveView(View):
    """The tree of steps, drawn anew in place; at the end it stays, whole."""

    def __init__(
        self, console: Console, workflow: Workflow, target: str, tail: Tail, clock: Clock, account: Account = no_account
    ) -> None:
        super().__init__(console, workflow, target, tail, clock, account)
        self._console = console
        self._screen = Screen(console)
        self._workflow = workflow
        self._steps = Steps(workflow)
        self._chosen: tuple[Steps | None, int, tuple[list[Row], int]] = (None, 0, ([], 0))
        self._ticks = 0
        self._stopping = False

    def update(self, workflow: Workflow) -> None:
        """Draw a new state."""
        self._workflow = workflow
        self._steps = Steps(workflow)
        self._draw()

    def tick(self) -> None:
        """Turn the spinners."""
        self._ticks += 1
        self._draw()

    def stopping(self) -> None:
        """Say above the drawing, and draw, that the run is being ended."""
        self._screen.clear()
        super().stopping()
        self._stopping = True
        self._draw()

    def say(self, notice: str) -> None:
        """Say something above the drawing."""
        self._screen.clear()
        super().say(notice)

    def leave(self) -> None:
        """Take the drawing away."""
        self._screen.clear()

    def finish(self, workflow: Workflow) -> None:
        """Replace the drawing by the whole tree and the ending."""
        self._screen.clear()
        steps = Steps(workflow)
        kept, hidden = _most_telling(steps.rows, _MOST_AT_END)
        self._width = max([self._width, *(min(len(_indented(row)), WIDEST_NAME) for row in kept)])
        for row in kept:
            self._write(steps, row, _indented(row))
        if hidden:
            self.out.line(self.out.paint(f"   {hidden} more; `yamlflow get {self._name}` shows all", "dim"))
        super().finish(workflow)

    def _draw(self) -> None:
        kept, hidden = self._fitting(max(self._console.size[1] - 3, 1))
        self._width = max([self._width, *(min(len(_indented(row)), WIDEST_NAME) for row in kept)])
        drawn = [self._drawn(row) for row in kept]
        if hidden:
            drawn.append([(f"   {hidden} more", "dim")])
        self._screen.draw([*drawn, self._footer()])

    def _fitting(self, room: int) -> tuple[list[Row], int]:
        """Return the rows that are drawn and the number of those left out; chosen once, as long as nothing changes."""
        steps, known, fitting = self._chosen
        if steps is not self._steps or known != room:
            fitting = _most_telling(self._steps.rows, room)
            self._chosen = (self._steps, room, fitting)
        return fitting

    def _drawn(self, row: Row) -> list[Piece]:
        return pieces(self._line(self._steps, row), self.out, _indented(row), self._width, self._ticks)

    def _footer(self) -> list[Piece]:
        if self._stopping:
            return [("stopping; Ctrl-C again leaves at once", "yellow")]
        status = status_of(self._workflow)
        took = duration_text(duration(status, self._clock()))
        words = [status.get("phase") or "Pending", took, status.get("progress") or ""]
        return [("   ".join(filter(None, words)), "dim")]


def _indented(row: Row) -> str:
    """Return the name of a step, moved right under those it belongs to."""
    return "  " * row.depth + row.name


def _most_telling(rows: list[Row], room: int) -> tuple[list[Row], int]:
    """Return what fits, in the order of the tree: what runs or failed first, then the latest; and how many are left."""
    if len(rows) <= room:
        return rows, 0
    rank = sorted(range(len(rows)), key=lambda at: (rows[at].step.phase not in (*UNFINISHED, *FAILED), -at))
    kept = sorted(rank[: max(room - 1, 0)])
    return [rows[at] for at in kept], len(rows) - len(kept)
