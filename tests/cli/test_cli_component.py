"""`component new`, `from-python` and `test`, as a person uses them."""

import json

import pytest
import yaml

FUNCTIONS = '''\
from typing import Literal, NamedTuple

LIMIT = 2



def handed(
    text: str, data_path: "InputPath('CSV')", picture_path: "OutputPath('PNG')", nothing_path: "OutputPath()",
    times: Literal[1, 2] = 1, flag: bool = False,
) -> NamedTuple("Outputs", [("text", str), ("long", str)]):
    """Hand it on.

    :param text: what is handed on
    """
    with open(picture_path, "wb") as file:
        file.write(b"\\x89PNG" + bytes(100))
    open(nothing_path, "w").close()
    with open(data_path) as file:
        return repr((text, file.read(), times * LIMIT, flag)), "line\\n" * 50


def fails():
    raise SystemExit("it broke")
'''


@pytest.fixture
def work(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "f.py").write_text(FUNCTIONS)
    (tmp_path / "work" / "data.csv").write_text("{x},'ü'\n")
    (tmp_path / "work" / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "work" / "yamlflow.yaml").write_text(
        "components:\n  handed: {python: ./f.py:handed, include: [LIMIT]}\n"
    )
    return tmp_path / "work"


def _cells(done):
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.partition("Succeeded in")[2].splitlines()[2:]
    return [[cell.strip() for cell in line.split("   ") if cell.strip()] for line in lines]


def test_new_components_run(work, yamlflow) -> None:
    (work / "d.csv").write_text("a,1\nb,2\n")
    made = yamlflow("component", "new", "parts/cut", cwd=work)
    assert made.stdout == "parts/cut/component.yaml is written; `yamlflow component show parts/cut` shows it\n"
    done = yamlflow("component", "test", "parts/cut", "--file", "data=d.csv", "-p", "column=2", cwd=work)
    assert _cells(done) == [["values", "CSV", "1…", "(2 lines, 4 bytes)"], ["count", "Integer", "2"]]
    assert yamlflow("component", "new", "cut-it.py", cwd=work).stdout.startswith("cut_it.py is written")
    done = yamlflow("component", "test", "./cut_it.py:cut_it", "--file", "data=d.csv", cwd=work)
    assert _cells(done) == [["values", "CSV", "a…", "(2 lines, 4 bytes)"], ["Output", "Integer", "2"]]
    assert yamlflow("list", "-o", "name", cwd=work).stdout == ""


def test_new_never_overwrites(work, yamlflow) -> None:
    done = yamlflow("component", "new", "f.py", cwd=work)
    assert (done.stderr, done.returncode) == ("error: `f.py` is there already; nothing was changed\n", 1)
    assert (work / "f.py").read_text() == FUNCTIONS
    assert yamlflow("component", "new", "5", cwd=work).returncode == 2


def test_outputs(work, yamlflow) -> None:
    given = ("-p", "text=${{ x }}", "-p", "times=2", "-p", "flag=yes", "--file", "data=data.csv", "--out-dir", "out")
    done = yamlflow("component", "test", "handed", *given, cwd=work)
    assert _cells(done) == [
        ["picture", "PNG", "(104 bytes)"],
        ["nothing", "(empty)"],
        ["text", "String", """('${{ x }}', "{x},'ü'\\n", 4, True)"""],
        ["long", "String", "line…", "(50 lines, 249 bytes)"],
    ]
    assert (work / "out" / "picture").read_bytes() == b"\x89PNG" + bytes(100)
    assert (work / "out" / "long").read_text() == "\n".join(["line"] * 50)
    again = yamlflow("component", "test", "handed", *given, cwd=work)
    assert again.stderr.endswith("error: `out/picture` is there already; give an empty or a new folder\n")


