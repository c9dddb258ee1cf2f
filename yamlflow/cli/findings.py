"""Findings, on the stream where they belong."""

from io import StringIO
from typing import TYPE_CHECKING

from yamlflow.cli.console import Console, Output
from yamlflow.diagnostics import Diagnostic
from yamlflow.diagnostics.formats import PLAIN, Terminal, create
from yamlflow.diagnostics.report import Report

if TYPE_CHECKING:
    from yamlflow.app.compile import Compiled
    from yamlflow.app.request import Given
    from yamlflow.targets.protocol import RefusedError, Workflow


def show(report: Report, form: str, out: Output, width: int) -> None:
    """Print a report in one of its formats."""
    terminal = Terminal(width, out.colour) if out.terminal else PLAIN
    text = StringIO()
    create(form, terminal).write(report, text)
    out.write(text.getvalue())


def compiled(file: str, given: "Given", console: Console, *, several: bool = False) -> "Compiled | None":
    """Return what a file of pipelines or manifests becomes; print what is wrong. None when it cannot be used."""
    result = given.compile(file, several=several)
    show_beside(result.diagnostics, console)
    return result if result.manifests else None


def refuse(error: "RefusedError", found: "Compiled", manifest: "Workflow", file: str, console: Console) -> int:
    """Print what a target finds wrong with a manifest of a file; return the exit code."""
    from yamlflow.app.refused import told

    show_beside(told(error, found, manifest, file), console)
    return error.exit_code


def show_beside(found: list[Diagnostic], console: Console) -> None:
    """Print findings on standard error: standard output is for what was asked for. Notes are left to `validate`."""
    told = [item for item in found if item.severity != "note"]
    if told:
        show(Report(told, 1), "text", console.err, console.size[0])
