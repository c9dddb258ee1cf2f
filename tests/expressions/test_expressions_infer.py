"""Typing: what an expression yields, and operands that cannot work, with their places and hints."""

import pytest

from yamlflow.expressions import infer, parse
from yamlflow.types import Type, parse_type, type_text

INPUTS = {
    "n": "Integer",
    "f": "Float",
    "s": "String",
    "u": "URI",
    "b": "Bool",
    "l": {"List": "Integer"},
    "ls": {"List": "String"},
    "j": "JsonArray",
    "d": "Dict",
}


def _inferred(text):
    """Return the type of an expression as text, and the findings as (spelling, message, hint)."""
    tree, problems = parse(text)
    assert problems == []
    assert tree is not None
    found = []

    def resolve(steps, expr) -> Type | None:
        if steps[0].name != "inputs":
            found.append((text[expr.start : expr.end], "unknown", ""))
            return None
        return parse_type(INPUTS[steps[1].name]) if len(steps) == 2 and steps[1].name in INPUTS else None

    def report(start, end, message, hint) -> None:
        found.append((text[start:end], message, hint))

    def never_equal(start, end, message, hint) -> None:
        found.append((text[start:end], f"never: {message}", hint))

    result = infer(tree, resolve, report, never_equal)
    return (type_text(result), found)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("inputs.n + 1", "Integer"),
        ("inputs.n * inputs.f", "Float"),
        ("inputs.n / 2", "Float"),
        ("inputs.n % 2", "Integer"),
        ("inputs.n ** 2", "Float"),
        ("-inputs.f", "Float"),
        ("'a' + inputs.s", "String"),
        ("inputs.x + 'a'", "String"),
        ("inputs.x + 1", "any type"),
        ("inputs.n > 1 && !inputs.b", "Bool"),
        ("inputs.u == inputs.s", "Bool"),
        ("inputs.x == 5", "Bool"),
        ("inputs.n == nil", "Bool"),
        ("inputs.s in inputs.d", "Bool"),
        ("2.5 in inputs.l", "Bool"),
        ("inputs.b ? 1 : 2.5", "Float"),
        ("inputs.b ? 1 : 'a'", "any type"),
        ("inputs.s ?? 'a'", "String"),
        ("inputs.l[0]", "Integer"),
        ("inputs.l[1:]", "{List: Integer}"),
        ("inputs.s[0:1]", "String"),
        ("inputs.d['k']", "any type"),
        ("[1, 2.5]", "{List: Float}"),
        ("[1, 'a']", "List"),
        ("{a: 1}", "Dict"),
        ("1..inputs.n", "{List: Integer}"),
        ("filter(inputs.l, # > 1)", "{List: Integer}"),
        ("map(inputs.l, string(#))", "{List: String}"),
        ("map(inputs.l, #index)", "{List: Integer}"),
        ("inputs.l | filter(# > 1) | len()", "Integer"),
        ("sum(inputs.l)", "Integer"),
        ("sum(inputs.ls, len(#))", "Integer"),
        ("reduce(inputs.l, #acc + #, 0)", "Integer"),
        ("find(inputs.ls, # == 'a')", "String"),
        ("any(inputs.l, # > 1)", "Bool"),
        ("groupBy(inputs.ls, len(#))", "Dict"),
        ("sortBy(inputs.l, #)", "{List: Integer}"),
        ("first(inputs.l) + 1", "Integer"),
        ("max(1, inputs.f)", "Float"),
        ("split(inputs.s, ',')", "{List: String}"),
        ("fromJSON(inputs.s)", "any type"),
        ("fromJSON(inputs.s).a.b + 1", "any type"),
        ("asInt(inputs.s) + 1", "Integer"),
        ("asFloat(inputs.s)", "Float"),
        ("toJson(inputs.l)", "String"),
        ("sprig.trim(inputs.s)", "String"),
        ("sprig.add(1, 2)", "Integer"),
        ("sprig.list()", "List"),
        ("sprig.default('x', inputs.n)", "any type"),
        ("let y = inputs.n; y + 1", "Integer"),
        ("as(Integer, inputs.s) + 1", "Integer"),
        ("as({List: Float}, inputs.x)", "{List: Float}"),
        ("now().Year()", "any type"),
    ],
)
def test_type(text, result) -> None:
    assert _inferred(text) == (result, [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "inputs.n + 'a'",
            [("inputs.n", "`+` joins text with text only", "`inputs.n` is Integer; write `string(inputs.n)`")],
        ),
        ("inputs.l + 1", [("inputs.l", "`+` adds numbers or joins texts", "this is {List: Integer}")]),
        ("inputs.s - 1", [("inputs.s", "`-` wants a number", "`inputs.s` is String; write `asFloat(inputs.s)`")]),
        ("inputs.f % 2", [("inputs.f", "`%` wants an Integer", "`inputs.f` is Float; write `int(inputs.f)`")]),
        (
            "inputs.s && inputs.b",
            [("inputs.s", "`&&` wants true or false", "`inputs.s` is String; write `inputs.s == 'true'`")],
        ),
        ("!inputs.n", [("inputs.n", "`!` wants true or false", "`inputs.n` is Integer; write `inputs.n != 0`")]),
        (
            "inputs.s < 3",
            [("inputs.s", "`<` cannot compare String with Integer", "`inputs.s` is String; write `asFloat(inputs.s)`")],
        ),
        ("inputs.n < '3'", [("'3'", "`<` cannot compare Integer with String", "write `3` without quotes")]),
        ("inputs.b < 3", [("inputs.b", "`<` compares numbers or texts", "this is Bool")]),
        (
            "inputs.n == 'text'",
            [("'text'", "never: this is always false: String never equals Integer", "`inputs.n` is Integer")],
        ),
        (
            "inputs.n != '3'",
            [("'3'", "never: this is always true: String never equals Integer", "write `3` without quotes")],
        ),
        ("inputs.s == 3", [("3", "never: this is always false: Integer never equals String", "write `'3'`")]),
        (
            "inputs.b == 'true'",
            [("'true'", "never: this is always false: String never equals Bool", "write `inputs.b`")],
        ),
        ("inputs.b == 'no'", [("'no'", "never: this is always false: String never equals Bool", "write `!inputs.b`")]),
        (
            "inputs.n in inputs.ls",
            [
                (
                    "inputs.n",
                    "never: this is never in the list: Integer never equals String",
                    "the list is {List: String}",
                )
            ],
        ),
        ("inputs.s in 'abc'", [("'abc'", "`in` looks into a list or a mapping", "write `'abc' contains inputs.s`")]),
        (
            "inputs.n matches 'a'",
            [("inputs.n", "`matches` wants text", "`inputs.n` is Integer; write `string(inputs.n)`")],
        ),
        ("upper(inputs.n)", [("inputs.n", "`upper` wants text", "`inputs.n` is Integer; write `string(inputs.n)`")]),
        ("upper()", [("upper()", "`upper` takes 1 argument, not 0", "")]),
        ("trim('a', 'b', 'c')", [("trim('a', 'b', 'c')", "`trim` takes 1 to 2 arguments, not 3", "")]),
        (
            "filter(inputs.s, true)",
            [("inputs.s", "`filter` wants a list", "`inputs.s` is String; write `fromJSON(inputs.s)`")],
        ),
        (
            "filter(inputs.l, #)",
            [("#", "the closure of `filter` gives true or false", "`#` is Integer; write `# != 0`")],
        ),
        ("sum(inputs.ls)", [("inputs.ls", "`sum` adds numbers", "this is {List: String}")]),
        ("inputs.s[0]", [("inputs.s", "String has no elements", "write `[0:1]` for its first character")]),
        ("(inputs.n + 1).a", [("a", "Integer has no fields", "")]),
        ("inputs.s.trim()", [("trim", "String has no methods", "write `trim(inputs.s)`")]),
        ("uper('a')", [("uper", "there is no function `uper`", "did you mean `upper`?")]),
        ("sprig.trm('a')", [("trm", "sprig has no function `trm`", "did you mean `trim`?")]),
        (
            "inputs.n ? 1 : 2",
            [("inputs.n", "`?:` wants true or false", "`inputs.n` is Integer; write `inputs.n != 0`")],
        ),
        ("foo + bar.x", [("foo", "unknown", ""), ("bar.x", "unknown", "")]),
        ("map(inputs.l, #foo)", [("#foo", "there is no `#foo`", "`#`, `#index` and `#acc` are known")]),
        (
            "inputs.n + 'a' == inputs.s - 1",
            [
                ("inputs.n", "`+` joins text with text only", "`inputs.n` is Integer; write `string(inputs.n)`"),
                ("inputs.s", "`-` wants a number", "`inputs.s` is String; write `asFloat(inputs.s)`"),
            ],
        ),
    ],
)
def test_findings(text, found) -> None:
    assert _inferred(text)[1] == found


def test_never_equal_goes_to_report() -> None:
    tree, _ = parse("1 == 'a'")
    found = []
    assert tree is not None
    infer(tree, lambda *_: None, lambda *finding: found.append(finding[2]))
    assert found == ["this is always false: Integer never equals String"]
