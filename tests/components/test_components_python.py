"""Python functions as components: what they take and hand out, and the programs that run for them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yamlflow.components import Component, Loader, described, resolve_command
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_source
from yamlflow.types import type_text

FOLDER = Path(__file__).resolve().parent


def _load(reference: str, folder: Path = FOLDER, warnings: tuple[str, ...] = ()) -> Component:
    sink = Sink()
    node = read_source(SourceText("pipeline.yaml", reference), sink)
    assert node is not None
    component = Loader(sink).load(node, str(folder))
    assert [item.code for item in sink.sorted()] == list(warnings)
    assert component is not None
    return component


def _run(component: Component, folder: Path, values: dict[str, str]) -> tuple[dict[str, str], str]:
    """Run a component's program as a container would, with its paths moved into a folder."""

    def moved(text: str) -> str:
        return f"{folder}{text}" if text.startswith(("/tmp/inputs/", "/tmp/outputs/")) else text

    def input_path(name: str) -> str:
        path = Path(moved(component.input_path(name)))
        path.parent.mkdir(parents=True)
        path.write_text(values[name])
        return component.input_path(name)

    found = resolve_command(component, values, lambda name: values[name], input_path)
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        [moved(item) for item in found.command + found.args],
        env={"PATH": path, "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outputs = {item.name: Path(moved(component.output_path(item.name))).read_text() for item in component.outputs}
    return outputs, done.stdout


@pytest.mark.parametrize(
    ("function", "values", "outputs"),
    [
        ("add", {"a": "1", "b": "2.5"}, {"Output": "3.5"}),
        ("add", {"a": "-1e-05", "b": "0"}, {"Output": "-1e-05"}),
        ("say", {"name": "--a -b\n  'c' \"d\" $HOME é"}, {"Output": "{--a -b\n  'c' \"d\" $HOME é}"}),
        ("say", {"name": "--name"}, {"Output": "{--name}"}),
        ("say", {"name": ""}, {"Output": "{}"}),
        ("divide", {"dividend": "17", "divisor": "5"}, {"quotient": "3", "remainder": "2"}),
        ("divide_by_class", {"dividend": "-6", "divisor": "3"}, {"quotient": "-2", "remainder": "0", "exact": "True"}),
        ("divide_by_class", {"dividend": "7", "divisor": "3"}, {"quotient": "2", "remainder": "1", "exact": "False"}),
        ("divide_by_text", {"dividend": "1", "divisor": "4"}, {"quotient": "0.25", "as_text": "0.25"}),
        ("pair", {"left": "x"}, {"left": "x", "right": "['x']"}),
        ("keywords", {"a": "2"}, {"doubled": "4", "listed": "[2, 2]"}),
        (
            "kinds",
            {"i": "1", "f": "2", "b": "no", "s": "3", "l": "[1, {}]", "d": '{"b": 1, "a": [null]}', "n": "n"},
            {"i": "1", "f": "2.0", "b": "False", "s": "3", "l": "[1, {}]", "d": '{"a": [null], "b": 1}', "n": "n"},
        ),
        (
            "kinds",
            {"i": "1", "f": "1e300", "b": "True", "s": "", "l": "[]", "d": "{}"},
            {"i": "1", "f": "1e+300", "b": "True", "s": "", "l": "[]", "d": "{}", "n": "None"},
        ),
        ("same_names", {"output": "5"}, {"output": "5", "Output": "path", "Output_2": "returned"}),
        ("only_keywords", {"a": "1"}, {"Output": "1x"}),
        ("only_keywords", {"a": "1", "b_c": "y"}, {"Output": "1y"}),
        ("inner_annotations", {"a": "1"}, {"Output": "6"}),
        ("indented", {"text": "t"}, {"Output": "first\n        second\n  thirdt\n        t"}),
        ("overwritten", {}, {"Output": "right"}),
        ("one_line", {"a": "4"}, {"Output": "5"}),
        ("description_with_percent", {"a": "1"}, {"Output": "1"}),
        ("wants_modules", {"json": "1", "argparse": "2", "os": "3"}, {"Output": "6"}),
        ("json", {"text": "a"}, {"Output": '["a"]'}),
        (
            "files",
            {"data": "a,b\n", "notes": "note é", "raw": "bytes"},
            {"model": "A,B\n", "log": "note é", "blob": "bytes", "Output": "1"},
        ),
        (
            "files",
            {"data": "", "notes": "", "raw": "", "other": "x"},
            {"model": "", "log": "", "blob": "", "Output": "2"},
        ),
    ],
)
def test_program(tmp_path, function, values, outputs) -> None:
    found = _load(f"./samples.py:{function}")
    with_defaults = {item.name: item.default for item in found.inputs if item.default is not None} | values
    assert _run(found, tmp_path, with_defaults)[0] == outputs


def test_printing(tmp_path) -> None:
    greet = _load("./samples.py:greet", warnings=("python-decorator",))
    assert _run(greet, tmp_path, {"name": "Ada", "greeting": "Hi"})[1] == "Hi, Ada!\n"
    assert _run(_load("./samples.py:nothing"), tmp_path, {})[1] == "nothing\n"


HELPED = "{python: ./samples_helpers.py:count, include: [WORDS, clean, remembered, collections_of, LIMIT]}"


def test_included_helpers(tmp_path) -> None:
    values = {"text": "b a! a, c", "mode": "words", "level": "2", "flag": "true"}
    assert _run(_load(HELPED), tmp_path, values)[0] == {"word": "one\n  two6true", "times": "2"}


def test_imports_that_may_fail(tmp_path) -> None:
    assert _run(_load("./samples_helpers.py:installs_by_itself"), tmp_path, {})[0] == {"Output": "none"}


def test_literals() -> None:
    found = _load(HELPED)
    assert [(item.name, type_text(item.type), item.default, item.enum) for item in found.inputs] == [
        ("text", "String", None, ()),
        ("mode", "String", "words", ("words", "letters")),
        ("level", "Integer", "1", ("1", "2")),
        ("flag", "any type", "x", ("true", "x")),
    ]


def test_environment() -> None:
    found = _load('{python: ./samples.py:add, env: {RATE: 0.1, TEXT: "yes"}}')
    assert found.container is not None
    assert found.container.env == (("RATE", "0.1"), ("TEXT", "yes"))
    assert found.spec["implementation"]["container"]["env"] == {"RATE": "0.1", "TEXT": "yes"}


@pytest.mark.parametrize(
    ("function", "summary", "descriptions"),
    [
        (
            "numpy_style",
            "Train a model.",
            [
                "data: The rows.",
                "rate: How fast it learns.",
                "model: What came of it.",
                "rows: How many rows there.",
            ],
        ),
        ("rest_style", "Add.", ["a: the first", "b: the second, with a default", "Output: the sum"]),
        ("google_style", "Double a number.", ["a: the number: any", "Output: twice as much"]),
        ("no_style", "", ["a: ", "Output: "]),
    ],
)
def test_styles_of_docstrings(function, summary, descriptions) -> None:
    found = described(_load(f"./samples_helpers.py:{function}"))
    assert found.description == summary
    assert [f"{item.name}: {item.description}" for item in (*found.inputs, *found.outputs)] == descriptions
    entries = [*found.spec["inputs"], *found.spec["outputs"]]
    assert [f"{item['name']}: {item.get('description', '')}" for item in entries] == descriptions


def _ports(component: Component) -> list[str]:
    return [
        f"{item.name}: {type_text(item.type)}{'' if item.default is None else f' = {item.default}'}"
        for item in component.inputs
    ]


def test_types_and_defaults() -> None:
    found = _load("./samples.py:annotated")
    assert _ports(found) == [
        "a: Integer",
        "b: Integer = 3",
        "c: Float",
        "d: String",
        "e: any type = 1",
        "f: {List: Float} = [0.5]",
        'g: JsonObject = {"a": 2, "b": 1}',
        "h: String = fast",
        "i: GCSPath = gs://bucket",
        "j: {GCSPath: {data_type: CSV}}",
        "k: {List: {List: Integer}} = [[1]]",
        "l: DataFrame",
        "m: type with blanks",
        "n: any type = 1",
        "o: Float = -0.5",
        "p: Integer",
        "q: tuple",
    ]
    assert all(item.optional for item in found.inputs)
    assert [(item.name, type_text(item.type)) for item in found.outputs] == [("Output", "JsonObject")]


def test_names_of_files() -> None:
    found = _load("./samples.py:files")
    assert _ports(found) == ["data: CSV", "notes: any type", "raw: String", "other: any type"]
    assert [item.optional for item in found.inputs] == [False, False, False, True]
    assert [(item.name, type_text(item.type)) for item in found.outputs] == [
        ("model", "Model"),
        ("log", "Log"),
        ("blob", "any type"),
        ("Output", "Integer"),
    ]
    assert [sorted(found.consumes(item.name)) for item in found.inputs] == [["path"]] * 4


def test_descriptions_and_places() -> None:
    found = described(_load("./samples.py:add"))
    assert (found.name, found.description) == ("Add", "Add two numbers, whatever they are.")
    assert [item.description for item in found.inputs] == [
        "the first number",
        "the second number, which has a default: 4",
    ]
    line = 1 + (FOLDER / "samples.py").read_text().splitlines().index("def add(a: float, b: float = 4) -> float:")
    assert found.origin.text == f"samples.py:{line}, function add"
    assert [item.span.text for item in found.inputs] == ["a", "b"]
    assert [item.span.text for item in found.outputs] == ["float"]
    assert found.inputs[0].span.line == line


def test_spec_is_a_component_that_reads_back_alike(tmp_path) -> None:
    from yamlflow.source import write_yaml

    for name in ("add", "files", "kinds", "annotated", "divide_by_class"):
        found = _load(f"./samples.py:{name}")
        (tmp_path / "component.yaml").write_text(write_yaml(found.spec))
        again = _load(".", tmp_path)
        assert again.spec == found.spec
        assert again.container == found.container
        assert again.name == found.name
        assert [item._replace(span=None) for item in again.inputs] == [
            item._replace(span=None, enum=()) for item in found.inputs
        ]


def test_image_and_packages() -> None:
    found = _load(
        """{python: "./samples.py:add", image: "python:3.13-slim", packages: ["numpy==2.3.1", "a'b; x<'1'"]}"""
    )
    assert found.container is not None
    assert found.container.image == "python:3.13-slim"
    pip = (
        "PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location "
        "'numpy==2.3.1' 'a'\"'\"'b; x<'\"'\"'1'\"'\"''"
    )
    assert found.container.command[:3] == ("sh", "-c", f'({pip} || {pip} --user) && "$0" "$@"')
    assert found.container.command[3:5] == ("sh", "-ec")
    plain = _load("./samples.py:add")
    assert plain.container is not None
    assert plain.container.image == "python:3.12"
    assert found.container.command[3:] == plain.container.command
    assert found.digest != plain.digest


def test_escapes_that_python_warns_about(tmp_path) -> None:
    body = """import re\n    return re.sub("\\d", "#", pattern) + 'quo"te' + "'" + "%s $HOME `x` \\\\" + "é"\n"""
    (tmp_path / "f.py").write_text(f"def f(pattern: str = r'\\d') -> str:\n    {body}")
    found = _load("./f.py:f", tmp_path)
    assert found.inputs[0].default == "\\d"
    assert _run(found, tmp_path, {"pattern": "a1"})[0] == {"Output": "a#quo\"te'%s $HOME `x` \\é"}


def test_windows_line_ends_and_tabs(tmp_path) -> None:
    text = "def f(a: int,\r\n\t\tb: int = 2) -> int:\r\n\tc: int = a\r\n\treturn c + b\r\n"
    (tmp_path / "f.py").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert _run(_load("./f.py:f", tmp_path), tmp_path, {"a": "1", "b": "2"})[0] == {"Output": "3"}


def test_places_behind_letters_of_many_bytes(tmp_path) -> None:
    (tmp_path / "f.py").write_text("def f(é: 'Größe' = '→', ü: int = g()): pass\n")
    sink = Sink()
    node = read_source(SourceText("p", "./f.py:f"), sink)
    assert node is not None
    assert Loader(sink).load(node, str(tmp_path)) is None
    assert [item.span.text for item in sink.items if item.span] == ["g()"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("def f(rate: float -> float:\n    return rate\n", "f.py:1:19: invalid syntax"),
        (
            "# é\n\ndef f(a: int,\n      a: int):\n    return a\n",
            "f.py:4:7: duplicate argument 'a' in function definition",
        ),
        ("def f():\n    print 'x'\n", "f.py:2:5: missing parentheses in call to 'print'. Did you mean print(...)?"),
        ("x = 'é' + (1,\n", "f.py:1:11: '(' was never closed"),
        ("def f():\nreturn 1\n", "f.py:2:1: expected an indented block after function definition on line 1"),
        ("def f():\n    nonlocal x\n", "f.py:2:5: no binding for nonlocal 'x' found"),
    ],
)
def test_mistakes_of_python(tmp_path, monkeypatch, text, shown) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f.py").write_text(text)
    sink = Sink()
    node = read_source(SourceText("p", "./f.py:f"), sink)
    assert node is not None
    assert Loader(sink).load(node, "") is None
    assert [f"{item.span}: {item.message}" for item in sink.items] == [shown]
    assert [item.code for item in sink.items] == ["python-syntax"]


