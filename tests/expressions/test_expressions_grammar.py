"""The parser: trees, places, and problems, several at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yamlflow.expressions import parse, walk
from yamlflow.expressions.ast import Binary, Index, Member


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b-c", "Binary('-', Member(Name('a'), 'b', False), Name('c'))"),
        ("tasks.a-b.status", "Member(Member(Name('tasks'), 'a-b', False), 'status', False)"),
        ("inputs.n-1", "Binary('-', Member(Name('inputs'), 'n', False), Number(1))"),
        ("inputs.n - m", "Binary('-', Member(Name('inputs'), 'n', False), Name('m'))"),
        ("inputs?.a-b", "Member(Name('inputs'), 'a-b', True)"),
        ("x.in", "Member(Name('x'), 'in', False)"),
        ("-5[0]", "Index(Unary('-', Number(5)), Number(0), False)"),
        ("not a in b", "Binary('in', Unary('not', Name('a')), Name('b'))"),
        ("a ?: b", "Conditional(Name('a'), Name('a'), Name('b'))"),
        ("a; b;", "Sequence((Name('a'), Name('b')))"),
        ("let v = 1; v", "Let('v', Number(1), Name('v'))"),
        ("::len(x)", "Builtin('len', (Name('x'),))"),
        ("x | f(1)", "Call(Name('f'), (Name('x'), Number(1)))"),
        ("sum(xs)", "Builtin('sum', (Name('xs'),))"),
        ("map(xs, .a)", "Builtin('map', (Name('xs'), Closure(Member(Pointer(''), 'a', False))))"),
        ("reduce(xs, #acc, 0)", "Builtin('reduce', (Name('xs'), Closure(Pointer('acc')), Number(0)))"),
        (
            "as({List: Float}, x)",
            "As(Type(name='List', element=Type(name='Float', element=None, properties=()), properties=()), Name('x'))",
        ),
        ("a /* b */ + c // d", "Binary('+', Name('a'), Name('c'))"),
        ("'\\x41\\u00e9\\101\\u{1F600}\\n'", "Text('Aéaé')".replace("aé", "A😀\\n")),
        ("`a``b\\n`", "Text('a`b\\\\n')"),
    ],
)
def test_tree(text, tree) -> None:
    assert [repr(parse(text)[0]), parse(text)[1]] == [tree, []]


def test_plain_has_no_additions() -> None:
    tree, problems = parse("tasks.a-b", plain=True)
    assert problems == []
    assert repr(tree) == "Binary('-', Member(Name('tasks'), 'a', False), Name('b'))"
    assert repr(parse("as(Integer, x)", plain=True)[0]) == "Call(Name('as'), (Name('Integer'), Name('x')))"


def test_places() -> None:
    text = "tasks.flip.outputs['a b'] == 'heads'"
    tree, _ = parse(text, 100)
    assert isinstance(tree, Binary)
    spelled = {type(node).__name__: text[node.start - 100 : node.end - 100] for node in walk(tree)}
    assert spelled == {
        "Binary": text,
        "Index": "tasks.flip.outputs['a b']",
        "Member": "tasks.flip",
        "Name": "tasks",
        "Text": "'heads'",
    }
    assert (tree.op_start, tree.op_end) == (126, 128)
    assert isinstance(tree.left, Index)
    assert isinstance(tree.left.target, Member)
    assert text[tree.left.target.name_start - 100 : tree.left.target.name_end - 100] == "outputs"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("", "the expression is empty", "")]),
        ("1 +", [("+", "something is missing after `+`", "")]),
        ("a = 1 & b", [("=", "unexpected `=`", "write `==`"), ("&", "unexpected `&`", "write `&&`")]),
        ("(1 + 2", [("(", "`(` is not closed", "close it with `)`")]),
        ("f(a b)", [("b", "unexpected `b`", "`)` is expected here")]),
        ("'abc", [("'", "the text is not closed", "close it with `'`")]),
        ("'\\d'", [("\\d", "unknown escape", "write a plain `\\` as `\\\\`")]),
        ("a b", [("b", "unexpected `b`", "")]),
        ("contains(a)", [("contains", "unexpected `contains`", "write `a contains b`")]),
        ("x.", [(".", "a name is missing after `.`", "other names are written `['a b']`")]),
        ("a @ b", [("@", "unexpected character `@`", "")]),
        ("a ?? b + c", [("+", "`+` beside `??` needs parentheses", "write `(a ?? b) + c`")]),
        ("x | trim", [("trim", "`trim` is called without parentheses", "write `trim()`")]),
        ("# > 1", [("#", "`#` stands for an element only inside `filter`, `map` and their like", "")]),
        ("filter(xs)", [(")", "`filter` needs 2 arguments", "")]),
        ("a ? b", [("b", "`:` is missing after this", "a condition is written `test ? a : b`")]),
        ("{a 1}", [("1", "`:` is missing before `1`", "a map is written `{key: value}`")]),
        ("a not b", [("not", "unexpected `not`", "write `!=`, `not in` or `not contains`")]),
        ("tasks.step-1.outputs.x", [("step-1", "the name `step-1` needs brackets here", "write `['step-1']`")]),
        (
            "99999999999999999999",
            [("99999999999999999999", "`99999999999999999999` is no number that can be read", "")],
        ),
        ("/* a", [("/*", "the comment is not closed", "close it with `*/`")]),
        (
            "as(1, x)",
            [
                (
                    "1",
                    "a type is a name, or one name with its properties",
                    "write `as(Integer, x)` or `as({List: Float}, x)`",
                )
            ],
        ),
        ("f(1 +, 2 *)", [("+", "something is missing after `+`", ""), ("*", "something is missing after `*`", "")]),
    ],
)
def test_problems(text, found) -> None:
    problems = parse(text, 7)[1]
    assert [(text[one.start - 7 : one.end - 7], one.message, one.hint) for one in problems] == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 200 + "1" + ")" * 200, "the expression is nested too deeply"),
        ("-" * 5000 + "1", "the expression is nested too deeply"),
        ("[" * 60_000, "the expression is nested too deeply"),
        ("+".join("a" * 300), "the expression is too large"),
        ("a" + ".b" * 300, "the expression is too large"),
        ("(" * 60 + "a" + "?:b)" * 60, "the expression is too large"),
        ("1<(" * 40 + "1" + ")<1" * 40, "the expression is too large"),
        ("x" * 70_000, "the expression is longer than 64 KiB"),
    ],
)
def test_limits(text, message) -> None:
    tree, problems = parse(text)
    assert tree is None
    assert [problem.message for problem in problems] == [message]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab1.?:#|&=!<>+-*/%^()[]{},;'\"`\\ \n$@inotlet"), max_size=40))
def test_anything_can_be_read(text) -> None:
    tree, problems = parse(text)
    for problem in problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message
    for node in walk(tree) if tree else ():
        assert 0 <= node.start <= node.end <= len(text)
