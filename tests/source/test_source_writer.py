"""What the writer writes is read back the same by YAML 1.1 and 1.2 readers, and looks as expected."""

import math

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_source, write_yaml
from yamlflow.source.schema import plain_value

TRAPS = [
    *("n", "y", "on", "off", "yes", "No", "NULL", "~", "null", "true", "True", "", "1e3", "0o7", "0x1F", "012", "089"),
    *("12:30", "1:2:3.5", "1_000", "0b11", "-_1", "+1", "-.inf", ".nan", ".5", "1.", "=", "<<", "2026-11-22"),
    *(
        "2026-1-2T3:4:5Z",
        "2001-12-14 21:59:43",
        "- x",
        "-",
        "--- x",
        "---",
        "...",
        "#",
        "# x",
        "a #b",
        "a#b",
        ": ",
        "a: b",
    ),
    *(
        "a:",
        ":a",
        "?",
        "? a",
        "?a",
        "!x",
        "&x",
        "*x",
        "|",
        ">",
        "%x",
        "@x",
        "`x`",
        "'",
        '"',
        "'x' \"y\"",
        "{",
        "}",
        "[",
        "]",
    ),
    *(
        "{{x}}",
        "{{=a == 'b'}}",
        "${{ a ? 'b' : 'c' }}",
        ",",
        " a",
        "a ",
        "\t",
        "a\tb",
        "\n",
        "\n\n",
        "a\n",
        "a\n\n",
        "\na",
    ),
    *(
        " a\nb",
        "a\n b",
        "a \nb",
        "a\n  \nb",
        "\ta\nb",
        "a\n\tb",
        "a\r\nb",
        "a\rb",
        "\x85",
        "a\u2028b",
        "\ufeffa",
        "a\x00b",
    ),
    *(
        "\x1b[0m",
        "\x7f",
        "é",
        "漢字",
        "😀",
        "a\u00a0b",
        "\u3000a",
        "\\",
        "\\n",
        "a\\b'c",
        "x" * 300,
        "x " * 200,
        "-x",
        "--flag",
    ),
    *(
        "#!/bin/sh\necho 'hi'\n",
        "a\n# b\n",
        "a\n---\nb\n",
        "\n  a\n",
        " \na",
        "a\n ",
        "a\n\n\n",
        "a\n%b",
        "1 2",
        "0",
        "-0",
        "1.2.3",
    ),
]
TEXTS = st.one_of(
    st.sampled_from(TRAPS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text(st.sampled_from(list("ab :-#'\"\n\t\\{}[]0123.eoxn~_+%漢😀\x85\u2028\x07")), max_size=14),
)
LEAVES = st.one_of(TEXTS, st.integers(), st.floats(allow_nan=False), st.booleans(), st.none())
DATA = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=20,
)


def same(left, right) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def read(text: str):
    sink = Sink()
    node = read_source(SourceText("x.yaml", text), sink)
    assert node is not None, [item.message for item in sink.items]
    assert not sink.items
    return node.data()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(DATA)
def test_readers_of_both_versions_read_the_data_back(data):
    text = write_yaml(data)
    assert same(yaml.safe_load(text), data), text
    assert same(read(text), data), text
    assert text.endswith("\n")


@pytest.mark.parametrize("text", TRAPS)
def test_traps_stay_text_everywhere(text):
    data = {"k": [text, {"x": text, text: text}], "deep": {"er": text}}
    written = write_yaml(data)
    assert same(yaml.load(written, Loader=yaml.CSafeLoader), data)
    assert same(yaml.load(written, Loader=yaml.SafeLoader), data)
    assert same(read(written), data)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain text", "plain text"),
        ("alpine:3.20", "alpine:3.20"),
        ("--name", "--name"),
        ("n", "'n'"),
        ("12:30", "'12:30'"),
        ("1e3", "'1e3'"),
        ("{{inputs.parameters.x}}", "'{{inputs.parameters.x}}'"),
        ("{{=tasks['x'].status == 'Succeeded'}}", "\"{{=tasks['x'].status == 'Succeeded'}}\""),
        ("it's", "it's"),
        ('say: "it\'s"', "'say: \"it''s\"'"),
        ("a\tb", '"a\\tb"'),
        ("bell\x07", '"bell\\u0007"'),
        ("", "''"),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n", "|\n  a"),
        ("a\n\n", "|+\n  a\n"),
        ("  a\nb\n", "|2\n    a\n  b"),
        ("a\r\nb", '"a\\r\\nb"'),
        ("\n", '"\\n"'),
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        (1e16, "1.0e+16"),
        (1e-7, "1.0e-07"),
        (math.inf, ".inf"),
        (-math.inf, "-.inf"),
        (math.nan, ".nan"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_how_a_value_is_written(value, written):
    assert write_yaml({"k": value}) == f"k: {written}\n"


def test_layout():
    data = {
        "spec": {
            "templates": [
                {"name": "a", "dag": {"tasks": [{"name": "x"}, {"name": "z", "depends": "x"}]}},
                {"name": "b", "args": ["one", ["two", "three"], [], {}], "script": "echo a\necho b\n"},
            ]
        },
        "last": [[{"a": 1, "b": "x\ny\n"}]],
    }
    assert write_yaml(data) == (
        "spec:\n"
        "  templates:\n"
        "  - name: a\n"
        "    dag:\n"
        "      tasks:\n"
        "      - name: x\n"
        "      - name: z\n"
        "        depends: x\n"
        "  - name: b\n"
        "    args:\n"
        "    - one\n"
        "    - - two\n"
        "      - three\n"
        "    - []\n"
        "    - {}\n"
        "    script: |\n"
        "      echo a\n"
        "      echo b\n"
        "last:\n"
        "- - a: 1\n"
        "    b: |\n"
        "      x\n"
        "      y\n"
    )


def test_long_lines_are_never_folded():
    text = "word " * 100 + "end"
    assert write_yaml([text]) == f"- {text}\n"


def test_keys_longer_than_readers_look_ahead():
    data = {"k" * 1500: {"a": "x\ny"}, "z": ["q"]}
    assert yaml.safe_load(write_yaml(data)) == data == read(write_yaml(data))


def test_what_is_no_plain_data_is_refused():
    with pytest.raises(TypeError, match="set"):
        write_yaml({"k": {1, 2}})


@pytest.mark.parametrize("text", TRAPS)
def test_plain_texts_are_text_by_the_core_schema(text):
    written = write_yaml([text]).removeprefix("- ").removesuffix("\n")
    if written == text:
        assert plain_value(text) == text
