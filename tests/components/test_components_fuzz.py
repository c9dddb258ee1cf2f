"""Whatever is in a component's file, there is a component or a finding with a place, never an exception."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yamlflow.components import Loader
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import Mapping, read_source

FOLDER = Path(__file__).resolve().parent
YAMLS = [path.read_text() for path in sorted((FOLDER / "good").glob("*.yaml"))]
PYTHON = (FOLDER / "samples.py").read_text()
PIECES = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        "null",
        "5",
        "true",
        "{inputValue: a}",
        "&a ",
        "*a",
        "é",
        "(",
        ")",
        "def f(a: int = g()):",
        "\\",
    ]
)


def _places(sink: Sink) -> None:
    for item in sink.items:
        for span in (item.span, *(related.span for related in item.related)):
            assert span is None or 0 <= span.start <= span.end <= len(span.source.text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(YAMLS), st.integers(0, 3000), st.integers(0, 30), PIECES)
def test_broken_specs(text, start, count, piece) -> None:
    at = start % (len(text) + 1)
    sink = Sink()
    node = read_source(SourceText("a.yaml", text[:at] + piece + text[at + count :]), sink)
    found = Loader(sink).load(node, "") if isinstance(node, Mapping) else None
    _places(sink)
    assert found is not None or sink.items or not isinstance(node, Mapping)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, len(PYTHON)),
    st.integers(0, 30),
    PIECES,
    st.sampled_from(["annotated", "inner_annotations", "files"]),
)
def test_broken_python(tmp_path, start, count, piece, name) -> None:
    (tmp_path / "f.py").write_text(PYTHON[:start] + piece + PYTHON[start + count :])
    sink = Sink()
    node = read_source(SourceText("p", f"./f.py:{name}"), sink)
    assert node is not None
    found = Loader(sink).load(node, str(tmp_path))
    _places(sink)
    assert found is not None or sink.items
    if found is not None:
        assert found.container is not None
        compile(str(found.container.command[-1]), "program", "exec")
