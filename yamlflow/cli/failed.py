"""Why steps failed: the end of what they printed, and what is known of how their programs ran."""

from yamlflow.app import runs
from yamlflow.app.failures import account
from yamlflow.app.tree import Node, Workflow
from yamlflow.cli.console import Console
from yamlflow.cli.steps import FAILED, Steps
from yamlflow.cli.text import clean
from yamlflow.cli.view import FAILED_LINES, Tail, reasons
from yamlflow.targets.protocol import Target, TargetError

_MOST = 5


def tail_of(target: Target, name: str) -> Tail:
    """Return what reads the last lines of nodes; over a network only those of failed ones, where they can be had."""

    def local(node: Node, count: int) -> list[str]:
        return runs.last_lines(target, name, node, count)

    def remote(node: Node, count: int) -> list[str]:
        try:
            return [] if node.get("phase") == "Succeeded" else runs.last_lines(target, name, node, count)
        except TargetError:
            return []

    return local if target.name == "local" else remote


def show_failed(workflow: Workflow, target: Target, console: Console) -> None:
    """Print why the first steps that failed did."""
    name = runs.name_of(workflow)
    tail = tail_of(target, name)
    rows = [row for row in Steps(workflow).rows if row.leaf and row.step.phase in FAILED]
    rows = [row for row in rows if row.worker.get("type") == "Pod"]
    for row in rows[:_MOST]:
        printed = [text for text in map(clean, tail(row.worker, FAILED_LINES)) if text]
        told = list(reasons(printed, account(target, name, row.worker), console.out))
        if told:
            console.out.line()
            console.out.line(console.out.paint(row.path, "bold"))
        for line in told:
            console.out.line(line)
    if len(rows) > _MOST:
        more = f"{len(rows) - _MOST} more failed; `yamlflow logs {name} STEP` shows what they printed"
        console.out.line()
        console.out.line(console.out.paint(more, "dim"))
