"""docs/argo-coverage.md: the YAML of each row gives the field that the row is about."""

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import generate_argo_coverage
import pytest
import yaml

from yamlflow.argo.fields import walk
from yamlflow.cli import main
from yamlflow.source import write_yaml

ROOT = Path(__file__).resolve().parent.parent.parent

SCRIPT = {"image": "python:3.12", "shell": "python3", "run": "print()"}
KINDS = {"run", "container", "tasks", "approve", "pause", "sleep", "resource", "http", "template"}
ROWS = {name: list(rows) for name, rows in itertools.groupby(generate_argo_coverage.rows(), lambda row: row.type)}


def _pipeline(scope: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return a small pipeline with the YAML of a row at its place."""
    task: dict[str, Any] = SCRIPT
    if scope == "task":
        task = given if KINDS & set(given) else {**SCRIPT, **given}
    elif scope == "group":
        task = {"tasks": {"b": SCRIPT, "c": SCRIPT}, **given}
    elif scope == "argument":
        task = {**SCRIPT, "inputs": [{"name": "data"}], "arguments": {"data": given}}
    return {"name": "p", "tasks": {"a": task, "other": {"sleep": "1h"}}, **(given if scope == "pipeline" else {})}


def _fields(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kind = "CronWorkflowSpec" if manifest["kind"] == "CronWorkflow" else "WorkflowSpec"
    for _, name, value in walk(manifest["spec"], kind):
        yield from ((name, field) for field in value)


def _rendered(scope: str, given: Any, folder: Path, capsys: pytest.CaptureFixture[str]) -> Counter[tuple[str, str]]:
    if scope == "pair":
        text = (ROOT / "tests" / "render" / "pairs" / f"{given[0]}-rendered.yaml").read_text()
    else:
        (folder / "p.yaml").write_text(write_yaml(_pipeline(scope, given)))
        code = main(["render", str(folder / "p.yaml")])
        text, errors = capsys.readouterr()
        assert (code, errors) == (0, ""), given
    return Counter(_fields(yaml.load(text, yaml.CSafeLoader)))


@pytest.mark.parametrize("name", ROWS)
def test_row(name, tmp_path, capsys) -> None:
    bare = _rendered("task", {}, tmp_path, capsys)
    for row in ROWS[name]:
        field = (row.type, row.field)
        taken = 1 if KINDS & set(row.given) else 0
        assert _rendered(row.scope, row.given, tmp_path, capsys)[field] > (
            bare[field] - taken if row.scope != "pair" else 0
        ), row


def test_a_field_that_is_not_listed(monkeypatch) -> None:
    fields = generate_argo_coverage.types()
    fields["Backoff"]["jitter"] = {"type": "string"}
    monkeypatch.setattr(generate_argo_coverage, "types", lambda: fields)
    with pytest.raises(ValueError, match=r"no row for Backoff\.jitter"):
        generate_argo_coverage.rows()
    fields["Backoff"].pop("jitter")
    fields["Memoize"]["eviction"] = {"$ref": "#/$defs/Eviction"}
    fields["Eviction"] = {"after": {"type": "string"}}
    with pytest.raises(ValueError, match=r"no row for Memoize\.eviction"):
        generate_argo_coverage.rows()
