"""Text with `${{ }}` in it."""

import pytest

from yamlflow.expressions import Literal, Tag, split, whole


def _shown(text):
    return [
        part.text if isinstance(part, Literal) else ["".join(text[part.start : part.end]), repr(part.expr)]
        for part in split(text)
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ["plain"]),
        ("", [""]),
        ("a ${{ b }} c", ["a ", ["${{ b }}", "Name('b')"], " c"]),
        ("${{ '}}' }}", [["${{ '}}' }}", "Text('}}')"]]),
        ("${{ {a: {b: 1}} }}", [["${{ {a: {b: 1}} }}", "Map((Pair(Text('a'), Map((Pair(Text('b'), Number(1)),))),))"]]),
        ("${{{a: {b: 1}}}}", [["${{{a: {b: 1}}}}", "Map((Pair(Text('a'), Map((Pair(Text('b'), Number(1)),))),))"]]),
        ("${{ a /* }} */ }}", [["${{ a /* }} */ }}", "Name('a')"]]),
        ("${{ a // b }} c", [["${{ a // b }}", "Name('a')"], " c"]),
        ("${{ a\n + b }}", [["${{ a\n + b }}", "Binary('+', Name('a'), Name('b'))"]]),
        ("${{ '${{' }}", [["${{ '${{' }}", "Text('${{')"]]),
        ("${{ a }}${{ b }}", [["${{ a }}", "Name('a')"], ["${{ b }}", "Name('b')"]]),
        ("$ {{ a }} {{ b }}", ["$ {{ a }} {{ b }}"]),
        ("${{ a", [["${{ a", "None"]]),
        ("${{ a\nb", [["${{ a", "None"], "\nb"]),
        ("${{ a ${{ b }}", [["${{ a ", "None"], ["${{ b }}", "Name('b')"]]),
        ("${{ 'a }} and ${{ b }}", [["${{ 'a }}", "Text('a ')"], " and ", ["${{ b }}", "Name('b')"]]),
        ("${{ }}", [["${{ }}", "None"]]),
    ],
)
def test_split(text, parts) -> None:
    assert _shown(text) == parts


def test_problems_have_places() -> None:
    text = "say ${{ a + }} and ${{ 'b"
    tags = [part for part in split(text) if isinstance(part, Tag)]
    problems = [problem for tag in tags for problem in tag.problems]
    assert [(text[one.start : one.end], one.code) for one in problems] == [
        ("+", "expression-syntax"),
        ("${{", "unclosed-expression"),
    ]


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [("${{ a }}", True), (" ${{ a }}\n", True), ("${{ a }}.", False), ("${{ a }}${{ b }}", False), ("a", False)],
)
def test_whole(text, is_whole) -> None:
    tag = whole(split(text))
    assert (tag is not None) is is_whole
