"""Packages of Python functions are installed once, outside of any task, and stay for later runs. No network is used."""

import base64
import hashlib
import os
import zipfile

import pytest

from yamlflow.engine.runners.packages import packages_of
from yamlflow.targets.local import LocalTarget

PIP = "PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location 'tiny-package==1.0'"
PROGRAM = "import os, tiny; print(tiny.TEXT, os.environ['GIVEN'])"


def _wheel(folder):
    files = {
        "tiny.py": "TEXT = 'from the wheel'\n",
        "tiny_package-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny-package\nVersion: 1.0\n",
        "tiny_package-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "tiny_package-1.0.dist-info/RECORD"
    lines = [
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for name, text in files.items()
    ]
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny_package-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in {**files, record: "\n".join([*lines, f"{record},,", ""])}.items():
            wheel.writestr(name, text)


def _workflow(name, tasks):
    command = ["sh", "-c", f'({PIP} || {PIP} --user) && "$0" "$@"', "python3", "-c", PROGRAM]
    container = {"image": "python:3.12", "command": command, "env": [{"name": "GIVEN", "value": "and a value"}]}
    steps = [{"name": task, "template": "use"} for task in tasks]
    templates = [{"name": "main", "steps": [steps]}, {"name": "use", "container": container}]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": name},
        "spec": {"entrypoint": "main", "templates": templates},
    }


def _printed(target, name, tasks="ab"):
    target.submit(_workflow(name, tasks))
    *_, run = target.watch(name)
    lines = [line.text for line in target.logs(name)]
    return run["status"]["phase"], lines


@pytest.fixture
def environment(tmp_path):
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    return plain | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels")}


@pytest.mark.parametrize("sandbox", [True, False])
def test_installed_once(tmp_path, environment, sandbox) -> None:
    _wheel(tmp_path / "wheels")
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=environment, sandbox=sandbox)
    assert _printed(target, "first") == ("Succeeded", ["from the wheel and a value"] * 2)
    (tmp_path / "wheels" / "tiny_package-1.0-py3-none-any.whl").unlink()
    assert _printed(target, "second") == ("Succeeded", ["from the wheel and a value"] * 2)


def test_not_to_be_had(tmp_path, environment) -> None:
    phase, lines = _printed(LocalTarget(str(tmp_path / "home"), "kubeflow", environment=environment), "none", "a")
    assert phase == "Failed"
    assert any("No matching distribution found for tiny-package==1.0" in line for line in lines)


def test_other_commands_are_left_alone() -> None:
    assert packages_of(["sh", "-c", "echo a", "b"], "/c") is None
    assert packages_of(["sh", "-c", f'({PIP} || true) && "$0" "$@"', "b"], "/c") is None
    assert packages_of(["sh", "-c", f'({PIP} || {PIP} --user) && "$0" "$@"'], "/c") is None
    found = packages_of(["sh", "-c", f'({PIP} || {PIP} --user) && "$0" "$@"', "b", "c"], "/c")
    assert found is not None
    assert (found.arguments, found.rest) == (("tiny-package==1.0",), ["b", "c"])
