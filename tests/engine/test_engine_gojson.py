"""What is no JSON is told in Go's words, as `encoding/json` says it."""

import pytest

from yamlflow.engine.gojson import loads
from yamlflow.engine.gojsonerror import go_json_error, not_a_list

WRONG = {
    "hello": "invalid character 'h' looking for beginning of value",
    "": "unexpected end of JSON input",
    "5 6": "invalid character '6' after top-level value",
    "tru": "invalid character ' ' in literal true (expecting 'e')",
    "[1,]": "invalid character ']' looking for beginning of value",
    "[1 2]": "invalid character '2' after array element",
    "[1": "unexpected end of JSON input",
    '{"a"}': "invalid character '}' after object key",
    "{a:1}": "invalid character 'a' looking for beginning of object key string",
    '{"a": 1 "b"': "invalid character '\"' after object key:value pair",
    '"a\nb"': "invalid character '\\n' in string literal",
    '"a\x01"': "invalid character '\\x01' in string literal",
    '"\\x"': "invalid character 'x' in string escape code",
    '"\\u12g"': "invalid character 'g' in \\u hexadecimal character escape",
    "1.": "invalid character ' ' after decimal point in numeric literal",
    "1e+": "invalid character ' ' in exponent of numeric literal",
    "-": "invalid character ' ' in numeric literal",
    "'a'": "invalid character '\\'' looking for beginning of value",
    "é": "invalid character 'Ã' looking for beginning of value",
}


@pytest.mark.parametrize("text", WRONG)
def test_words(text) -> None:
    assert go_json_error(text) == WRONG[text]
    with pytest.raises(ValueError) as caught:
        loads(text)
    assert str(caught.value) == WRONG[text]


@pytest.mark.parametrize("text", ['{"a": [1, -2.5e+3, true, null], "b": "\\u00e9"}', " [] ", "{}", "0", '""'])
def test_json_is_right(text) -> None:
    assert go_json_error(text) == ""


@pytest.mark.parametrize(("text", "kind"), [("{}", "object"), ('"a"', "string"), ("7", "number"), ("true", "bool")])
def test_no_list(text, kind) -> None:
    assert not_a_list(text) == f"json: cannot unmarshal {kind} into Go value of type []v1alpha1.Item"
