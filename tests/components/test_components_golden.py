"""Golden pairs: a component with mistakes beside the exact text printed for it. UPDATE_GOLDEN=1 rewrites.

A file with the key `component` holds a reference; any other is the component itself.
"""

import io
import os
from pathlib import Path

import pytest

from yamlflow.components import Loader
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.diagnostics.formats import create
from yamlflow.diagnostics.report import Report
from yamlflow.source import Mapping, Node, read_file, read_source

FOLDER = Path(__file__).resolve().parent / "golden"
PAIRS = sorted(FOLDER.glob("*.yaml"))


def _reference(name: str, sink: Sink) -> Node:
    node = read_file(name, sink)
    held = node.get("component") if isinstance(node, Mapping) else None
    found = held or read_source(SourceText("pipeline.yaml", f"./{name}"), Sink())
    assert found is not None
    return found


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_golden(path, monkeypatch) -> None:
    monkeypatch.chdir(FOLDER)
    sink = Sink()
    Loader(sink).load(_reference(path.name, sink), "")
    out = io.StringIO()
    create("text").write(Report(sink.sorted(), 1), out)
    golden = path.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(out.getvalue())
    assert out.getvalue() == golden.read_text()
    assert sink.items


def test_every_output_has_a_component() -> None:
    assert {path.stem for path in FOLDER.glob("*.out")} == {path.stem for path in PAIRS}
