"""What plain scalars mean in YAML 1.2, and where YAML 1.1 differs."""

import math

import pytest

from yamlflow.diagnostics import SourceText, Span
from yamlflow.source.nodes import Scalar
from yamlflow.source.schema import resolve, yaml11_trap

PLACE = Span(SourceText("x.yaml", ""), 0, 0)


def scalar(text: str, style: str = "", tag: str = "") -> Scalar:
    return Scalar(PLACE, text, style, tag)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("", None), ("~", None), ("null", None), ("NULL", None), ("nUll", "nUll")),
        *(("true", True), ("True", True), ("FALSE", False), ("yes", "yes"), ("on", "on"), ("y", "y")),
        *(
            ("0", 0),
            ("-0", 0),
            ("+12", 12),
            ("012", 12),
            ("0o17", 15),
            ("0x1f", 31),
            ("0X1F", "0X1F"),
            ("-0x1", "-0x1"),
        ),
        *(
            ("1.", 1.0),
            (".5", 0.5),
            ("1e3", 1000.0),
            ("-1.5E-2", -0.015),
            ("+.5", 0.5),
            ("1e", "1e"),
            ("1_000", "1_000"),
        ),
        *((".inf", math.inf), ("-.INF", -math.inf), ("inf", "inf"), ("12:30", "12:30"), ("2026-11-22", "2026-11-22")),
        *(("-", "-"), ("+", "+"), (".", "."), ("..", ".."), ("1.2.3", "1.2.3"), ("١", "١"), ("0b1", "0b1"), ("=", "=")),
    ],
)
def test_plain(text, value):
    found = resolve(scalar(text))
    assert found == value
    assert type(found) is type(value)


def test_nan():
    assert math.isnan(resolve(scalar(".nan")))


def test_a_number_of_too_many_digits_stays_text():
    assert resolve(scalar("9" * 5000)) == "9" * 5000
    assert yaml11_trap(scalar("0" + "7" * 9000)) == ""


@pytest.mark.parametrize("style", ["'", '"', "|", ">"])
def test_quoted_and_block_texts_are_text(style):
    assert resolve(scalar("1", style)) == "1"
    assert yaml11_trap(scalar("no", style)) == ""


def test_tags():
    assert resolve(scalar("1", "", "!!str")) == "1"
    assert resolve(scalar("1", '"', "!!int")) == 1
    assert resolve(scalar("1", "", "!!float")) == 1.0
    assert resolve(scalar("x", "", "!!int")) == "x"
    assert resolve(scalar("true", "", "!!int")) == "true"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *(
            ("yes", "the boolean true"),
            ("on", "the boolean true"),
            ("n", "the boolean false"),
            ("Off", "the boolean false"),
        ),
        *(("012", "the number 10 (octal)"), ("-017", "the number -15 (octal)"), ("1_000", "the number 1000")),
        *(("12:30", "the number 750 (base 60)"), ("1:30:0.5", "the number 5400.5 (base 60)")),
        *(("0b11", "a number in base 2, 8 or 16"), ("0X1F", "a number in base 2, 8 or 16"), ("1e3_", "the number 1e3")),
        *(
            ("2026-11-22", "a date"),
            ("2026-1-2 3:4:5", "a date"),
            ("=", "the tag `value`"),
            ("<<", "a merge of mappings"),
        ),
    ],
)
def test_traps(text, meaning):
    assert yaml11_trap(scalar(text)) == meaning


@pytest.mark.parametrize(
    "text", ["", "true", "12", "0", "00", "1.5", "0x1F", "0o7", "abc", "yes please", "08", "12:60", "_1", "1_a", "_"]
)
def test_no_traps(text):
    assert yaml11_trap(scalar(text)) == ""
