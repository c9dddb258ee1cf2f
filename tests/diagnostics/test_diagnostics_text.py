"""The text of findings: frames, carets, hints, notes, related places, and what a terminal must not see."""

import io

import pytest

from yamlflow.diagnostics import Diagnostic, Related, SourceText, Span
from yamlflow.diagnostics.formats import FORMATS, Terminal, create
from yamlflow.diagnostics.report import Report


def span_of(text: str, part: str, name: str = "a.yaml", nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return Span(SourceText(name, text), start, start + len(part))


def printed(*items: Diagnostic, width: int = 120, colors: bool = False) -> str:
    out = io.StringIO()
    create("text", Terminal(width, colors)).write(Report(items, 1), out)
    return out.getvalue().rpartition("\n")[0].rpartition("\n")[0] + "\n"


def error(span: Span | None, message: str = "wrong", **more) -> Diagnostic:
    return Diagnostic("code", "error", message, span, **more)


def test_the_frame_of_the_design():
    text = "\n" * 18 + "    when: ${{ tasks.flip.outputs.Ouput == 'heads' }}\n"
    item = Diagnostic(
        "unknown-output",
        "error",
        "task `flip` has no output `Ouput`",
        span_of(text, "Ouput", "flip-coin.yaml"),
        "did you mean `Output`?",
        ("component `flip` (flip.py:3, function flip_coin) has the outputs: Output (String)",),
    )
    out = io.StringIO()
    create("text").write(Report([item], 1), out)
    assert (
        out.getvalue()
        == """\
flip-coin.yaml:19:34: error[unknown-output]: task `flip` has no output `Ouput`
   |
19 |     when: ${{ tasks.flip.outputs.Ouput == 'heads' }}
   |                                  ^^^^^ did you mean `Output`?
   = note: component `flip` (flip.py:3, function flip_coin) has the outputs: Output (String)
1 error in 1 file
"""
    )


def test_related_places_have_frames():
    text = "a: 1\nb: 2\na: 3\n"
    related = (
        Related(span_of(text, "a"), "first given here"),
        Related(span_of("x: y\n", "y", "other.yaml"), "and here"),
    )
    assert printed(error(span_of(text, "a", nth=1), "twice", notes=("one", "two"), related=related)) == (
        "a.yaml:3:1: error[code]: twice\n"
        "  |\n"
        "3 | a: 3\n"
        "  | ^\n"
        "  = note: one\n"
        "  = note: two\n"
        "a.yaml:1:1: note: first given here\n"
        "  |\n"
        "1 | a: 1\n"
        "  | ^\n"
        "other.yaml:1:4: note: and here\n"
        "  |\n"
        "1 | x: y\n"
        "  |    ^\n"
    )


def test_a_finding_without_a_place():
    assert printed(error(None, "no such file", path="a.yaml")) == "a.yaml: error[code]: no such file\n"
    assert printed(error(None, "no such file", path="a.yaml", hint="did you mean `b.yaml`?", notes=("x",))) == (
        "a.yaml: error[code]: no such file (did you mean `b.yaml`?)\n = note: x\n"
    )


def test_an_empty_file_has_no_frame():
    assert printed(error(Span(SourceText("a.yaml", " \n"), 0, 0), "empty")) == "a.yaml:1:1: error[code]: empty\n"


@pytest.mark.parametrize(
    ("text", "part", "line", "caret"),
    [
        ("k: value\n", "value", "k: value", "   ^^^^^"),
        ("k: value", "", "k: value", "^"),
        ("漢字: 値 x\n", "x", "漢字: 値 x", "         ^"),
        ("漢字: 値 x\n", "値", "漢字: 値 x", "      ^^"),
        ("e\u0301: x\n", "x", "e\u0301: x", "   ^"),
        ("😀: x\n", "x", "😀: x", "    ^"),
        ("\tk: x\n", "x", "→   k: x", "       ^"),
        ("k:\tx\n", "\t", "k:→   x", "  ^^^^"),
        ("k: \x07x\x7f\n", "x", "k: ␇x␡", "    ^"),
        ("k: \u202ex\n", "x", "k: <U+202E>x", "           ^"),
        ("k: \x1b[31mred\n", "red", "k: ␛[31mred", "        ^^^"),
        ("k: x\r\n", "x", "k: x", "   ^"),
        ("k: |\n  a\n  b\n", "|\n  a\n  b\n", "k: |", "   ^"),
        ("a\u00a0b: x\n", "x", "a<U+00A0>b: x", "            ^"),
    ],
)
def test_carets_stand_under_their_characters(text, part, line, caret):
    assert printed(error(span_of(text, part))).splitlines()[2:] == [f"1 | {line}", f"  | {caret}"]


def test_a_place_behind_the_end_of_the_line():
    source = SourceText("a.yaml", "ab\ncd")
    assert printed(error(Span(source, 5, 5))).splitlines()[2:] == ["2 | cd", "  |   ^"]
    assert printed(error(Span(source, 2, 3))).splitlines()[2:] == ["1 | ab", "  |   ^"]


@pytest.mark.parametrize("at", [0, 1, 30, 500, 998, 999])
@pytest.mark.parametrize("letter", ["x", "漢", "\t"])
def test_long_lines_are_cut_around_the_caret(at, letter):
    text = letter * at + "!" + letter * (999 - at)
    lines = printed(error(span_of(text, "!")), width=60).splitlines()
    shown, caret = lines[2], lines[3]
    wide = {"漢": 2}
    assert sum(wide.get(sign, 1) for sign in shown) <= 60
    before = sum(wide.get(sign, 1) for sign in shown[: shown.index("!")])
    assert caret.index("^") == before
    assert caret.count("^") == 1
    assert shown.startswith("1 | …") == (at >= 30)


def test_a_long_place_is_cut_with_its_line():
    lines = printed(error(span_of("k: " + "x" * 500, "x" * 500)), width=40).splitlines()
    assert lines[2] == "1 | k: " + "x" * 31 + "…"
    assert lines[3] == "  |    " + "^" * 31


def test_messages_cannot_write_to_the_terminal():
    item = error(None, "key `\x1b[2J\n`", path="a\x07.yaml", hint="\x00", notes=("\u202e",))
    assert printed(item) == "a␇.yaml: error[code]: key `␛[2J␊` (␀)\n = note: <U+202E>\n"


def test_colors():
    text = printed(error(span_of("k: v", "v"), hint="hint", notes=("n",)), colors=True)
    assert text == (
        "\x1b[1ma.yaml:1:4\x1b[0m: \x1b[1;31merror[code]\x1b[0m: \x1b[1mwrong\x1b[0m\n"
        "\x1b[34m  |\x1b[0m\n"
        "\x1b[34m1 |\x1b[0m k: v\n"
        "\x1b[34m  |\x1b[0m    \x1b[1;31m^ hint\x1b[0m\n"
        "\x1b[34m  = \x1b[0mnote: n\n"
    )


def test_all_formats_can_be_made():
    for name in FORMATS:
        out = io.StringIO()
        create(name).write(Report((error(None, path="a.yaml"),), 1), out)
        assert out.getvalue()
