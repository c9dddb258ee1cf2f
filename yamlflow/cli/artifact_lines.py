"""Artifacts of a run, printed in one of the formats."""

from collections.abc import Sequence

from yamlflow.app.artifacts import Line
from yamlflow.app.output import dump
from yamlflow.cli.console import Console
from yamlflow.cli.text import table

FORMATS = ("json", "yaml", "name")


def show_artifacts(found: Sequence[Line], form: str | None, console: Console, *, lineage: bool) -> None:
    """Print what tasks wrote, with `lineage` also what they read."""
    if form in ("json", "yaml"):
        console.out.write(dump([item._asdict() for item in found], form))
    elif form == "name":
        for item in found:
            console.out.line(f"{item.task}/{item.name}")
    elif not found:
        console.note("no artifacts")
    else:
        headings = ("TASK", "", "ARTIFACT", "CONTENT", "KEY") if lineage else ("ARTIFACT", "KIND", "SIZE", "CONTENT")
        first, *lines = table([headings, *(_cells(item, lineage=lineage) for item in found)])
        console.out.line(console.out.paint(first, "bold"))
        for line in lines:
            console.out.line(line)


def _cells(item: Line, *, lineage: bool) -> tuple[str, ...]:
    content = f"sha256:{item.digest[:12]}"
    if lineage:
        return item.task, "wrote" if item.direction == "out" else "read", item.name, content, item.key
    return f"{item.task}/{item.name}", item.kind, str(item.size), content
