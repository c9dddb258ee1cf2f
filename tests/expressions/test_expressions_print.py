"""The printer: what it writes parses to the same tree, and can stand in Argo's tag."""

import pytest
from hypothesis import given, settings
from trees import trees

from yamlflow.expressions import parse, print_expr
from yamlflow.expressions.ast import Binary, Index, Member, Name, Number, Text
from yamlflow.expressions.tree import same


@settings(max_examples=200, deadline=None)
@given(trees)
def test_print_and_parse(tree) -> None:
    printed = print_expr(tree)
    assert "{{" not in printed
    assert "}}" not in printed
    parsed, problems = parse(printed, plain=True)
    assert problems == [], printed
    assert parsed is not None
    assert same(tree, parsed), printed
    assert print_expr(parsed) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("((a-b))-c", "a - b - c"),
        ("a**b**c", "a ** b ** c"),
        ("(a**b)**c", "(a ** b) ** c"),
        ("(-a)**2", "(-a) ** 2"),
        ("-a**2", "-a ** 2"),
        ("!(a&&b)", "!(a && b)"),
        ("not (a in b)", "not (a in b)"),
        ("a not in b", "a not in b"),
        ("a<b<c", "a < b && b < c"),
        ("(a<b)<c", "(a < b) < c"),
        ("(a ?? b) == c", "(a ?? b) == c"),
        ("x + a ?? b", "x + (a ?? b)"),
        ("(a ? b : c) + d", "(a ? b : c) + d"),
        ("(a ? b : c) ? d : e", "(a ? b : c) ? d : e"),
        ("if a {b} else {c}", "a ? b : c"),
        ("xs | filter(# > 1) | len()", "len(filter(xs, # > 1))"),
        ("map(xs, .a?.b)", "map(xs, #.a?.b)"),
        ("map(xs, {let y = #; y})", "map(xs, (let y = #; y))"),
        ("{a: {b: {c: 1}}}", "({a: ({b: ({c: 1})})})"),
        ("{'a b': 1, (k): 2, 'in': 3}", "({'a b': 1, (k): 2, 'in': 3})"),
        ("'}}' + \"{{\"", "'}\\x7d' + '{\\x7b'"),
        ('"it\'s"', '"it\'s"'),
        ("'\\'\"'", "'\\'\"'"),
        ("tasks.flip-coin.outputs.side", "tasks['flip-coin'].outputs.side"),
        ("tasks['a b']", "tasks['a b']"),
        ("workflow.outputs?.parameters?.['t-o'] ?? ''", "workflow.outputs?.parameters?.['t-o'] ?? ''"),
        ("as(Integer, a + b) * 2", "(a + b) * 2"),
        ("x[1:]", "x[1:]"),
        ("(5).x", "(5).x"),
        ("1..3", "1..3"),
        ("1_000 + 0x1F", "1_000 + 0x1F"),
    ],
)
def test_printed(text, printed) -> None:
    tree, problems = parse(text)
    assert problems == []
    assert tree is not None
    assert print_expr(tree) == printed


def test_made_by_hand() -> None:
    tree = Binary("-", Number(-1), Index(Member(Name("a"), "b-c"), Text("d")))
    assert print_expr(tree) == "(-1) - a['b-c']['d']"
