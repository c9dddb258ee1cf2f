"""The evaluator against answers recorded from the real expr-lang v1.17.8, sprig v3.3 and govaluate."""

import pytest
from recorded import load, written

from yamlflow.expressions.evaluate import EvaluationError, evaluate_text, result_text
from yamlflow.expressions.govaluate import should_execute

ORACLE = load("oracle.json")
WHEN = load("when.json")


@pytest.mark.parametrize("case", ORACLE["cases"], ids=lambda case: case[1])
def test_expression(case) -> None:
    environment, text, *answer = case
    env = ORACLE["environments"][environment]
    if answer == ["error"]:
        with pytest.raises(EvaluationError):
            evaluate_text(text, env)
        return
    value = evaluate_text(text, env)
    assert written(value) == answer[0]
    if answer[1] is None:
        with pytest.raises(EvaluationError):
            result_text(value)
    else:
        assert result_text(value) == answer[1]


@pytest.mark.parametrize(("text", "answer"), WHEN, ids=[case[0] for case in WHEN])
def test_when(text, answer) -> None:
    if isinstance(answer, bool):
        assert should_execute(text) is answer
    else:
        with pytest.raises(EvaluationError) as caught:
            should_execute(text)
        assert str(caught.value) == answer


def test_empty_when() -> None:
    assert should_execute("") is True
