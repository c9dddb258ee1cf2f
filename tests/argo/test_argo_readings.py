"""Plain scalars as Argo reads them: readings.tsv holds what its YAML library says, `make oracle` records it anew."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yamlflow.argo.goyaml import go_data
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import Mapping, read_source, write_yaml

TABLE = Path(__file__).parent / "readings.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text().splitlines()]
TEXTS = st.one_of(
    st.sampled_from([text for text, _ in ROWS]), st.text("0123456789abcdefxoXOBEnyYNT_.:+-~ #", max_size=9)
)
"""Texts that look like something else."""


def _read(text: str) -> object:
    node = read_source(SourceText("a.yaml", text), Sink())
    assert isinstance(node, Mapping)
    return go_data(node.entries["k"].value)


@pytest.mark.parametrize(("text", "told"), [row for row in ROWS if row[1] != "null"])
def test_what_is_read(text, told) -> None:
    wanted, found = json.loads(told)["k"], _read(f"k: {text}\n")
    assert found == (float(wanted) if isinstance(found, float) else wanted)
    assert isinstance(found, bool) == isinstance(wanted, bool)


@given(TEXTS)
def test_what_is_written_is_read_as_text(text) -> None:
    assert _read(write_yaml({"k": text})) == text


@pytest.mark.parametrize(("text", "told"), ROWS)
def test_what_is_no_text_to_argo_is_quoted(text, told) -> None:
    if told == "null" or json.loads(told)["k"] != text:
        assert write_yaml({"k": text}) in (f"k: '{text}'\n", f'k: "{text}"\n')
