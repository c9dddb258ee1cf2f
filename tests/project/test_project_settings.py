"""Which setting wins, where the project is, and what its pipelines take from it."""

import json
import os
import subprocess
import sys

import pytest

from yamlflow.app.compile import compile_file
from yamlflow.app.layer import Layer
from yamlflow.diagnostics import SourceText, Span
from yamlflow.project.model import Project
from yamlflow.project.places import find
from yamlflow.project.settings import Setting, namespace, target
from yamlflow.source import Scalar

PIPELINE = """\
name: shop
components: {own: ./own.yaml}
tasks:
  a: {component: own, arguments: {text: "{{ values.text }}"}}
  b: {component: common, arguments: {text: "{{ profile }}"}}
  c: {run: echo}
  {% include "more.j2" %}
"""
COMPONENT = """\
inputs: [{name: text, type: String}]
implementation: {container: {image: alpine, command: [echo, {inputValue: text}]}}
"""
PROJECT = """\
namespace: team
values: {text: project, base: 1}
profiles:
  test: {values: {text: test}}
  prod: {extends: test, values: {other: 1}}
components: {common: ./parts/common.yaml, own: ./parts/missing.yaml}
defaults: {image: "project:1", timeout: 60}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project whose pipeline stands in a folder of its own."""
    files = {
        "yamlflow.yaml": PROJECT,
        "parts/common.yaml": COMPONENT,
        "pipelines/own.yaml": COMPONENT,
        "pipelines/shop.yaml.j2": PIPELINE,
        "pipelines/more.j2": "  d: {run: echo d}\n",
        "values.yaml": "text: file\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _project(name="", where="") -> Project:
    scalars = [Scalar(Span(SourceText("yamlflow.yaml", text), 0, len(text)), text) for text in (name, where)]
    return Project("yamlflow.yaml", *(scalar if scalar.value else None for scalar in scalars))


@pytest.mark.parametrize(
    ("flag", "env", "project", "expected"),
    [
        ("flag", {"ARGO_NAMESPACE": "env"}, _project("mine"), Setting("flag", "--namespace")),
        (None, {"ARGO_NAMESPACE": "env"}, _project("mine"), Setting("env", "ARGO_NAMESPACE")),
        (None, {"ARGO_NAMESPACE": ""}, _project("mine"), Setting("mine", "yamlflow.yaml")),
        (None, {}, _project(), Setting("kubeflow", "built in")),
        (None, {}, None, Setting("kubeflow", "built in")),
    ],
)
def test_namespace(flag, env, project, expected) -> None:
    assert namespace(flag, env, project)[:2] == expected[:2]


@pytest.mark.parametrize(
    ("flag", "env", "project", "expected"),
    [
        ("flag", {"YAMLFLOW_TARGET": "env"}, _project(where="argo"), Setting("flag", "--target")),
        (
            None,
            {"YAMLFLOW_TARGET": "env", "ARGO_SERVER": "x"},
            _project(where="argo"),
            Setting("env", "YAMLFLOW_TARGET"),
        ),
        (None, {"ARGO_SERVER": "x"}, _project(where="local"), Setting("local", "yamlflow.yaml")),
        (None, {"ARGO_SERVER": "x"}, _project(), Setting("argo", "ARGO_SERVER")),
        (None, {}, None, Setting("local", "built in")),
    ],
)
def test_target(flag, env, project, expected) -> None:
    assert target(flag, env, project)[:2] == expected[:2]


def test_the_nearest_project_counts(folder) -> None:
    assert find("pipelines") == "yamlflow.yaml"
    assert find(str(folder / "pipelines")) == str(folder / "yamlflow.yaml")
    os.chdir(folder / "pipelines")
    assert find("") == os.path.join("..", "yamlflow.yaml")
    (folder / "pipelines" / "yamlflow.yaml").write_text("")
    assert find("") == "yamlflow.yaml"


def _compiled(*args, **layer):
    found = compile_file("pipelines/shop.yaml.j2", {}, Layer(*args, **layer))
    assert found.diagnostics == []
    assert found.manifest is not None
    return found


def _templates(compiled):
    return {template["name"]: template for template in compiled.manifest["spec"]["templates"]}


def _texts(compiled):
    tasks = {task["name"]: task for task in _templates(compiled)["shop"]["dag"]["tasks"]}
    return [tasks[name]["arguments"]["parameters"][0]["value"] for name in ("a", "b")]


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        ({}, "project"),
        ({"profile": "test"}, "test"),
        ({"profile": "prod"}, "test"),
        ({"profile": "test", "files": ("values.yaml",)}, "file"),
        ({"profile": "test", "files": ("values.yaml",), "pairs": ("text=a", "text=set")}, "set"),
    ],
)
def test_values(folder, layer, text) -> None:
    assert _texts(_compiled(**layer)) == [text, layer.get("profile", "")]


