"""The hooks, installed and run by the real pre-commit in repositories of users, at each `git commit`.

pre-commit clones a copy of this checkout and installs it as it does everywhere, but pip may only look into the
environment that runs the tests.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ("yamlflow", "schemas", "templates", "docs/codes")
FILES = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
PIPELINE = """\
name: flip
tasks:
  flip: {component: "./flip.py:flip_coin"}
  say:
    image: "alpine:3.20"
    env: {SIDE: "${{ tasks.flip.outputs.Output }}"}
    run: echo "$SIDE"
"""
COMPONENT = """\
def flip_coin() -> str:
    return "heads"
"""
OTHERS = {
    "playbook.yaml": "- hosts: all\n  tasks:\n    - name: one\n",
    "chart/templates/pod.yaml": "{{- if .Values.pod }}\napiVersion: v1\nkind: Pod\n{{- end }}\n",
    "cluster.yml": "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: v1\nkind: Service\n",
    "setup.py": "print 'old'\n",
    "notes.rendered.yaml": "a: 1\n",
    "notes.yaml": "a: 2\n",
}


def _git_env(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YAMLFLOW_", "ARGO_", "GIT_"))}
    people = {f"GIT_{who}_{what}": "user@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return kept | people | {"HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """A git repository of yamlflow, and the environment of a user without a network."""
    base = tmp_path_factory.mktemp("hooks")
    repository = base / "yamlflow"
    for folder in SHIPPED:
        shutil.copytree(ROOT / folder, repository / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, repository / name)
    env = _git_env(base) | {
        "PRE_COMMIT_HOME": str(base / "cache"),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_IGNORE_INSTALLED": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
    }
    for command in ("git init -q", "git add --all", "git commit -q -m all"):
        subprocess.run(command.split(), cwd=repository, env=env, check=True)
    return repository, env


class Project:
    """A repository of a user; `yamlflow` here is the one that the hooks run."""

    def __init__(self, folder: Path, hooks: tuple[Path, dict[str, str]], more: str = "") -> None:
        self.folder = folder
        folder.mkdir()
        repository, self.env = hooks
        rev = self.call("git", "-C", str(repository), "rev-parse", "HEAD").stdout.strip()
        self.call("git", "init", "-q")
        self.write(
            ".pre-commit-config.yaml",
            f"repos:\n- repo: {repository}\n  rev: {rev}\n  hooks:\n"
            + "".join(f"  - id: {name}\n{more}" for name in ("yamlflow-validate", "yamlflow-render")),
        )
        done = self.call(sys.executable, "-m", "pre_commit", "install")
        assert done.returncode == 0, done.stdout

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def commit(self) -> str:
        """Commit all there is; return "" or why it was refused."""
        self.call("git", "add", "--all")
        done = self.call("git", "commit", "-q", "-m", "change")
        return done.stdout if done.returncode else ""


@pytest.fixture
def project(tmp_path, hooks) -> Project:
    return Project(tmp_path / "project", hooks)


def test_the_manifest_of_hooks() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    subprocess.run(command, cwd=ROOT, check=True)


def test_what_is_not_ours(project) -> None:
    assert project.commit() == "", "a project without pipelines"
    for name, text in OTHERS.items():
        project.write(name, text)
    assert project.commit() == ""


def test_break_and_mend(project) -> None:
    project.write("flip.py", COMPONENT)
    project.write("flip.yaml", PIPELINE)
    assert project.commit() == ""
    project.write("flip.yaml", PIPELINE.replace("outputs.Output", "outputs.Ouput"))
    refused = project.commit()
    assert "flip.yaml:6:41: error[unknown-output]: task `flip` has no output `Ouput`" in refused
    assert "did you mean `Output`?" in refused
    assert "1 error in 1 file" in refused
    project.write("flip.yaml", PIPELINE)
    project.write("other.txt", "changed")
    assert project.commit() == ""


def test_a_component_that_pipelines_use(project) -> None:
    project.write("flip.py", COMPONENT)
    project.write("flows/flip.yaml", PIPELINE.replace("./flip.py", "../flip.py"))
    assert project.commit() == ""
    project.write("flip.py", COMPONENT.replace("flip_coin", "flip_a_coin"))
    refused = project.commit()
    assert "flows/flip.yaml:3:" in refused
    assert "did you mean `flip_a_coin`?" in refused
    project.call("git", "checkout", "-q", "HEAD", ".")
    project.call("git", "rm", "-q", "flip.py")
    assert "error[component-not-found]" in project.commit(), "only a deleted file is in the commit"


def test_a_rendered_file(project) -> None:
    project.write("flip.py", COMPONENT)
    project.write("flows/flip.yaml", PIPELINE.replace("./flip.py", "../flip.py"))
    project.write("flows/alone.yaml", PIPELINE.replace("./flip.py", "../flip.py"))
    project.write("flows/flip.rendered.yaml", "")
    refused = project.commit()
    assert "flows/flip.rendered.yaml: not what `flows/flip.yaml` renders to" in refused
    assert "+apiVersion: argoproj.io/v1alpha1" in refused
    assert "1 of 1 rendered file is not up to date" in refused
    _mend(project, refused)
    assert project.commit() == ""
    project.write("flip.py", COMPONENT.replace("heads", "tails"))
    refused = project.commit()
    lines = refused.splitlines()
    assert next(line for line in lines if line.startswith("  -")).endswith('return "heads"')
    assert next(line for line in lines if line.startswith("  +")).endswith('return "tails"')
    _mend(project, refused)
    assert project.commit() == ""


def _mend(project: Project, refused: str) -> None:
    """Do what the hook says."""
    command = re.search(r"write it anew: yamlflow (.*)", refused)
    assert command
    done = project.call(sys.executable, "-m", "yamlflow", *shlex.split(command[1]))
    assert done.returncode == 0, done.stdout


def test_one_folder_only(tmp_path, hooks) -> None:
    more = "    args: [flows]\n    always_run: false\n    files: ^(flows|src)/\n"
    project = Project(tmp_path / "project", hooks, more)
    project.write("broken.yaml", "tasks: {a: {}}\n")
    assert project.commit() == ""
    project.write("flows/broken.yaml", "tasks: {a: {}}\n")
    assert "flows/broken.yaml:1:" in project.commit()


def test_manifests_of_profiles(project) -> None:
    project.write("yamlflow.yaml", "values: {word: hello}\nprofiles:\n  prod: {values: {word: good day}}\n")
    template = 'name: say\ntasks:\n  say: {image: "alpine:3.20", run: "echo {{ values.word }}"}\n'
    project.write("say.yaml.j2", template)
    for name in ("say", "say.prod"):
        project.write(f"{name}.rendered.yaml", "")
    refused = project.commit()
    assert "2 of 2 rendered files are not up to date" in refused
    for command in re.findall(r"write it anew: yamlflow (.*)", refused):
        project.call(sys.executable, "-m", "yamlflow", *shlex.split(command))
    assert "echo good day" in (project.folder / "say.prod.rendered.yaml").read_text()
    assert project.commit() == ""
    project.write("yamlflow.yaml", "values: {word: hello}\nprofiles:\n  prod: {values: {word: good evening}}\n")
    refused = project.commit()
    assert "1 of 2 rendered files is not up to date" in refused
    assert "say.prod.rendered.yaml: not what `say.yaml.j2` renders to" in refused
