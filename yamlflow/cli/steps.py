"""How a step of a run looks as a line: its sign, name, time, and what there is to say."""

from typing import NamedTuple

from yamlflow.app.reasons import Reasons
from yamlflow.app.status import duration, phase_of, state_of, status_of
from yamlflow.app.tree import Node, Row, Workflow, rows
from yamlflow.cli.console import Output
from yamlflow.cli.text import clean, duration_text, pad

Piece = tuple[str, str]
"""Text and its style."""

_SIGNS = {
    "Succeeded": ("✔", "+", "green"),
    "Failed": ("✖", "x", "red"),
    "Error": ("✖", "x", "red"),
    "Skipped": ("○", "o", "dim"),
    "Omitted": ("○", "o", "dim"),
    "Pending": ("◌", ".", "yellow"),
    "Suspended": ("‖", "=", "yellow"),
    "Running": ("●", "*", "cyan"),
}
_SPINNER = ("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "-\\|/")
WIDEST_NAME = 40
FAILED = ("Failed", "Error")


UNFINISHED = ("Running", "Pending", "Suspended")


class Line(NamedTuple):
    """What is said about a step."""

    phase: str
    time: str
    text: str


def shown_phase(row: Row) -> str:
    """Return the phase of a step; what waits for a person or a time is `Suspended`."""
    waits = row.step.phase == "Running" and row.step.type == "Suspend"
    return "Suspended" if waits else row.step.phase


class Steps:
    """The steps of a run as rows, and what there is to say about each."""

    __slots__ = ("_nodes", "_reasons", "rows")

    def __init__(self, workflow: Workflow) -> None:
        self.rows = list(rows(workflow))
        self._nodes: dict[str, Node] = status_of(workflow).get("nodes") or {}
        self._reasons = Reasons(workflow)

    def line(self, row: Row, now: float) -> Line:
        """Return what is said about a row."""
        node, phase = row.step.node, shown_phase(row)
        words = [clean(self._reasons.of(row.worker if phase in FAILED else node, self._nodes))]
        if row.tries > 1:
            words.insert(0, f"({row.tries} attempts)")
        timed = row.leaf and phase not in ("Skipped", "Omitted", "Pending")
        return Line(phase, duration_text(duration(node, now)) if timed else "", " ".join(filter(None, words)))


def sign(phase: str, output: Output, tick: int | None = None) -> Piece:
    """Return the sign of a phase; with `tick`, what runs turns."""
    fancy, plain, style = _SIGNS.get(phase, ("?", "?", ""))
    if phase == "Running" and tick is not None:
        wheel = _SPINNER[0 if output.unicode else 1]
        return wheel[tick % len(wheel)], style
    return (fancy if output.unicode else plain), style


def pieces(line: Line, output: Output, name: str, width: int, tick: int | None = None) -> list[Piece]:
    """Return a line's pieces: sign, name (padded to `width`), time, text. Blanks before the name move the sign."""
    bare = name.lstrip(" ")
    indent = len(name) - len(bare)
    shown = [(" " * (indent + 1), ""), sign(line.phase, output, tick), (" ", ""), (pad(bare, width - indent), "")]
    if line.time:
        shown += [("    ", ""), (pad(line.time, 4), "dim")]
    if line.text:
        style = "red" if line.phase in FAILED else "dim" if line.phase in ("Skipped", "Omitted") else ""
        shown += [("   " if line.time else "    ", ""), (line.text, style)]
    return shown


def name_width(workflow: Workflow) -> int:
    """Return the width of the column of names: that of the longest task of the manifest, within reason."""
    names = [""]
    for template in (workflow.get("spec") or {}).get("templates") or ():
        names += [task.get("name", "") for task in (template.get("dag") or {}).get("tasks") or ()]
        names += [step.get("name", "") for group in template.get("steps") or () for step in group]
    return min(max(map(len, names)), WIDEST_NAME)


def header(workflow: Workflow, target: str, output: Output) -> str:
    """Return the line that says which run this is and where it runs."""
    metadata = workflow["metadata"]
    return f"{output.paint(metadata['name'], 'bold')}   {target}   namespace {metadata.get('namespace', '')}"


def ending(workflow: Workflow, now: float, output: Output) -> str:
    """Return the line that says how a run ended."""
    phase = phase_of(workflow)
    state = output.paint(state_of(workflow), phase_style(phase))
    took = duration_text(duration(status_of(workflow), now))
    message = clean(str(status_of(workflow).get("message") or "")) if phase != "Succeeded" else ""
    return f"{state} in {took or '0.0s'}" + (f": {message}" if message else "")


def phase_style(phase: str) -> str:
    """Return the style of a phase's name."""
    return _SIGNS[phase][2] if phase in _SIGNS else ""
