"""Nodes: their values, their places, aliases, merges, several documents, and what broken texts come to."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import Mapping, Scalar, Sequence, read_documents, read_source


def read(text: str):
    sink = Sink()
    node = read_source(SourceText("x.yaml", text), sink)
    return node, [item.code for item in sink.sorted()]


def good(text: str):
    node, codes = read(text)
    assert codes == []
    assert node is not None
    return node


def test_data_of_all_styles():
    text = """\
plain: some text
single: 'it''s'
double: "tab\\tend"
literal: |
  one
   two
folded: >-
  one
  two

  three
empty:
list: [1, 0x10, 0o17, 1.5, true, ~, no, 012]
nested:
- a: {b: c}
- - x
"""
    assert good(text).data() == {
        "plain": "some text",
        "single": "it's",
        "double": "tab\tend",
        "literal": "one\n two\n",
        "folded": "one two\nthree",
        "empty": None,
        "list": [1, 16, 15, 1.5, True, None, "no", 12],
        "nested": [{"a": {"b": "c"}}, ["x"]],
    }


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("a: one", "a", "one"),
        ("a: &x !!str one # c", "a", "one"),
        ("a: &x\nb: 1", "a", ""),
        ("a:\n  - x\n  - y: z\n\nb: 1\n", "a", "- x\n  - y: z"),
        ("a: &m\n  # comment\n  x: 1\nb: 2", "a", "x: 1"),
        ("a: !!map {x: 1 , } # c", "a", "{x: 1 , }"),
        ("a: |+\n  x\n\nb: 1", "a", "|+\n  x"),
        ('a: "x"  \n', "a", '"x"'),
        ("a: one\n  two # c\n", "a", "one\n  two"),
        ("漢: 😀\na: é\n", "a", "é"),
        ("x: 1\r\na: é\r\n", "a", "é"),
        ("x: 1\x85y: 2\u2028a: é\n", "a", "é"),
        ("\ufeffx: 1\na: é\n", "a", "é"),
        ("\ufeff\ufeffx: 1\na: é\n", "a", "é"),
        ("x: &l [1]\na: *l\n", "a", "[1]"),
    ],
)
def test_the_text_at_a_place(text, path, place):
    node = good(text)
    found = node.get(path)
    assert found.span.text == place
    assert node.entries[path].key.span.text == path
    assert node.key_span(path).text == path


def test_lines_and_columns():
    node = good("a: 1\r\n漢字: {b: '😀', c: x}\r\n")
    span = node.get("漢字").get("c").span
    assert (span.line, span.column, str(span)) == (2, 17, "x.yaml:2:17")


def test_aliases_keep_their_own_place():
    node = good("base: &base {a: 1}\none: *base\ntwo: *base\nthree: [*base]\n")
    assert isinstance(node, Mapping)
    one, two = node.get("one"), node.get("two")
    assert (one.alias.line, two.alias.line, node.get("base").alias) == (2, 3, None)
    assert one.data() == two.data() == {"a": 1}
    assert one.entries is two.entries
    assert node.get("three").items[0].alias.text == "*base"
    assert node.span.text.endswith("[*base]")


def test_an_alias_at_the_end_ends_the_mapping():
    assert good("x: &x 1\ny:\n  z: *x\n\n").get("y").span.text == "z: *x"


def test_merged_entries_keep_their_places_and_own_keys_win():
    node = good("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  y: 3\n  <<: [*a, *b]\n  w: 3\nd: {<<: *a}\n")
    merged = node.get("c")
    assert merged.data() == {"x": 1, "y": 3, "z": 2, "w": 3}
    assert merged.key_span("x").line == 1
    assert merged.key_span("z").line == 2
    assert merged.key_span("y").line == 4
    assert node.get("d").data() == {"x": 1, "y": 1}


def test_a_quoted_merge_sign_is_a_key():
    assert good('"<<": 1').data() == {"<<": 1}


def test_an_alias_may_be_a_key():
    node = good("a: &k name\n*k : x\n")
    assert node.data() == {"a": "name", "name": "x"}
    assert node.entries["name"].key.alias.text == "*k"


def test_an_anchor_may_be_set_again():
    assert good("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").data() == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_the_first_of_two_keys_is_kept_and_reading_goes_on():
    node, codes = read("a: 1\na: {b: 1, b: 2}\nc: 3\n")
    assert codes == ["duplicate-key", "duplicate-key"]
    assert node.data() == {"a": 1, "c": 3}


@pytest.mark.parametrize("text", ["a: *x", "a: &x [*x]", "&x {a: *x}", "*x"])
def test_no_tree_comes_from_a_wrong_alias(text):
    node, codes = read(text)
    assert node is None
    assert len(codes) == 1


def test_many_aliases_that_stand_for_little_are_fine():
    good("a: &a {x: 1}\nb:\n" + "- *a\n" * 5000)


def test_values_without_aliases_are_not_counted():
    good("[" + "1, " * 150_000 + "1]")


def test_a_bomb_is_refused_without_being_built():
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 80))
    node, codes = read(text)
    assert node is None
    assert codes == ["alias-bomb"]


def test_a_bomb_of_merges_is_refused():
    text = "a: &a {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\nb:\n" + "- <<: *a\n" * 200
    assert read(text) == (None, ["alias-bomb"])


@pytest.mark.parametrize("text", ["[" * 100 + "]" * 100, "".join(" " * n + "a:\n" for n in range(99))])
def test_a_hundred_levels_are_fine(text):
    good(text)


@pytest.mark.parametrize(
    "text",
    ["[" * 101 + "]" * 101, "[" * 100_000, "{a: " * 5000, "".join(" " * n + "a:\n" for n in range(2000)), "- " * 9999],
)
def test_deeper_is_refused(text):
    assert read(text) == (None, ["too-deep"])


def test_tags():
    assert good("[!!str 1, !!int '2', !!float 3, !!bool 'true', !!null '', ! x, !!seq [], !!map {}]").data() == [
        *("1", 2, 3.0, True, None, "x", [], {})
    ]
    assert read("a: !x 1")[1] == ["unknown-tag"]
    assert read("a: !x 1")[0].data() == {"a": "1"}
    assert read("a: !!int x")[0].data() == {"a": "x"}
    assert read("a: !!python/object/apply:os.system [ls]")[1] == ["unknown-tag"]


def documents(text: str):
    sink = Sink()
    return [node.data() for node in read_documents(SourceText("x.yaml", text), sink)], [
        item.code for item in sink.items
    ]


def test_documents():
    assert documents("---\na: 1\n---\n# none\n---\n[b]\n...\n") == ([{"a": 1}, ["b"]], [])
    assert documents("a: &x 1\n---\nb: *x\n") == ([{"a": 1}], ["unknown-anchor"])
    assert documents("a: 1\n---\nb: [\n") == ([], ["unclosed-bracket"])
    assert documents("# nothing\n") == ([], ["empty-file"])
    assert documents("null") == ([None], [])


def test_one_document_may_have_empty_ones_around_it():
    assert good("---\n---\na: 1\n...\n---\n").data() == {"a": 1}
    node, codes = read("a: 1\n---\nb: 1\n---\nc: [\n")
    assert node.data() == {"a": 1}
    assert codes == ["several-documents"]


def test_all_syntax_errors_of_a_file_are_found():
    text = "".join(f"task-{n}:\n  run: @x\n  other: 1\n" for n in range(5))
    assert read(text) == (None, ["unquoted-text"] * 5)
    text = "a: @x\nb: 1\nb: 2\nc: *unknown\n"
    assert read(text) == (None, ["unquoted-text", "duplicate-key"])
    assert len(read("a: @x\n" * 100)[1]) == 10


def test_reading_stops_after_a_hundred_mistakes():
    node, codes = read("a: 1\n" * 10_000)
    assert (node, len(codes)) == (None, 100)


def test_more_values_than_memory_holds_are_refused():
    assert read("[" + "1," * 1_100_000 + "]") == (None, ["file-too-large"])


def test_control_characters_and_half_pairs():
    assert read("a: \x1b") == (None, ["control-character"])
    assert read("a: \ud800") == (None, ["control-character"])
    assert read("a: 1\nb: \udcff\n") == (None, ["control-character"])


PURE = """
import sys
sys.modules["yaml._yaml"] = None
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_source
sink = Sink()
node = read_source(SourceText("x", '\\ufeffa: &x [1, "two", {b: c}]\\n'), sink)
print(node.data(), [item.span.text for item in node.get("a").items])
for text in sys.argv[1:]:
    sink = Sink()
    assert read_source(SourceText("x", text), sink) is None, text
    print([item.code for item in sink.items])
