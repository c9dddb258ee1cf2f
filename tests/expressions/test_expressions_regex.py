"""Regular expressions by RE2's rules."""

import pytest

from yamlflow.expressions.evaluate import EvaluationError, evaluate_text


def _matches(pattern, text):
    return evaluate_text("t matches p", {"t": text, "p": pattern})


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^abc$", "abc", True),
        ("^abc$", "abc\n", False),
        ("(?m)^b$", "a\nb\nc", True),
        ("a.c", "a\nc", False),
        ("(?s)a.c", "a\nc", True),
        ("(?i)ABC", "xabcx", True),
        ("(?i:a)B", "AB", True),
        ("(?i:a)B", "Ab", False),
        ("(?i)k", "\u212a", True),
        ("\\d+", "٣", False),
        ("\\w", "é", False),
        ("\\bfoo\\b", "a foo.", True),
        ("\\Bo", "foo", True),
        ("[[:alpha:]]+[[:^digit:]]", "ab", True),
        ("[^a-c]", "abc", False),
        ("[]a]", "]", True),
        ("[a-]", "-", True),
        ("[\\d.]+", "1.5", True),
        ("\\p{Lu}", "É", True),
        ("\\pL\\PL", "é1", True),
        ("a{2,3}", "aa", True),
        ("^a{2,3}$", "aaaa", False),
        ("a{,2}", "a{,2}", True),
        ("\\Qa.b\\E", "a.b", True),
        ("\\x41\\x{42}\\101", "ABA", True),
        ("(?P<name>a)(?:b)(?<other>c)", "abc", True),
        ("a|", "", True),
        ("x*?y", "xxy", True),
        ("\\A\\z", "", True),
        ("\\.\\*\\/", ".*/", True),
        ("(a|b)*c|(a|ab)*c", "abac", True),
    ],
)
def test_matches(pattern, text, found) -> None:
    assert _matches(pattern, text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        "(a)\\1",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?>a)",
        "a**",
        "*a",
        "(a",
        "a)",
        "[a",
        "[b-a]",
        "\\",
        "\\y",
        "a{1001}",
        "a{2,1}",
        "(?z)",
        "(?P<1 >a)",
        "\\p{Nope}",
        "[[:nope:]]",
        "x{2}{3}",
        "(?P<n>a)(?P<n>b)",
        "\\8",
        "(?i",
        "a++",
    ],
)
def test_refused(pattern) -> None:
    with pytest.raises(EvaluationError, match="error parsing regexp"):
        _matches(pattern, "a")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("sprig.regexFind('a+', 'baac')", "aa"),
        ("sprig.regexFindAll('a|b', 'cabba', -1)", ["a", "b", "b", "a"]),
        ("sprig.regexFindAll('a*', 'baac', -1)", ["", "aa", ""]),
        ("sprig.regexReplaceAll('(\\\\w)(\\\\d)', 'a1 b2', '$2$1')", "1a 2b"),
        ("sprig.regexReplaceAll('(?P<x>a)', 'ab', '${x}_$x_')", "a_b"),
        ("sprig.regexReplaceAllLiteral('a', 'aba', '$0')", "$0b$0"),
        ("sprig.regexSplit(',+', 'a,,b,c', 2)", ["a", "b,c"]),
        ("sprig.regexQuoteMeta('a.b*')", "a\\.b\\*"),
        ("sprig.regexFind('(a|ab)(c|bcd)(d*)', 'abcd')", "abcd"),
    ],
)
def test_found(text, result) -> None:
    assert evaluate_text(text, {}) == result
