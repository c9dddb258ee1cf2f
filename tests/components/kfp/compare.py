"""Run by a Python that has kfp 1.8: compares components of functions that it makes with those of yamlflow.

Prints a line for each difference in inputs, outputs, and what the programs write and print.
"""

import os
import subprocess
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")

import functions  # noqa: E402
import kfp.components as comp  # noqa: E402
from kfp.components._components import _resolve_command_line_and_paths  # noqa: E402

# KFP cannot take values that begin with `-`, and an output with the name of an input.
CASES = {
    "add": [{"a": "1", "b": "2.5"}, {"a": "1e300", "b": "nan"}],
    "kinds": [
        {"i": "1", "f": "2", "b": "no", "s": "x", "l": "[1, {}]", "d": '{"b":1,"a":[null]}'},
        {
            "i": "3",
            "f": "1e-9",
            "b": "True",
            "s": "",
            "l": "[]",
            "d": "{}",
            "n": "q",
            "o": "5",
            "t": "False",
            "ff": "2",
        },
    ],
    "parts": [{"a": "3"}],
    "call_form": [{"a": "1"}],
    "bools": [{"a": "true"}, {"a": "False"}],
    "floats": [{"a": "0.1"}, {"a": "1e16"}, {"a": "inf"}, {"a": "100"}],
    "files": [
        {"data": "abc\n", "text": "é", "raw": "r"},
        {"data": "", "text": "", "raw": "", "opt": "x", "my_path": "z"},
    ],
    "typed": [{"a": "x"}, {"a": "x", "d": '{"q": 1}', "e": "[1]", "f": "y", "g": "z", "b": "gs://q"}],
    "nothing": [{"a": "x"}],
    "numpy_doc": [{"a": "1"}],
    "out_bool_texts": [{"a": "x"}],
}


def _run(component, values):
    with tempfile.TemporaryDirectory() as folder:

        def input_path(name):
            path = os.path.join(folder, "in", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(values[name])
            return path

        spec = component.component_spec
        given = {item.name: item.default for item in spec.inputs or [] if item.default is not None} | values
        found = _resolve_command_line_and_paths(
            component_spec=spec,
            arguments=given,
            input_path_generator=input_path,
            output_path_generator=lambda name: os.path.join(folder, "out", name, "data"),
        )
        path = os.pathsep.join([os.path.dirname(sys.executable), "/usr/bin", "/bin"])
        env = {"PATH": path, "LC_ALL": "C.UTF-8", "TMPDIR": folder}
        done = subprocess.run([*found.command, *found.args], env=env, capture_output=True, text=True, check=False)
        outputs = {}
        for item in spec.outputs or []:
            with open(os.path.join(folder, "out", item.name, "data")) as file:
                outputs[item.name] = file.read()
        return done.returncode, outputs, done.stdout


def _ports(component):
    spec = component.component_spec
    yield spec.name, spec.description
    for item in spec.inputs or []:
        yield item.name, _type(item.type), item.description, item.default, bool(item.optional)
    for item in spec.outputs or []:
        yield item.name, _type(item.type), item.description


def _type(data):
    """KFP has no types for annotations such as `List[int]`, and keeps their text."""
    text = str(data)
    return None if "typing." in text or (isinstance(data, dict) and "List" in data) or text == "JsonObject" else data


def main(yamlflow):
    for name, cases in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "component.yaml")
            subprocess.run([yamlflow, "component", "from-python", f"functions.py:{name}", "--out", file], check=True)
            ours = comp.load_component_from_file(file)
        theirs = comp.create_component_from_func(getattr(functions, name), base_image="python:3.12")
        pairs = [(list(_ports(ours)), list(_ports(theirs)))]
        pairs += [(_run(ours, values), _run(theirs, values)) for values in cases]
        for left, right in pairs:
            if left != right:
                print(f"{name}: yamlflow {left} / kfp {right}")


main(sys.argv[1])
