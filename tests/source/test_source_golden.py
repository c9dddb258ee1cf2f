"""Golden pairs: a file that cannot be read as it is, beside the exact text that is printed. UPDATE_GOLDEN=1 rewrites them."""

import io
import os
from pathlib import Path

import pytest

from yamlflow.diagnostics import Sink
from yamlflow.diagnostics.formats import create
from yamlflow.diagnostics.report import Report
from yamlflow.source import read_file

GOLDEN = Path(__file__).parent / "golden"
BAD = sorted(GOLDEN.glob("*.yaml"))


def printed(path: Path) -> str:
    sink = Sink()
    read_file(str(path), sink, name=path.name)
    out = io.StringIO()
    create("text").write(Report(sink.sorted(), 1), out)
    return out.getvalue()


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_what_is_printed(path):
    expected = path.with_suffix(".out")
    text = printed(path)
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_bytes(text.encode())
    assert text == expected.read_bytes().decode()


def test_each_code_of_reading_has_a_pair_and_a_page():
    codes = {path.stem for path in GOLDEN.parents[2].joinpath("docs", "codes").glob("*.md")}
    shown = {line.split("[")[1].split("]")[0] for path in BAD for line in printed(path).splitlines() if " error[" in line}
    assert shown <= codes
