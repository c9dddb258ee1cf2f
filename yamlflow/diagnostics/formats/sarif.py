"""Findings as SARIF 2.1.0, which code scanning services and editors read."""

import json
import os
from typing import Any, TextIO
from urllib.parse import quote

from yamlflow import __version__
from yamlflow.diagnostics.codes import read_page, summary
from yamlflow.diagnostics.diagnostic import Diagnostic
from yamlflow.diagnostics.formats import Format
from yamlflow.diagnostics.report import Report
from yamlflow.diagnostics.span import SourceText, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class SarifFormat(Format):
    """Prints a report as a SARIF log of one run; the rules carry the pages of their codes."""

    def write(self, report: Report, out: TextIO) -> None:
        """Print a report."""
        codes = sorted({item.code for item in report.diagnostics})
        driver = {"name": "yamlflow", "version": __version__, "rules": [_rule(code) for code in codes]}
        run = {
            "tool": {"driver": driver},
            "columnKind": "utf16CodeUnits",
            "results": [_result(item, codes.index(item.code)) for item in report.diagnostics],
        }
        data = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
        out.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def _rule(code: str) -> dict[str, Any]:
    page = read_page(code)
    if not page:
        return {"id": code}
    text = page.partition("\n")[2].strip()
    return {
        "id": code,
        "shortDescription": {"text": summary(page)},
        "help": {"text": text, "markdown": text},
    }


def _result(item: Diagnostic, rule: int) -> dict[str, Any]:
    hint = f" ({item.hint})" if item.hint else ""
    result: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": item.severity,
        "message": {"text": "\n".join([f"{item.message}{hint}", *item.notes])},
        "locations": [{"physicalLocation": _place(item.span, item.path)}],
    }
    if item.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(related.span, ""), "message": {"text": related.message}}
            for number, related in enumerate(item.related)
        ]
    return result


def _place(span: Span | None, path: str) -> dict[str, Any]:
    if span is None:
        return {"artifactLocation": {"uri": _uri(path)}}
    line, column = _position(span.source, span.start)
    end_line, end_column = _position(span.source, span.end)
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    return {"artifactLocation": {"uri": _uri(span.source.name)}, "region": region}


def _position(source: SourceText, offset: int) -> tuple[int, int]:
    """Return line and column as SARIF counts them: in UTF-16 code units."""
    line, column = source.position(offset)
    before = source.text[offset - column + 1 : offset]
    return line, column if before.isascii() else len(before.encode("utf-16-le")) // 2 + 1


def _uri(path: str) -> str:
    return ("file://" if os.path.isabs(path) else "") + quote(os.fsencode(path))
