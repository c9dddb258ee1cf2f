"""Findings on one line each, for editors and grep."""

from typing import TextIO

from yamlflow.diagnostics.formats import Format
from yamlflow.diagnostics.formats.text import visible
from yamlflow.diagnostics.report import Report


class OnelineFormat(Format):
    """Prints `file:line:column: severity[code]: message (hint)`, and nothing where nothing was found."""

    def write(self, report: Report, out: TextIO) -> None:
        """Print a report."""
        for item in report.diagnostics:
            out.write(f"{visible(str(item))}\n")
