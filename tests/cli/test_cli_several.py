"""Files of several documents: each is a manifest, or comes along with one."""

import json

import pytest

TWO = """\
name: one
tasks:
  a: {image: "alpine:3.20", run: echo one}
---
name: two
tasks:
  b: {image: "alpine:3.20", run: echo two}
"""
MANIFEST = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: says-}
spec:
  workflowTemplateRef: {name: says}
  arguments: {parameters: [{name: who, valueFrom: {configMapKeyRef: {name: names, key: who}}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: names, labels: {workflows.argoproj.io/configmap-type: Parameter}}
data: {who: you}
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: says}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who}]}
  templates:
    - name: main
      container: {image: "alpine:3.20", command: [echo, "hello {{workflow.parameters.who}}"]}
"""
OTHER_NAMES = """\
kind: ConfigMap
apiVersion: v1
metadata: {name: names, labels: {workflows.argoproj.io/configmap-type: Parameter}}
data: {who: somebody}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "flow.yaml"
    path.write_text(TWO)
    return path


def test_all_are_rendered_and_submitted(file, yamlflow) -> None:
    assert yamlflow("validate", str(file)).stdout == "1 file is valid\n"
    documents = yamlflow("render", str(file)).stdout.split("---\n")
    assert [text.split("generateName: ")[1].split()[0] for text in documents] == ["one-", "two-"]
    listed = json.loads(yamlflow("render", str(file), "-o", "json").stdout)
    assert listed["kind"] == "List"
    assert [item["metadata"]["generateName"] for item in listed["items"]] == ["one-", "two-"]
    names = yamlflow("submit", str(file), "-o", "name", "--wait").stdout.split()
    assert [name[:4] for name in names] == ["one-", "two-"]
    assert yamlflow("logs", names[1]).stdout == "b: two\n"


def test_all_mistakes_are_found(file, yamlflow) -> None:
    file.write_text(TWO.replace("run", "rum"))
    for command in ("validate", "render", "submit"):
        done = yamlflow(command, str(file))
        assert (done.stdout + done.stderr).count("error[unknown-key]") == 2
        assert done.returncode == 1


@pytest.mark.parametrize("command", ["run", "package --out x.zip", "graph"])
def test_commands_for_one(command, file, yamlflow) -> None:
    done = yamlflow(*command.split(), str(file))
    assert done.returncode == 1
    assert "error[several-documents]" in done.stderr


@pytest.mark.parametrize("option", ["--name x", "--watch", "--log", "-o json"])
def test_options_for_one(option, file, yamlflow) -> None:
    done = yamlflow("submit", str(file), *option.split())
    assert done.returncode == 2
    assert f"error: {option.split()[0]} is for one run, and `{file}` holds 2" in done.stderr
    assert yamlflow("list", "-o", "name").stdout == ""


def test_what_lies_beside_a_workflow_comes_along(file, yamlflow) -> None:
    file.write_text(MANIFEST)
    assert "hello you" in yamlflow("run", str(file)).stdout
    other = file.with_name("names.yaml")
    other.write_text(OTHER_NAMES)
    assert "hello somebody" in yamlflow("run", str(file), "--with", str(other)).stdout


def test_templates_alone(tmp_path, yamlflow) -> None:
    """They can be rendered; that they cannot run is told."""
    template = MANIFEST.partition("---\n")[2].partition("---\n")[2]
    file = tmp_path / "templates.yaml"
    file.write_text(f"{template}---\n{template.replace('says', 'tells')}")
    rendered = yamlflow("render", str(file))
    assert [text.split("name: ")[1].split()[0] for text in rendered.stdout.split("---\n")] == ["says", "tells"]
    for command in ("run", "submit"):
        done = yamlflow(command, str(file))
        assert done.returncode == 1
        assert "error[unsupported-kind]: only a Workflow can run" in done.stderr
