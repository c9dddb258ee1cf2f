"""Findings as JUnit XML, which CI servers show as results of tests: a suite for each file, a failure for each error."""

from collections.abc import Iterator
from html import escape
from typing import TextIO

from yamlflow.diagnostics.diagnostic import Diagnostic
from yamlflow.diagnostics.formats import Format
from yamlflow.diagnostics.formats.text import TextFormat, visible
from yamlflow.diagnostics.report import Report


class JunitFormat(Format):
    """Prints a report as one XML document. A file without errors is one test that passed."""

    def write(self, report: Report, out: TextIO) -> None:
        """Print a report."""
        suites: dict[str, list[Diagnostic]] = {name: [] for name in report.checked}
        for item in report.diagnostics:
            suites.setdefault(item.file, []).append(item)
        tests = sum(max(1, _errors(items)) for items in suites.values())
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f'<testsuites name="yamlflow" tests="{tests}" failures="{report.count("error")}" errors="0">\n')
        for name, items in sorted(suites.items()):
            out.write("".join(f"{line}\n" for line in _suite(name, items)))
        out.write("</testsuites>\n")


def _errors(items: list[Diagnostic]) -> int:
    return sum(item.severity == "error" for item in items)


def _suite(name: str, items: list[Diagnostic]) -> Iterator[str]:
    count = _errors(items)
    yield f'  <testsuite name="{_text(name)}" tests="{max(1, count)}" failures="{count}" errors="0">'
    if not count:
        yield f'    <testcase classname="{_text(name)}" name="valid"/>'
    for item in items:
        if item.severity == "error":
            yield from _failure(name, item)
    others = [_frames(item) for item in items if item.severity != "error"]
    if others:
        yield "    <system-out>" + "\n".join(others) + "</system-out>"
    yield "  </testsuite>"


def _failure(name: str, item: Diagnostic) -> Iterator[str]:
    place = f" {item.span.line}:{item.span.column}" if item.span else ""
    line = f' line="{item.span.line}"' if item.span else ""
    yield f'    <testcase classname="{_text(name)}" name="{_text(item.code + place)}" file="{_text(name)}"{line}>'
    yield f'      <failure type="{_text(item.code)}" message="{_text(item.message)}">{_frames(item)}</failure>'
    yield "    </testcase>"


def _frames(item: Diagnostic) -> str:
    return escape("\n".join(TextFormat().lines(item)))


def _text(text: str) -> str:
    return escape(visible(text))