def test_a_component_that_fails(work, yamlflow) -> None:
    done = yamlflow("component", "test", "f.py:fails", cwd=work)
    assert done.returncode == 1
    assert "it broke" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-p", "txt=1"), "error: the component has no input `txt`; did you mean `text`?\n"),
        (
            ("-p", "text=1"),
            (
                "error: input `data` has no default and no value was given; "
                "give it: `-p data=VALUE`, or `--file data=FILE`\n"
            ),
        ),
        (("--file", "text"), "error: `--file text` is no NAME=FILE\n"),
        (("--file", "data=nothing"), "error: cannot read `nothing`: no such file or directory\n"),
        (("--file", "data=binary"), "error: `binary` is no text in UTF-8\n"),
        (("-p", "data=x", "--file", "data=binary"), "error: input `data` is given twice\n"),
        (
            ("-p", "text=1", "-p", "data=", "-p", "times=3"),
            "-p times: error[invalid-parameter]: input `times`: `3` is not one of: 1, 2\n1 error\n",
        ),
        (
            ("-p", "text=1", "-p", "data=", "-p", "flag=perhaps"),
            "-p flag: error[invalid-parameter]: input `flag`: `perhaps` is no Bool\n1 error\n",
        ),
    ],
)
def test_wrong_inputs(arguments, message, work, yamlflow) -> None:
    done = yamlflow("component", "test", "handed", *arguments, cwd=work)
    assert (done.stdout, done.stderr) == ("", message)
    assert done.returncode in (1, 2)


def test_from_python(work, yamlflow) -> None:
    done = yamlflow(
        *("component", "from-python", "f.py:handed", "--include", "LIMIT", "--package", "numpy==2.3.1"),
        *("--image", "python:3.13", "--out", "component.yaml"),
        cwd=work,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert yamlflow("validate", "component.yaml", cwd=work).stdout == "1 file is valid\n"
    shown = yamlflow("component", "show", "component.yaml", cwd=work).stdout
    assert "text    String    required        what is handed on" in shown
    assert "image   python:3.13" in shown
    assert "pip install --quiet --no-warn-script-location 'numpy==2.3.1'" in (work / "component.yaml").read_text()
    same = yamlflow("component", "from-python", "f.py:fails", cwd=work)
    assert same.stdout.startswith("name: Fails\nimplementation:\n")


def test_from_python_refuses(work, yamlflow) -> None:
    done = yamlflow("component", "from-python", "component.yaml", cwd=work)
    assert (done.stderr, done.returncode) == ("error: `component.yaml` is no FILE.py:FUNCTION\n", 2)
    done = yamlflow("component", "from-python", "f.py:handed", cwd=work)
    assert (done.stdout, done.returncode) == ("", 1)
    assert "error[python-name]: `LIMIT` is not defined inside `handed`" in done.stderr
    done = yamlflow("component", "from-python", "f.py:fail", cwd=work)
    assert done.stderr == "error: `f.py` has no function `fail`; did you mean `fails`?\n"
    done = yamlflow("component", "from-python", "f.py:fails", "--out", "f.py", cwd=work)
    assert done.returncode == 2
    assert (work / "f.py").read_text() == FUNCTIONS


GRAPH = """\
name: Twice
inputs: [{name: text, type: String}]
outputs: [{name: the text, type: String}]
implementation:
  graph:
    tasks:
      first: {componentRef: {url: ./mark.yaml}, arguments: {t: {graphInput: {inputName: text}}}}
      second: {componentRef: {url: ./mark.yaml}, arguments: {t: {taskOutput: {taskId: first, outputName: o}}}}
    outputValues: {the text: {taskOutput: {taskId: second, outputName: o}}}
"""
MARK = """\
inputs: [{name: t, type: String}]
outputs: [{name: o, type: String}]
implementation:
  container:
    image: alpine
    command: [sh, -c, 'mkdir -p "$(dirname "$1")"; echo "<$0>" > "$1"', {inputValue: t}, {outputPath: o}]
"""


PIPELINE = """\
name: p
inputs: [{name: list, type: {List: Integer}}]
tasks:
  a:
    image: alpine:3.20
    env: {L: "${{ toJson(inputs.list) }}"}
    outputs: [{name: said, type: String, stdout: true}]
    run: echo "$L"
outputs: [{name: said, value: "${{ tasks.a.outputs.said }}"}]
"""


def test_a_component_made_of_others(work, yamlflow) -> None:
    mark = json.dumps(yaml.safe_load(MARK))
    (work / "graph.yaml").write_text(GRAPH.replace("{url: ./mark.yaml}", f"{{spec: {mark}}}"))
    cells = _cells(yamlflow("component", "test", "graph.yaml", "-p", "text=x", cwd=work))
    assert cells == [["the text", "String", "<<x>>"]]
    assert yamlflow("component", "show", "graph.yaml", cwd=work).stdout.endswith("\n\ntasks   first, second\n")


def test_a_pipeline(work, yamlflow) -> None:
    (work / "p.yaml").write_text(PIPELINE)
    done = yamlflow("component", "test", "p.yaml", "-p", "list=[1]", cwd=work)
    assert _cells(done) == [["said", "String", "[1]"]]