@pytest.mark.parametrize(
    "text",
    [
        "def f(:",
        "def f():\n\treturn 1\n        return 2\n",
        "x = (1,\n",
        "def f(): return 'ab\n",
        "def f(a=" + "(" * 500 + ")" * 500 + "): pass\n",
        "def f(): " + "-" * 100_000 + "1\n",
        "é = 'ü' é\n",
        "\x0c\x1f",
        "def f(): yield\n  x",
        'f"{a b}"',
        "def f():\n  return\n\r\r\n x(",
    ],
)
def test_broken_files_end_in_a_finding(tmp_path, text) -> None:
    (tmp_path / "f.py").write_bytes(text.encode())
    sink = Sink()
    node = read_source(SourceText("p", "./f.py:f"), sink)
    assert node is not None
    assert Loader(sink).load(node, str(tmp_path)) is None
    assert [item.code for item in sink.items] == ["python-syntax"]
    for item in sink.items:
        assert item.span is None or item.span.end <= len(item.span.source.text)


def test_a_function_too_long_for_a_command_line(tmp_path) -> None:
    (tmp_path / "f.py").write_text(f"def f():\n    return '{'x' * 140_000}'\n")
    sink = Sink()
    node = read_source(SourceText("p", "./f.py:f"), sink)
    assert node is not None
    assert Loader(sink).load(node, str(tmp_path)) is None
    assert [item.code for item in sink.items] == ["python-function"]
