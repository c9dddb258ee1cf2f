"""Walking, matching and rebuilding trees."""

import pytest

from yamlflow.expressions import parse, path, print_expr, references, rewrite
from yamlflow.expressions.ast import Builtin, Index, Name, Text
from yamlflow.expressions.evaluate import evaluate_text


def _parsed(text):
    tree, problems = parse(text)
    assert problems == []
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("tasks['a b'].outputs.x", ["tasks", "a b", "outputs", "x"]),
        ("workflow.outputs?.parameters?.['x']", ["workflow", "outputs", "parameters", "x"]),
        ("item", ["item"]),
        ("xs[0].a", None),
        ("f(x).a", None),
        ("1", None),
    ],
)
def test_path(text, names) -> None:
    steps = path(_parsed(text))
    assert (steps and [step.name for step in steps]) == names


def test_steps_have_places() -> None:
    text = "tasks['a b'].outputs"
    steps = path(_parsed(text))
    assert steps is not None
    assert [text[step.start : step.end] for step in steps] == ["tasks", "'a b'", "outputs"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("inputs.a + tasks.b.outputs.c[item]", ["inputs.a", "tasks['b'].outputs.c", "item"]),
        ("filter(inputs.xs, # > inputs.n && .inputs)", ["inputs.xs", "inputs.n"]),
        ("let item = 1; item + pod.name", ["pod.name"]),
        ("foo.bar + sprig.trim(workflow.name)", ["workflow.name"]),
        ("{inputs: retry.attempt}", ["retry.attempt"]),
    ],
)
def test_references(text, found) -> None:
    assert [print_expr(node).replace("tasks.b", "tasks['b']") for node, _ in references(_parsed(text))] == found


def test_references_of_other_roots() -> None:
    assert [steps[0].name for _, steps in references(_parsed("shard.x + inputs.y"), ("shard",))] == ["shard"]


def test_rewrite() -> None:
    def replace(node):
        steps = path(node)
        if steps and steps[0].name == "inputs":
            return Index(Name("inputs"), Text(steps[1].name))
        return None

    tree = _parsed("map(xs, # + inputs.n) + inputs.m * 2")
    assert print_expr(rewrite(tree, replace)) == "map(xs, # + inputs['n']) + inputs['m'] * 2"
    assert print_expr(tree) == "map(xs, # + inputs.n) + inputs.m * 2"
    assert rewrite(tree, lambda _: None) is tree


def test_rewrite_from_the_top() -> None:
    tree = rewrite(_parsed("upper(lower(x))"), lambda node: Text("y") if isinstance(node, Builtin) else None)
    assert print_expr(tree) == "'y'"


def test_environment_is_not_changed() -> None:
    env = {"m": {"a": 1}, "l": [3, 1, 2]}
    evaluate_text("sprig.set(m, 'b', 2)", env)
    evaluate_text("sprig.merge(m, {'c': 3})", env)
    evaluate_text("sort(l)", env)
    assert env == {"m": {"a": 1}, "l": [3, 1, 2]}
