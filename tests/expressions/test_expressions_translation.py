"""What the checker promises of an expression is what a container gets: random ones, through the local engine."""

import json
from pathlib import Path
from random import Random

from grammars import Grammar

from yamlflow.cli import main
from yamlflow.expressions import EvaluationError, infer, parse
from yamlflow.expressions.evaluate import evaluate, result_text
from yamlflow.source import write_yaml
from yamlflow.types import constant_error, constant_text, parse_type, type_text

TOPS = ["int", "float", "str", "bool", "ints", "floats", "strs", "dict", "any"]
COUNT = 1_100
INPUTS = {
    "n": ("Integer", 5),
    "m": ("Integer", -3),
    "f": ("Float", 2.5),
    "g": ("Float", 2.0),
    "s": ("String", "hello"),
    "u": ("String", 'été "q" {x} $HOME'),
    "t": ("String", ""),
    "b": ("Bool", True),
    "c": ("Bool", False),
    "l": ({"List": "Integer"}, [1, 2, 3]),
    "lf": ({"List": "Float"}, [1.5, 2.5]),
    "ls": ({"List": "String"}, ["b", "a"]),
    "d": ("Dict", {"k": 1, "s": "x"}),
}
OUTPUTS = {
    "n": ("Integer", 8),
    "f": ("Float", 0.25),
    "s": ("String", "a line"),
    "b": ("Bool", False),
    "l": ({"List": "Integer"}, [4, 2]),
    "d": ("JsonObject", {"k": 2.5}),
}
SHOW = 'import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k[:2] == "E_"}))'
READ = 'import json, sys; print(json.dumps([open(path, encoding="utf-8").read() for path in sys.argv[1:]]))'


def _type_of(steps, _):
    names = [step.name for step in steps]
    if names[0] == "inputs" and len(names) == 2:
        return parse_type(INPUTS[names[1]][0])
    if names[:3] == ["tasks", "make", "outputs"] and len(names) == 4:
        return parse_type(OUTPUTS[names[3]][0])
    return parse_type("String") if names[0] == "workflow" or names[-1] == "status" else None


def _noted(reported):
    return lambda *finding: reported.append(finding)


def _expressions():
    """Return expressions that the checker takes and that have a value: their text, and the text of the value."""
    env = {
        "inputs": {name: value for name, (_, value) in INPUTS.items()},
        "tasks": {
            "make": {"outputs": {name: value for name, (_, value) in OUTPUTS.items()}, "status": "Succeeded"},
        },
        "workflow": {"namespace": "kubeflow"},
    }
    found = {}
    refused = 0
    for text in Grammar(Path(__file__).with_name("typed.txt"), Random(5)).texts(TOPS, COUNT):
        tree, problems = parse(text)
        if tree is None or problems:
            continue
        reported = []
        report = _noted(reported)
        type = infer(tree, _type_of, report, report)
        if reported:
            refused += 1
            continue
        try:
            value = evaluate(tree, env)
            shown = result_text(value)
        except EvaluationError:
            continue
        if type is not None:
            assert constant_error(shown, type) == "", f"{text} is no {type_text(type)}: {shown}"
        if "\0" not in shown and "E_" not in shown and text.strip() == text:
            found[text] = shown
    assert refused < COUNT / 5
    assert len(found) > COUNT / 2
    return found


def _pipeline(texts, by_path):
    inputs = [{"name": name, "type": type, "default": value} for name, (type, value) in INPUTS.items()]
    outputs = [{"name": name, "type": type} for name, (type, _) in OUTPUTS.items()]
    write = "".join(
        f"cat > \"$OUTPUT_{n.upper()}\" <<'END'\n{constant_text(v)}\nEND\n" for n, (_, v) in OUTPUTS.items()
    )
    files = {
        "inputs": [{"name": f"i{number}"} for number in range(len(by_path))],
        "implementation": {
            "container": {
                "image": "python:3.12",
                "command": ["python3", "-c", READ],
                "args": [{"inputPath": f"i{number}"} for number in range(len(by_path))],
            }
        },
    }
    return {
        "name": "translation",
        "inputs": inputs,
        "components": {"read": files},
        "tasks": {
            "make": {"image": "alpine:3.20", "outputs": outputs, "run": write},
            "show": {
                "image": "python:3.12",
                "shell": "python3",
                "env": {f"E_{number}": f"${{{{ {text} }}}}" for number, text in enumerate(texts)},
                "run": SHOW,
            },
            "files": {
                "component": "read",
                "arguments": {f"i{number}": f"${{{{ {text} }}}}" for number, text in enumerate(by_path)},
            },
        },
    }


def _logged(task, capsys):
    """Return the JSON that a task printed."""
    assert main(["logs", "@latest"]) == 0
    lines = capsys.readouterr().out.splitlines()
    return next(json.loads(line.partition(": ")[2]) for line in lines if line.startswith(task))


def _same(text, expected, arrived) -> bool:
    """What is handed on whole keeps its spelling: `2.0`, `[1, 2]`."""
    handed_on = all(part.isidentifier() for part in text.split("."))
    return arrived == expected or (handed_on and json.loads(arrived) == json.loads(expected))


def test_values_arrive(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YAMLFLOW_HOME", str(tmp_path / "home"))
    expected = _expressions()
    texts = list(expected)
    by_path = texts[::25]
    Path("p.yaml").write_text(write_yaml(_pipeline(texts, by_path)), "utf-8")
    code = main(["run", "p.yaml"])
    shown = capsys.readouterr()
    assert code == 0, shown.out + shown.err
    arrived = _logged("show", capsys)
    wrong = {
        text: (expected[text], arrived[f"E_{number}"])
        for number, text in enumerate(texts)
        if not _same(text, expected[text], arrived[f"E_{number}"])
    }
    assert wrong == {}
    read = _logged("files", capsys)
    assert [text for text, found in zip(by_path, read, strict=True) if not _same(text, expected[text], found)] == []
