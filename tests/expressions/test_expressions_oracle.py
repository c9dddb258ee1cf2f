"""The evaluator against what the real libraries answered, as `oracle/record.py` kept it."""

import pytest
from recorded import CASES, ENVIRONMENTS, written

from yamlflow.expressions.evaluate import EvaluationError, evaluate_text, result_text
from yamlflow.expressions.govaluate import should_execute

PART = 500
EXPRESSIONS = [case for case in CASES if case[0] != "when"]
CONDITIONS = [case for case in CASES if case[0] == "when"]


def _answer(environment, text):
    try:
        value = evaluate_text(text, ENVIRONMENTS[environment])
    except EvaluationError:
        return ["error"]
    try:
        return [written(value), result_text(value)]
    except EvaluationError:
        return [written(value), None]


def _condition(text):
    try:
        return should_execute(text)
    except EvaluationError as error:
        return str(error)


def test_there_are_enough() -> None:
    assert len(EXPRESSIONS) >= 20_000
    assert len(CONDITIONS) >= 1_000
    assert sum(case[2:] == ["error"] for case in EXPRESSIONS) < len(EXPRESSIONS) / 4


@pytest.mark.parametrize("start", range(0, len(EXPRESSIONS), PART))
def test_expressions(start) -> None:
    wrong = []
    for environment, text, *answer in EXPRESSIONS[start : start + PART]:
        found = _answer(environment, text)
        if found != answer:
            wrong.append((text, answer, found))
    assert wrong == []


@pytest.mark.parametrize("start", range(0, len(CONDITIONS), PART))
def test_conditions(start) -> None:
    wrong = []
    for _, text, answer in CONDITIONS[start : start + PART]:
        found = _condition(text)
        if found != answer:
            wrong.append((text, answer, found))
    assert wrong == []


def test_the_environment_stays() -> None:
    before = written(ENVIRONMENTS["main"])
    evaluate_text("sprig.set(m, 'new', 1)", ENVIRONMENTS["main"])
    assert written(ENVIRONMENTS["main"]) == before


@pytest.mark.parametrize(
    "text", ["sprig.set(m, 'a', m)", "toJson(sprig.set(m, 'a', m))", "string(sprig.set(m, 'a', m))"]
)
def test_a_mapping_that_holds_itself(text) -> None:
    with pytest.raises(EvaluationError):
        result_text(evaluate_text(text, {"m": {}}))


def test_an_empty_condition() -> None:
    assert should_execute("") is True
