"""`yamlflow diff`: of files, of git revisions, of a run; what counts and what does not."""

import json
import subprocess

import pytest

from yamlflow.cli import main

OLD = """\
name: p
inputs: [{name: a, default: "1"}]
tasks:
  x: {image: "alpine:3.20", run: "echo 1\\necho 2"}
  y: {image: "alpine:3.20", run: echo, after: [x]}
"""
NEW = """\
# a comment
name: p
tasks:
  z: {image: "alpine:3.20", run: echo}
  y: {image: "alpine:3.21", run: echo, after: [x]}
  x: {image: 'alpine:3.20', run: "echo 1\\necho 3", retry: {limit: 2}}
inputs: [{name: a, default: "2"}]
"""
CHANGES = """\
~ spec.arguments.parameters[a].value: "1" → "2"
+ spec.templates[p].dag.tasks[z]:
    name: z
    template: z
~ spec.templates[x].script.source:
      echo 1
    - echo 2
    + echo 3
+ spec.templates[x].retryStrategy:
    limit: '2'
~ spec.templates[y].script.image: "alpine:3.20" → "alpine:3.21"
+ spec.templates[z]:
    name: z
    script:
      image: alpine:3.20
      command:
      - sh
      - -e
      source: echo
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    folder = tmp_path / "inside"
    folder.mkdir()
    monkeypatch.chdir(folder)
    file = folder / "p.yaml"
    file.write_text(OLD)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "-q", str(tmp_path)], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    return file


def test_a_revision_and_a_file(repository, capsys) -> None:
    repository.write_text(NEW)
    assert main(["diff", "HEAD:p.yaml", "p.yaml"]) == 1
    assert capsys.readouterr().out == CHANGES


def test_order_comments_and_quotes_do_not_count(repository, capsys) -> None:
    lines = OLD.splitlines()
    repository.write_text(
        "\n".join([*reversed(lines[:2]), lines[2], lines[4], lines[3].replace('"', "'", 2)]) + " # x\n"
    )
    assert main(["diff", "HEAD:p.yaml", "p.yaml"]) == 0
    assert capsys.readouterr().out == ""


def test_json(repository, capsys) -> None:
    repository.write_text(OLD.replace("alpine:3.20", "alpine:3.21"))
    assert main(["diff", "HEAD:p.yaml", "p.yaml", "-o", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {"path": f"spec.templates[{name}].script.image", "kind": "changed", "old": "alpine:3.20", "new": "alpine:3.21"}
        for name in "xy"
    ]


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("HEAD~7:p.yaml", "there is no revision `HEAD~7`"),
        ("HEAD:other.yaml", "`inside/other.yaml` is not in revision `HEAD`"),
        ("HEAD:../../x.yaml", "`../../x.yaml` lies in no git repository"),
        ("HEAD:", "`HEAD:` names no file of a git revision; such as `HEAD~1:pipeline.yaml`"),
        (":p.yaml", "`:p.yaml` names no file of a git revision"),
        ("other.yaml", "no such file"),
        ("no-such-run", "not found in namespace kubeflow of the local target"),
        ("--upload-pack=x:p.yaml", "there is no revision"),
    ],
)
def test_what_is_not_there(repository, capsys, old, said, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("YAMLFLOW_HOME", str(tmp_path / "home"))
    assert main(["diff", "--", old, "p.yaml"]) == 2
    assert said in capsys.readouterr().err


def test_mistakes_of_both_sides(repository, capsys, monkeypatch) -> None:
    """A file of a revision is named as it was asked for, not by its copy."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    repository.write_text(OLD.replace("run:", "runs:", 1))
    subprocess.run([*git, "commit", "-qam", "second"], check=True)
    repository.write_text("a: [")
    monkeypatch.chdir(repository.parent.parent)
    assert main(["diff", "HEAD:inside/p.yaml", "inside/p.yaml"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert [line.partition(" ")[0] for line in shown.err.splitlines() if "error[" in line] == [
        "HEAD:inside/p.yaml:4:29:",
        "inside/p.yaml:1:4:",
    ]


def test_without_git(repository, capsys, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert main(["diff", "HEAD:p.yaml", "p.yaml"]) == 2
    assert capsys.readouterr().err == "error: `git` is needed to look into a revision, and is not there\n"


def test_a_run(repository, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("YAMLFLOW_HOME", str(tmp_path / "home"))
    assert main(["run", "p.yaml", "-p", "a=5"]) == 0
    capsys.readouterr()
    assert main(["diff", "p.yaml", "@latest"]) == 1
    assert capsys.readouterr().out == '~ spec.arguments.parameters[a].value: "1" → "5"\n'


def test_conditions_and_long_texts(tmp_path, capsys) -> None:
    lines = "".join(f"      echo {number}\n" for number in range(20))
    for name, least, changed in (("a", 1, "echo 15"), ("b", 2, "echo fifteen")):
        text = lines.replace("echo 15", changed)
        (tmp_path / f"{name}.yaml").write_text(
            f"name: p\ninputs: [{{name: n, type: Integer, default: 3}}]\ntasks:\n  x:\n"
            f"    when: ${{{{ inputs.n > {least} }}}}\n    image: alpine:3.20\n    run: |\n{text}"
        )
    assert main(["diff", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")]) == 1
    assert capsys.readouterr().out == (
        '~ spec.templates[p].dag.tasks[x].when: "inputs.n > 1" → "inputs.n > 2"\n'
        "~ spec.templates[x].script.source:\n    ...\n"
        "      echo 12\n      echo 13\n      echo 14\n    - echo 15\n    + echo fifteen\n"
        "      echo 16\n      echo 17\n      echo 18\n"
    )


TEMPLATE = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: says}
spec: {entrypoint: main, templates: [{name: main, container: {image: "alpine:3.20", command: [echo]}}]}
"""


def test_templates_and_open_inputs(tmp_path, capsys) -> None:
    """What cannot run as it is can be compared."""
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(TEMPLATE)
    new.write_text(TEMPLATE.replace("3.20", "3.21"))
    assert main(["diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out == '~ spec.templates[main].container.image: "alpine:3.20" → "alpine:3.21"\n'
    old.write_text(OLD.replace(', default: "1"', ""))
    assert main(["diff", str(old), str(old)]) == 0
    new.write_text(f"{TEMPLATE}---\n{TEMPLATE.replace('says', 'tells')}")
    assert main(["diff", str(old), str(new)]) == 2
    assert "several-documents" in capsys.readouterr().err
