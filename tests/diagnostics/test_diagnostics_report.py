"""Summaries, JSON, places and near names."""

import io
import json

import pytest

from yamlflow.diagnostics import Diagnostic, Related, Sink, SourceText, Span, did_you_mean, nearest
from yamlflow.diagnostics.formats import create
from yamlflow.diagnostics.report import Report

SOURCE = SourceText("a.yaml", "a: é\r\nb: |\n  x\n")
OTHER = SourceText("b.yaml", "x")


def finding(severity="error", source=SOURCE, start=0, end=1) -> Diagnostic:
    return Diagnostic("code", severity, "wrong", Span(source, start, end))


@pytest.mark.parametrize(
    ("report", "summary"),
    [
        (Report((), 1), "1 file is valid"),
        (Report((), 3), "3 files are valid"),
        (Report((), 1200, 2), "1,200 files are valid, 2 other YAML files passed over"),
        (Report((), 0), "no file was checked"),
        (Report((), 0, 1), "no file was checked, 1 other YAML file passed over"),
        (Report((finding(),), 1), "1 error in 1 file"),
        (Report((finding(), finding(start=3), finding("warning")), 5), "2 errors, 1 warning in 1 file"),
        (Report((finding(), finding("warning", OTHER), finding("note")), 5, 1), None),
        (Report((finding("warning"),), 1), "1 warning in 1 file"),
        (Report((Diagnostic("c", "error", "m", None, path="z.yaml"), finding()), 1), "2 errors in 2 files"),
    ],
)
def test_summary(report, summary):
    assert report.summary() == (summary or "1 error, 1 warning, 1 note in 2 files, 1 other YAML file passed over")


def test_json():
    related = (Related(Span(OTHER, 0, 1), "see"),)
    items = [
        Diagnostic("one", "error", "wrong é", Span(SOURCE, 3, 4), "hint", ("note",), related),
        Diagnostic("two", "warning", "odd", Span(SOURCE, 9, 14)),
        Diagnostic("three", "error", "no such file", None, path="c.yaml"),
    ]
    out = io.StringIO()
    create("json").write(Report(items, 3, 1), out)
    data = json.loads(out.getvalue())
    assert data["version"] == 1
    assert data["summary"] == {"errors": 2, "warnings": 1, "notes": 0, "files": 3, "skipped": 1}
    one, two, three = data["diagnostics"]
    assert one == {
        "code": "one",
        "severity": "error",
        "message": "wrong é",
        "hint": "hint",
        "notes": ["note"],
        "file": "a.yaml",
        "line": 1,
        "column": 4,
        "endLine": 1,
        "endColumn": 5,
        "related": [{"message": "see", "file": "b.yaml", "line": 1, "column": 1, "endLine": 1, "endColumn": 2}],
    }
    assert (two["severity"], two["hint"], two["notes"], two["related"]) == ("warning", "", [], [])
    assert [two[key] for key in ("line", "column", "endLine", "endColumn")] == [2, 4, 3, 4]
    assert [three[key] for key in ("file", "line", "column", "endLine", "endColumn")] == ["c.yaml"] + [None] * 4
    assert "é" in out.getvalue()


def test_places():
    assert SOURCE.position(3) == (1, 4)
    assert SOURCE.position(6) == (2, 1)
    assert (SOURCE.line(1), SOURCE.line(2), SOURCE.line(3), SOURCE.line(4), SOURCE.line(9)) == (
        "a: é",
        "b: |",
        "  x",
        "",
        "",
    )
    span = Span(SOURCE, 6, 7)
    assert (span.line, span.column, span.text, str(span)) == (2, 1, "b", "a.yaml:2:1")


def test_a_sink_sorts_and_keeps_the_same_finding_once():
    sink = Sink()
    sink.warning("w", "later", Span(SOURCE, 6, 7))
    assert not sink.failed
    sink.error("e", "first", Span(SOURCE, 0, 1), "hint")
    sink.error("e", "first", Span(SOURCE, 0, 1), "hint")
    sink.error("e", "file", None, path="a.yaml")
    assert [item.message for item in sink.sorted()] == ["file", "first", "later"]
    assert sink.failed


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("Ouput", ["Output", "Input"], "Output"),
        ("output", ["Output"], "Output"),
        ("imgae", ["image", "name"], "image"),
        ("xyz", ["image"], None),
        ("a", ["b"], None),
        ("", ["a"], None),
    ],
)
def test_near_names(name, known, found):
    assert nearest(name, known) == found
    assert did_you_mean(name, known) == (f"did you mean `{found}`?" if found else "")
