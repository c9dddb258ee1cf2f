"""Golden pairs: a file that cannot be read as it is, beside the exact text printed. UPDATE_GOLDEN=1 rewrites them."""

import io
import os
import re
from pathlib import Path

import pytest

from yamlflow.diagnostics import Sink
from yamlflow.diagnostics.formats import create
from yamlflow.diagnostics.report import Report
from yamlflow.source import read_file

GOLDEN = Path(__file__).parent / "golden"
BAD = sorted(GOLDEN.glob("*.yaml"))
RAISED = re.compile(r"""(?:error|Finding)\(\s*"([a-z0-9-]+)",""")


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


def test_each_code_of_reading_has_a_pair():
    folder = GOLDEN.parents[2] / "yamlflow" / "source"
    sources = [*folder.glob("mistakes/*.py"), *(folder / f"{name}.py" for name in ("builder", "files", "reader"))]
    raised = {code for path in sources for code in RAISED.findall(path.read_text())}
    shown = {code for path in BAD for code in re.findall(r" error\[([a-z0-9-]+)\]: ", printed(path))}
    assert raised - shown == {"file-not-found", "file-too-large", "is-folder", "unreadable"}
