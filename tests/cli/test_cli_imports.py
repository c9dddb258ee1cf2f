"""What is not needed is not imported: start-up time is a feature."""

import subprocess
import sys

import pytest

HEAVY = {
    "argo_workflows",
    "asyncio",
    "dataclasses",
    "inspect",
    "jinja2",
    "jsonschema",
    "kubernetes",
    "logging",
    "pathlib",
    "rich",
    "sqlite3",
    "subprocess",
    "watchdog",
}
PIPELINE = """\
name: sum
inputs: [{name: a, type: Integer, default: 1}]
components:
  say:
    inputs: [{name: text, type: String}]
    implementation: {container: {image: "alpine:3.20", command: [echo, {inputValue: text}]}}
tasks:
  one: {component: say, arguments: {text: "a is ${{ inputs.a }}"}}
"""


def imported(user_env, cwd, *arguments) -> set[str]:
    code = f"import sys; from yamlflow.cli import main; main({list(arguments)!r}); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    done = subprocess.run(command, env=user_env, cwd=cwd, capture_output=True, text=True, check=True)
    return {module.partition(".")[0] for module in done.stderr.splitlines()[-1].split()}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["validate", "p.yaml"], ["render", "p.yaml"]])
def test_imports(user_env, tmp_path, arguments) -> None:
    (tmp_path / "p.yaml").write_text(PIPELINE)
    assert imported(user_env, tmp_path, *arguments) & HEAVY == set()


def test_version_needs_next_to_nothing(user_env, tmp_path) -> None:
    assert imported(user_env, tmp_path, "--version") & {"argparse", "json", "re", "yaml"} == set()
