"""Findings as commands of GitHub Actions, which shows them beside the lines of a change."""

from typing import TextIO

from yamlflow.diagnostics.diagnostic import Diagnostic
from yamlflow.diagnostics.formats import Format
from yamlflow.diagnostics.formats.text import visible
from yamlflow.diagnostics.report import Report

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


class GithubFormat(Format):
    """Prints `::error file=...,line=...::message` for each finding."""

    def write(self, report: Report, out: TextIO) -> None:
        """Print a report."""
        for item in report.diagnostics:
            properties = ",".join(f"{key}={_property(str(value))}" for key, value in _properties(item).items())
            out.write(f"::{_COMMANDS[item.severity]} {properties}::{_data(_message(item))}\n")


def _properties(item: Diagnostic) -> dict[str, str | int]:
    if item.span is None:
        return {"file": item.path, "title": item.code}
    source = item.span.source
    line, column = source.position(item.span.start)
    end_line, end_column = source.position(item.span.end)
    place: dict[str, str | int] = {"file": source.name, "line": line}
    if end_line == line:
        place |= {"col": column, "endColumn": end_column}
    else:  # GitHub takes columns within one line only
        place |= {"endLine": end_line}
    return {**place, "title": item.code}


def _message(item: Diagnostic) -> str:
    related = [f"{place.span}: {place.message}" for place in item.related]
    hint = f" ({item.hint})" if item.hint else ""
    return "\n".join(map(visible, [f"{item.message}{hint}", *item.notes, *related]))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
