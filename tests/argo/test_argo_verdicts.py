"""The verdict on each kind of mistake, and on what is next to it, is that of `argo lint` 4.1.2: verdicts.jsonl."""

import json
from pathlib import Path

import pytest

from yamlflow.argo.check import check
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_source, write_yaml

ROWS = [json.loads(line) for line in (Path(__file__).parent / "verdicts.jsonl").read_text().splitlines()]
# Where a run would fail in spite of the linter: Argo's controller or Kubernetes refuses it then.
STRICTER = {
    "15a": "a deadline of 0 is no pod",
    "28c": "an element that is null",
    "35d": "`depends` that cannot be read",
    "40b": "a hook's template that is not there",
    "40d": "an `onExit` template that is not there",
}
MILDER = {"14f": "a tag that is not closed, in the manifest of a resource"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
def test_verdict(row) -> None:
    sink = Sink()
    check(read_source(SourceText("a.yaml", write_yaml(row["manifest"])), sink), sink)
    found = [str(item) for item in sink.sorted()]
    assert bool(found) == (bool(row["argo"]) != (row["rule"] in STRICTER or row["rule"] in MILDER)), (
        row["argo"],
        found,
    )
