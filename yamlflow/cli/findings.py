"""Findings, on the stream where they belong."""

from io import StringIO
from typing import Any

from yamlflow.cli.console import Console, Output
from yamlflow.diagnostics import Diagnostic, Sink
from yamlflow.diagnostics.formats import PLAIN, Terminal, create
from yamlflow.diagnostics.report import Report


def show(report: Report, form: str, out: Output, width: int) -> None:
    """Print a report in one of its formats."""
    terminal = Terminal(width, out.colour) if out.terminal else PLAIN
    text = StringIO()
    create(form, terminal).write(report, text)
    out.write(text.getvalue())


def compiled(file: str, pairs: list[str], parameter_file: str | None, console: Console) -> dict[str, Any] | None:
    """Return the manifest of a pipeline's or manifest's file; print what is wrong. None when it cannot be used."""
    from yamlflow.app.parameters import read_parameters

    sink = Sink()
    parameters = read_parameters(pairs, parameter_file, sink)
    if sink.failed:
        _show_beside(sink.sorted(), console)
        return None
    from yamlflow.app.compile import compile_file

    result = compile_file(file, parameters)
    _show_beside(result.diagnostics, console)
    return result.manifest


def _show_beside(found: list[Diagnostic], console: Console) -> None:
    """Print findings on standard error: standard output is for what was asked for."""
    if found:
        show(Report(found, 1), "text", console.err, console.size[0])
