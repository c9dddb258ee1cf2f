"""Findings as JSON, for programs.

The shape is stable; `version` counts changes that break readers. Lines and columns count from 1, columns in characters
(Unicode code points); the end is exclusive. Where a finding is about no place in a file, they are null.

    {"version": 1,
     "diagnostics": [{"code": "unknown-output", "severity": "error", "message": "...", "hint": "...", "notes": ["..."],
                      "file": "flip.yaml", "line": 19, "column": 34, "endLine": 19, "endColumn": 39,
                      "related": [{"message": "...", "file": "flip.py", "line": 3, "column": 1, "endLine": 3,
                                   "endColumn": 9}]}],
     "summary": {"errors": 1, "warnings": 0, "notes": 0, "files": 1, "skipped": 0}}
"""

import json
from typing import Any, TextIO

from yamlflow.diagnostics.diagnostic import Diagnostic
from yamlflow.diagnostics.formats import Format
from yamlflow.diagnostics.report import Report
from yamlflow.diagnostics.span import Span

VERSION = 1


class JsonFormat(Format):
    """Prints a report as one JSON object."""

    def write(self, report: Report, out: TextIO) -> None:
        """Print a report."""
        data = {
            "version": VERSION,
            "diagnostics": [_diagnostic(item) for item in report.diagnostics],
            "summary": {
                "errors": report.count("error"),
                "warnings": report.count("warning"),
                "notes": report.count("note"),
                "files": report.files,
                "skipped": report.skipped,
            },
        }
        out.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def _diagnostic(item: Diagnostic) -> dict[str, Any]:
    return {
        "code": item.code,
        "severity": item.severity,
        "message": item.message,
        "hint": item.hint,
        "notes": list(item.notes),
        **_place(item.span, item.path),
        "related": [{"message": related.message, **_place(related.span, "")} for related in item.related],
    }


def _place(span: Span | None, path: str) -> dict[str, Any]:
    if span is None:
        return {"file": path, "line": None, "column": None, "endLine": None, "endColumn": None}
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    name = span.source.name
    return {"file": name, "line": line, "column": column, "endLine": end_line, "endColumn": end_column}
