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
FAILED = ("Failed", "Error")


class Line(NamedTuple):
    """A row of a run's tree with its text."""

    row: Row
    phase: str
    name: str
    time: str
    text: str

    @property
    def failed(self) -> bool:
        """Whether the step itself failed."""
        return self.phase in FAILED


def lines(workflow: Workflow, now: float) -> list[Line]:
    """Return the lines of a run's tree."""
    reasons = Reasons(workflow)
    nodes = status_of(workflow).get("nodes") or {}
    return [_line(row, reasons, nodes, now) for row in rows(workflow)]


def _line(row: Row, reasons: Reasons, nodes: dict[str, Node], now: float) -> Line:
    node = row.step.node
    phase = row.step.phase
    if phase == "Running" and node.get("type") == "Suspend":
        phase = "Suspended"
    ran = phase not in ("Skipped", "Omitted", "Pending")
    words = [clean(reasons.of(row.worker if phase in FAILED else node, nodes))]
    if row.tries > 1:
        words.insert(0, f"({row.tries} attempts)")
    time = duration_text(duration(node, now)) if ran and row.leaf else ""
    return Line(row, phase, row.name, time, " ".join(filter(None, words)))


def sign(phase: str, output: Output, tick: int | None = None) -> Piece:
    """Return the sign of a phase; with `tick`, what runs turns."""
    fancy, plain, style = _SIGNS.get(phase, ("?", "?", ""))
    if phase == "Running" and tick is not None:
        wheel = _SPINNER[0 if output.unicode else 1]
        return wheel[tick % len(wheel)], style
    return (fancy if output.unicode else plain), style


def pieces(line: Line, output: Output, name: str, width: int, tick: int | None = None) -> list[Piece]:
    """Return a line's pieces: sign, name (padded to `width`), time, text."""
    shown = [(" ", ""), sign(line.phase, output, tick), (" ", ""), (pad(name, width), "")]
    if line.time:
        shown += [("   ", ""), (line.time, "dim")]
    if line.text:
        style = "red" if line.failed else "dim" if line.phase in ("Skipped", "Omitted") else ""
        shown += [("   ", ""), (line.text, style)]
    return shown


def name_width(workflow: Workflow) -> int:
    """Return the width of the column of names: that of the longest task of the manifest, within reason."""
    names = [""]
    for template in (workflow.get("spec") or {}).get("templates") or ():
        names += [task.get("name", "") for task in (template.get("dag") or {}).get("tasks") or ()]
        names += [step.get("name", "") for group in template.get("steps") or () for step in group]
    return min(max(map(len, names)), 40)


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
