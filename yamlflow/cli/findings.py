"""Findings in a command that has other things to print."""

from typing import Any

from yamlflow.app import compile as compiling
from yamlflow.app.parameters import read_parameters
from yamlflow.cli.console import Console
from yamlflow.diagnostics import Diagnostic, Sink


def compiled(file: str, pairs: list[str], parameter_file: str | None, console: Console) -> dict[str, Any] | None:
    """Return the manifest of a pipeline or a manifest's file; print what is wrong. None when it cannot be used."""
    sink = Sink()
    parameters = read_parameters(pairs, parameter_file, sink)
    if sink.failed:
        show(sink.sorted(), console)
        return None
    result = compiling.compile_file(file, parameters)
    show(result.diagnostics, console)
    return result.manifest