def test_components_and_defaults(folder) -> None:
    templates = _templates(_compiled())
    assert templates["own"]["container"]["image"] == "alpine"
    assert templates["c"]["script"]["image"] == "project:1"
    assert templates["c"]["timeout"] == "1m"
    (folder / "pipelines/shop.yaml.j2").write_text("defaults: {image: 'own:1'}\n" + PIPELINE)
    templates = _templates(_compiled())
    assert templates["c"]["script"]["image"] == "own:1"
    assert templates["c"]["timeout"] == "1m"


def test_files(folder) -> None:
    names = {os.path.normpath(name) for name in _compiled(files=("values.yaml",)).files}
    expected = {"yamlflow.yaml", "values.yaml", "parts/common.yaml", "pipelines/own.yaml", "pipelines/shop.yaml.j2"}
    assert names == expected | {"pipelines/more.j2"}


def test_files_that_are_missing(folder) -> None:
    (folder / "pipelines/own.yaml").unlink()
    assert "pipelines/own.yaml" in compile_file("pipelines/shop.yaml.j2", {}).files
    (folder / "pipelines/more.j2").unlink()
    found = compile_file("pipelines/shop.yaml.j2", {}).files
    assert "pipelines/more.j2" in found
    assert "yamlflow.yaml" in found


def test_commands_speak_of_the_projects_namespace(folder, yamlflow) -> None:
    assert "namespace team" in yamlflow("list", cwd=folder / "pipelines").stderr
    assert "namespace mine" in yamlflow("list", "-n", "mine", cwd=folder).stderr
    (folder / "yamlflow.yaml").write_text("target: moon\n")
    done = yamlflow("list", cwd=folder)
    assert (done.returncode, done.stderr) == (
        2,
        "error: unknown target `moon` (from yamlflow.yaml); known: `local`, `argo`\n",
    )
    (folder / "yamlflow.yaml").write_text("traget: argo\n")
    done = yamlflow("list", cwd=folder)
    assert (done.returncode, done.stderr) == (
        1,
        "error: `yamlflow.yaml` has mistakes; `yamlflow validate yamlflow.yaml` shows them\n",
    )


def test_what_is_validated_without_a_path(folder, yamlflow) -> None:
    (folder / "yamlflow.yaml").write_text('pipelines: ["pipelines/*.yaml.j2", "no/*"]\ndefaults: {image: x}\n')
    (folder / "pipelines/shop.yaml.j2").write_text("name: x\ntasks: {a: {run: {{ nope }}}}\n")
    done = yamlflow("validate", "-o", "json", cwd=folder / "pipelines")
    found = [(item["file"], item["code"]) for item in json.loads(done.stdout)["diagnostics"]]
    assert found == [("../pipelines/shop.yaml.j2", "undefined-name"), ("../yamlflow.yaml", "nothing-found")]


MISTAKES = [
    ("--set a", "`--set a` is no PATH=VALUE, such as a.b=c"),
    ("--set =1", "`--set =1` is no PATH=VALUE, such as a.b=c"),
    ("--set a..b=1", "`--set a..b=1` is no PATH=VALUE, such as a.b=c"),
    ("--set a[0]=1", "`--set a[0]=1` names an item of a list; give the whole list in a file with --values"),
    ("--set a=1,b=2", "`--set a=1,b=2` looks like two values; give each its own --set, or write `\\,` for a comma"),
]


@pytest.mark.parametrize(("arguments", "said"), MISTAKES)
def test_mistakes_of_options(folder, yamlflow, arguments, said) -> None:
    done = yamlflow("validate", "pipelines/shop.yaml.j2", *arguments.split(), cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {said}\n")


def test_a_folder(folder, yamlflow) -> None:
    (folder / "chart").mkdir()
    (folder / "chart" / "other.yaml.j2").write_text("kind: {{ nothing.of.ours }}\n")
    (folder / "chart" / "config.yml.j2").write_text("a: {{ 1 }}\n")
    done = yamlflow("validate", ".", "--profile", "prod", cwd=folder)
    # The project names a component that is missing; nothing else is wrong.
    assert done.stdout.splitlines()[0].startswith("yamlflow.yaml:6:48: error[component-not-found]")
    assert done.stdout.splitlines()[-1] == "1 error in 1 file, 3 other YAML files passed over"


SCRIPT = "import sys; from yamlflow.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


@pytest.mark.parametrize("command", ["validate", "render"])
def test_plain_files_need_no_jinja(folder, user_env, command) -> None:
    (folder / "plain.yaml").write_text("name: x\ntasks: {a: {run: echo}}\n")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, command, "plain.yaml", "--profile", "prod"],
        env=user_env,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "project:1" in done.stdout or done.stdout == "1 file is valid\n"
    assert {"jinja2", "yamlflow.templating.values", "glob"} & set(done.stderr.split()) == set()