"""


def test_without_the_parser_in_c():
    texts = [
        "a: b: c",
        "a: [1\nb: 2",
        'a: "x',
        "a: @x",
        "a:\n\tb: 1",
        "a:1\nb: 2",
        "\x07",
        "a:\n  - b\n c: 1",
        "- " * 500,
    ]
    done = subprocess.run([sys.executable, "-c", PURE, *texts], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "{'a': [1, 'two', {'b': 'c'}]} ['1', '\"two\"', '{b: c}']",
        *("['second-colon']", "['unclosed-bracket']", "['unclosed-quote']", "['unquoted-text']", "['tab-indent']"),
        *("['missing-colon']", "['control-character']", "['bad-indent']", "['too-deep']"),
    ]


SEEDS = [
    "name: x\ntasks:\n  a: {image: 'b', args: [1, \"2\"]}\n  c:\n    run: |\n      echo\n    when: ${{ a ? b : c }}\n",
    "a: &a {x: 1}\nb: [*a, !!str c]\nc:\n  <<: *a\n  d: >-\n    e\n    f # g\n",
]
PIECES = [
    *"\n\t :-?[]{},&*!|>'\"%@`#\\~=<\r\x85\u2028漢😀\x07\ufeff",
    "${{",
    "}}",
    "{{",
    ": ",
    " #",
    "\n- ",
    "---\n",
    "\\x",
    "<<:",
]


@st.composite
def broken(draw):
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 3))
        text = text[:at] + draw(st.sampled_from(PIECES)) + text[at + cut :]
    return text


@settings(max_examples=300, deadline=None, derandomize=True)
@given(broken())
def test_broken_texts_end_in_findings_with_places_inside_the_text(text):
    sink = Sink()
    node = read_source(SourceText("x.yaml", text), sink)
    assert (node is not None) or sink.failed
    for item in sink.items:
        for span in [item.span, *(related.span for related in item.related)]:
            assert 0 <= span.start <= span.end <= len(text)


def test_nodes():
    node = good("a: [x]\n")
    assert isinstance(node, Mapping)
    assert "a" in node
    assert [entry.key.value for entry in node] == ["a"]
    assert node.get("b") is None
    assert node.key_span("b") == node.span
    items = node.get("a")
    assert isinstance(items, Sequence)
    assert isinstance(items.items[0], Scalar)
    assert (node.kind, items.kind, items.items[0].kind) == ("mapping", "list", "text")
