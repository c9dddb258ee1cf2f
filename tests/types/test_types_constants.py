"""Constants: whether they are of a type, and the text that travels."""

import math

import pytest

from yamlflow.types import bool_text, constant_error, constant_text, parse_float, parse_integer, parse_type


@pytest.mark.parametrize(
    ("value", "type", "reason"),
    [
        (5, "Integer", ""),
        ("+05", "Integer", ""),
        ("-9223372036854775808", "Integer", ""),
        ("9223372036854775808", "Integer", "`9223372036854775808` is no Integer"),
        (2**63, "Integer", "`9223372036854775808` is no Integer"),
        (1.5, "Integer", "`1.5` is no Integer"),
        ("1.0", "Integer", "`1.0` is no Integer"),
        ("1_000", "Integer", "`1_000` is no Integer"),
        (" 1", "Integer", "` 1` is no Integer"),
        ("٣", "Integer", "`٣` is no Integer"),
        ("", "Integer", "`` is no Integer"),
        (True, "Integer", "`true` is no Integer"),
        (None, "Integer", "`` is no Integer"),
        (5, "Float", ""),
        (1.5, "Float", ""),
        ("1e3", "Float", ""),
        (".5", "Float", ""),
        ("-Inf", "Float", ""),
        ("NaN", "Float", ""),
        ("0x1p-2", "Float", ""),
        ("0x_1F.8p1", "Float", ""),
        ("1e400", "Float", "`1e400` is no Float"),
        ("1,5", "Float", "`1,5` is no Float"),
        ("1__0", "Float", "`1__0` is no Float"),
        ("0x1", "Float", "`0x1` is no Float"),
        (False, "Float", "`false` is no Float"),
        (True, "Bool", ""),
        ("YES", "Bool", ""),
        ("f", "Bool", ""),
        (1, "Bool", ""),
        (2, "Bool", "`2` is no Bool"),
        ("ja", "Bool", "`ja` is no Bool"),
        ("anything", "String", ""),
        (5, "String", ""),
        (True, "URI", ""),
        ([1], "String", "`[1]` is no String"),
        ({"a": 1}, "Mine", ""),
        ([1, 2], "List", ""),
        ("[1, 2]", "JsonArray", ""),
        ("[1,", "List", "`[1,` is no List: it is not JSON"),
        ("[NaN]", "List", "`[NaN]` is no List: it is not JSON"),
        ("{}", "List", "`{}` is no List"),
        ({"a": 1}, "Dict", ""),
        ('{"a": 1}', "JsonObject", ""),
        ([1], "Dict", "`[1]` is no Dict"),
        ("[" * 100_000, "List", f"`{'[' * 57}...` is no List: it is not JSON"),
        ([1, "x"], {"List": "Integer"}, "element 1: `x` is no Integer"),
        ('[[1], ["x"]]', {"List": {"List": "Integer"}}, "element 1: element 0: `x` is no Integer"),
        ([1, 2.5], {"List": "Float"}, ""),
    ],
)
def test_constant(value, type, reason) -> None:
    assert constant_error(value, parse_type(type)) == reason


def test_no_type_takes_all() -> None:
    assert constant_error([object], None) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.0", "1.0"),
        (5, "5"),
        (1.0, "1.0"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        ([1, "é", None], '[1, "é", null]'),
        ({"a": {"b": True}}, '{"a": {"b": true}}'),
    ],
)
def test_text(value, text) -> None:
    assert constant_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), ("Yes", "true"), ("T", "true"), (1, "true"), ("off", "false"), (0, "false"), ("maybe", "maybe")],
)
def test_bool_text(value, text) -> None:
    assert bool_text(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("-0", 0),
        ("+7", 7),
        ("4 2", None),
        ("1e3", None),
        ("--1", None),
        ("0" * 9000 + "1", 1),
        ("9" * 9000, None),
    ],
)
def test_integer(text, value) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("1.", 1.0),
        ("1e-3", 0.001),
        ("+.5", 0.5),
        ("inf", math.inf),
        ("-Infinity", -math.inf),
        ("0x1.8p1", 3.0),
        ("0x.8P0", 0.5),
        ("0xp1", None),
        ("0x1p99999", None),
        ("1e999999999999", None),
        ("1d", None),
        ("", None),
    ],
)
def test_float(text, value) -> None:
    assert parse_float(text) == value
