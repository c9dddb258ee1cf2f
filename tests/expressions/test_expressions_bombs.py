"""What would use up memory or time is refused."""

import pytest
from hypothesis import given, settings
from trees import trees

from yamlflow.expressions.evaluate import EvaluationError, evaluate, evaluate_text, result_text
from yamlflow.expressions.govaluate import should_execute

DOUBLING = "; ".join(
    ["let v0 = 'x'", *(f"let v{number} = v{number - 1} + v{number - 1}" for number in range(1, 60)), "v59"]
)
NESTING = "; ".join(
    ["let v0 = [1, 1]", *(f"let v{number} = [v{number - 1}, v{number - 1}]" for number in range(1, 60))]
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1..10000000", "memory budget exceeded"),
        ("repeat('a', 2000000)", "memory budget exceeded"),
        ("repeat(repeat('a', 1000), 10000)", "memory budget exceeded"),
        ("let xs = 1..900000; count(xs, count(xs, # < 0) > 0)", "the evaluation takes too long"),
        ("let x = repeat('a', 900000); replace(x, 'a', x)", "the text becomes too long"),
        ("let x = repeat('a', 900000); join(map(1..1000, x), x)", "the text becomes too long"),
        (DOUBLING, "the text becomes too long"),
        (f"{NESTING}; toJson(v59)", "the evaluation takes too long"),
        (f"{NESTING}; string(v59)", "the evaluation takes too long"),
        (f"{NESTING}; v59 == v59", "the evaluation takes too long"),
        (f"{NESTING}; flatten(v59)", "the evaluation takes too long"),
        (f"{NESTING}; max(v59)", "the evaluation takes too long"),
        ("sprig.until(10000000)", "memory budget exceeded"),
        ("sprig.indent(100000000, 'a')", "the text becomes too long"),
        ("sprig.seq(100000000)", "memory budget exceeded"),
        ("sprig.regexFind('(a|aa)*(a|aa)*(a|aa)*b', repeat('a', 900000))", "the evaluation takes too long"),
        ("'a' matches '(((a{100}){100}){100})'", "error parsing regexp: invalid repeat count: `{100}`"),
        ("toJson(fromJSON(repeat('[', 20000) + repeat(']', 20000)))", "invalid JSON: nested too deeply"),
    ],
)
def test_refused(text, message) -> None:
    with pytest.raises(EvaluationError, match=r"^" + message.replace("{", r"\{").replace("`", ".")):
        result_text(evaluate_text(text, {}))


def test_no_pattern_hangs() -> None:
    assert evaluate_text("repeat('a', 30) matches '^(a+)+$'", {}) is True
    assert evaluate_text("(repeat('a', 30) + 'b') matches '^(a+)+$'", {}) is False
    assert evaluate_text("repeat('a', 900000) matches '(a|aa)*(a|aa)*(a|aa)*b'", {}) is False


@pytest.mark.parametrize(
    "text", ["(" * 5000 + "a", "(" * 400 + "a" + ")" * 400 + " == a", "!" * 3000, "1 + " * 3000 + "1"]
)
def test_long_conditions(text) -> None:
    with pytest.raises(EvaluationError):
        should_execute(text)


@settings(max_examples=150, deadline=None)
@given(trees)
def test_any_tree_has_a_value_or_an_error(tree) -> None:
    env = {"a": "1", "b": {"a": "x"}, "xs": [1, "2"], "inputs": {"b": "y"}}
    try:
        result_text(evaluate(tree, env))
    except EvaluationError as error:
        assert str(error)
