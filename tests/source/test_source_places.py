"""Every offset of every scalar leads to its place in the file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import Mapping, Node, Scalar, Sequence, read_source

BLANK = " \t\n\r\x85\u2028\u2029"
BREAKS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\x85", "\u2028"])
CHARS = st.sampled_from(list("abc  \t'\"\\:#-é漢😀,[]{}|>&*!%@~0x1n"))
WORD = st.text(CHARS, max_size=8)
INDENT = st.integers(0, 3).map(lambda n: " " * n)


@st.composite
def bodies(draw, chars=WORD, indent="  "):
    """Text of several lines with blanks at its starts and ends, and empty lines."""
    lines = draw(st.lists(st.tuples(INDENT, chars, INDENT), min_size=1, max_size=5))
    out = ""
    for number, (before, word, after) in enumerate(lines):
        out += (indent + before if number else "") + word + after
        if number < len(lines) - 1:
            out += draw(BREAKS)
            out += "".join(draw(st.lists(BREAKS, max_size=2)))
    return out


ESCAPES = st.sampled_from(
    ["\\n", "\\\\", "\\x41", "\\u00e9", "\\U0001F600", "\\\n  ", "\\ ", "\\t", "\\/", "\\N", "\\0"]
)
DOUBLE_WORD = st.lists(st.one_of(ESCAPES, st.sampled_from(list("ab é😀 '\t:#"))), max_size=8).map("".join)
SINGLE_WORD = st.lists(st.one_of(st.just("''"), st.sampled_from(list('ab é😀 "\\\t:#'))), max_size=8).map("".join)
PLAIN_WORD = st.text(st.sampled_from(list("abé漢😀 x1-.'\"\\")), min_size=1, max_size=8).map(lambda w: "p" + w)


@st.composite
def blocks(draw, indent="  "):
    header = (
        draw(st.sampled_from("|>")) + draw(st.sampled_from(["", "1", "2", "3"])) + draw(st.sampled_from(["", "-", "+"]))
    )
    comment = draw(st.sampled_from(["", " # a comment", "   "]))
    lines = draw(st.lists(st.tuples(INDENT, WORD, INDENT, BREAKS), max_size=6))
    return header + comment + "\n" + "".join(indent + before + word + after + brk for before, word, after, brk in lines)


SCALARS = st.one_of(
    bodies(DOUBLE_WORD).map(lambda body: f'"{body}"'),
    bodies(SINGLE_WORD).map(lambda body: f"'{body}'"),
    bodies(PLAIN_WORD),
    bodies(),
    blocks(),
    blocks("    "),
)


@st.composite
def documents(draw):
    shape = draw(
        st.sampled_from(
            ["{}", "k: {}", "k:\n  {}\n", "- {}\n", "- - {}\n", "a: 1\nk:\n  n: &x !!str {}", "[{}]", "{{k: {}}}"]
        )
    )
    text = shape.format(draw(SCALARS))
    return text + draw(st.sampled_from(["", "\n", "\nz: 1\n", "\n# end\n", "\n- z\n"]))


def scalars(node: Node):
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif isinstance(node, Mapping):
        for entry in node:
            yield entry.key
            yield from scalars(entry.value)


def is_place_of(source: str, char: str, style: str) -> bool:
    """Whether a stretch of source can be where a character of a value came from."""
    if source == char:
        return True
    if char in " \n\u2028\u2029" and source and not source.strip(BLANK):
        return True  # folding, and line breaks in their many forms
    return (style == '"' and source.startswith("\\")) or (style == "'" and source == "''")


def check(scalar: Scalar) -> None:
    before = scalar.span.start
    for at, char in enumerate(scalar.value):
        span = scalar.at(at, at + 1)
        assert span.start >= before, (scalar.value, at)
        assert is_place_of(span.text, char, scalar.style), (scalar.value, at, span.text)
        assert scalar.at(at, at).start == span.start
        before = span.end
    whole = scalar.at(0, len(scalar.value))
    if scalar.value:
        assert (whole.start, whole.end) == (scalar.at(0, 1).start, before)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(documents())
def test_each_character_leads_to_where_it_came_from(text):
    sink = Sink()
    node = read_source(SourceText("x.yaml", text), sink)
    if node is None:
        assert sink.items
        return
    for scalar in scalars(node):
        check(scalar)


def value(text: str) -> Scalar:
    sink = Sink()
    node = read_source(SourceText("x.yaml", text), sink)
    assert isinstance(node, Mapping), [item.message for item in sink.items]
    found = node.get("k")
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize(
    ("text", "part", "line", "column"),
    [
        ("k: one two", "two", 1, 8),
        ("k: 'it''s two'", "two", 1, 11),
        ('k: "a\\tb \\u00e9 two"', "two", 1, 17),
        ('k: "one\n  \n   two"', "two", 3, 4),
        ('k: "one\\\n   two"', "two", 2, 4),
        ("k: one\n  two\n   three", "three", 3, 4),
        ("k: |\n  one\n   two\n", "two", 3, 4),
        ("k: |2-\n   one\n   two\n", "two", 3, 4),
        ("k: >+  # note\n  one\n  two\n\n", "two", 3, 3),
        ("k: >\n  one\n\n\n  two\n", "two", 5, 3),
        ("k: |\r\n  one\r\n  two\r\n", "two", 3, 3),
        ("k: |\n  漢字 😀 two\n", "two", 2, 8),
        ("a: &x one two\nk: *x\n", "two", 1, 11),
    ],
)
def test_place_of_a_part(text, part, line, column):
    scalar = value(text)
    at = scalar.value.index(part)
    span = scalar.at(at, at + len(part))
    assert (span.line, span.column, span.text) == (line, column, part)


def test_places_over_escapes_and_folds_cover_their_source():
    scalar = value('k: "a\\u00e9\n   b"')
    assert scalar.value == "aé b"
    assert scalar.at(1, 2).text == "\\u00e9"
    assert scalar.at(2, 3).text == "\n   "
    assert scalar.at(0, 4).text == "a\\u00e9\n   b"


def test_the_end_of_a_value_is_before_the_closing_quote():
    scalar = value("k: 'ab'")
    assert scalar.at(2, 2).start == 6
    assert value("k: ''").at(0, 0).start == 4


def test_an_alias_leads_to_the_anchored_text_and_knows_its_own_place():
    scalar = value("a: &x text\nk: *x\n")
    assert scalar.alias is not None
    assert (scalar.alias.line, scalar.alias.text) == (2, "*x")
    assert scalar.span.text == "text"


ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])
INSIDE = st.text(st.sampled_from(list("ab\t \x85\u2028\u2029\ufeffé漢😀\u0301")), max_size=6)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(INSIDE, ENDINGS), max_size=6), INSIDE)
def test_lines_and_columns_are_those_of_editors(lines, last):
    source = SourceText("x.yaml", "".join(line + ending for line, ending in lines) + last)
    at = 0
    for number, (line, ending) in enumerate([*lines, (last, "")], start=1):
        # CR and LF that meet are one ending
        if "\r\n" in source.text[max(0, at - 1) : at + 1]:
            return
        assert source.line(number) == line
        assert [source.position(at + column) for column in range(len(line))] == [
            (number, column + 1) for column in range(len(line))
        ]
        at += len(line) + len(ending)
