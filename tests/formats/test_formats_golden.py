"""Each format prints the same findings as its golden file says; what others define is held against their rules."""

import io
import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from yamlflow.cli import main
from yamlflow.diagnostics import Diagnostic, Related, SourceText, Span
from yamlflow.diagnostics.formats import FORMATS, create
from yamlflow.diagnostics.report import Report

FOLDER = Path(__file__).resolve().parent
FLOW = SourceText(
    "flows/día 1,a:b.yaml", "name: x\ntasks:\n  one: '𝄞é' # odd 100% <&>\n  two:\n    run: |\n      a\n      b\n"
)
OTHER = SourceText("/srv/flip.py", "def flip():\n    pass\n")


def _span(part: str, source: SourceText = FLOW) -> Span:
    start = source.text.index(part)
    return Span(source, start, start + len(part))


REPORT = Report(
    [
        Diagnostic("file-not-found", "error", "no such file", None, "did you mean `a.yaml`?", path="b.yaml"),
        Diagnostic("no-page-has-this", "note", "only a note", _span("name")),
        Diagnostic(
            "unknown-output",
            "error",
            'task `two` has no "out" & <more>: 100%, `a\tb`',
            _span("# odd"),
            "did you mean `out`?",
            ("the outputs: none\x1b[31m", "a second note"),
            (Related(_span("flip", OTHER), "defined here"), Related(_span("one"), "used here")),
        ),
        Diagnostic("unused-component", "warning", "no task uses\nthe component `x`", _span("|\n      a\n      b")),
    ],
    3,
    1,
    ("flows/día 1,a:b.yaml", "good.yaml", "b.yaml"),
)


def _printed(name: str, report: Report = REPORT) -> str:
    out = io.StringIO()
    create(name).write(report, out)
    return out.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name) -> None:
    path = FOLDER / "golden" / f"{name}.txt"
    found = _printed(name)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found)
    assert found == path.read_text()


@pytest.mark.parametrize("name", ["oneline", "github"])
def test_a_line_each(name) -> None:
    assert len(_printed(name).splitlines()) == len(REPORT.diagnostics)
    assert _printed(name, Report([], 1)) == ""


@pytest.mark.parametrize("report", [REPORT, Report([], 2, 0, ("a.yaml", "b.yaml"))])
def test_sarif_fits_its_schema(report) -> None:
    schema = json.loads((FOLDER / "sarif-2.1.0-part.json").read_text())
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(json.loads(_printed("sarif", report)))) == []


@pytest.mark.parametrize("name", ["block-scalar-places", "graph-cycle", "meant-tasks", "secrets", "several-documents"])
def test_sarif_of_real_findings_fits_its_schema(name, capsys, monkeypatch) -> None:
    monkeypatch.chdir(FOLDER.parent / "golden" / "validate")
    assert main(["validate", f"{name}.yaml", "-o", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    schema = json.loads((FOLDER / "sarif-2.1.0-part.json").read_text())
    assert list(Draft202012Validator(schema).iter_errors(log)) == []
    assert log["runs"][0]["results"]


def test_sarif_means_what_it_says() -> None:
    (run,) = json.loads(_printed("sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[item["ruleIndex"]]["id"] for item in run["results"]] == [item["ruleId"] for item in run["results"]]
    region = run["results"][2]["locations"][0]["physicalLocation"]["region"]
    # `  one: '𝄞é' # odd`: the clef takes two code units of UTF-16.
    assert region == {"startLine": 3, "startColumn": 14, "endLine": 3, "endColumn": 19}
    page = next(rule for rule in rules if rule["id"] == "unknown-output")
    assert page["shortDescription"]["text"] == "A name is used that is no output."
    assert "## Good" in page["help"]["markdown"]


def test_junit_counts() -> None:
    root = ElementTree.fromstring(_printed("junit"))
    assert root.attrib == {"name": "yamlflow", "tests": "3", "failures": "2", "errors": "0"}
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["b.yaml", "flows/día 1,a:b.yaml", "good.yaml"]
    assert [len(suite.findall("testcase/failure")) for suite in suites.values()] == [1, 1, 0]
    assert "the component" in suites["flows/día 1,a:b.yaml"].findtext("system-out")


def test_github_escapes() -> None:
    line = _printed("github").splitlines()[2]
    assert line.startswith("::error file=flows/día 1%2Ca%3Ab.yaml,line=3,col=13,endColumn=18,title=unknown-output::")
    assert "100%25, `a␉b` (did you mean `out`?)%0Athe outputs" in line
