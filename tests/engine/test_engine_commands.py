"""The commands for templates and artifacts of this machine, as a person uses them."""

import json
import os
import pty
import signal
import subprocess
import sys
import time

import pytest

from yamlflow.engine.lock import is_held

LIBRARY = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: lib}
spec:
  templates:
    - name: write
      container: {image: busybox, command: [sh, -c, "mkdir /tmp/d; echo hi > /tmp/d/x; echo hello > /tmp/f"]}
      outputs: {artifacts: [{name: f, path: /tmp/f}, {name: d, path: /tmp/d}]}
"""
RUN = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: use}
spec:
  entrypoint: main
  templates: [{name: main, steps: [[{name: w, templateRef: {name: lib, template: write}}]]}]
"""


@pytest.fixture
def yamlflow(tmp_path):
    (tmp_path / "lib.yaml").write_text(LIBRARY)
    (tmp_path / "use.yaml").write_text(RUN)

    def run(*arguments):
        environment = {**os.environ, "YAMLFLOW_HOME": str(tmp_path / "home")}
        command = [sys.executable, "-m", "yamlflow", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    return run


def test_templates(yamlflow) -> None:
    code, _, said = yamlflow("submit", "use.yaml", "--wait")
    assert (code, "there is no WorkflowTemplate `lib`" in said) == (1, True)
    assert yamlflow("template", "create", "lib.yaml")[:2] == (0, "lib created\n")
    assert yamlflow("template", "create", "lib.yaml")[2] == (
        "error: template `lib` exists already; `--update` replaces it\n"
    )
    assert yamlflow("template", "create", "lib.yaml", "--update")[0] == 0
    assert yamlflow("template", "list")[1] == "lib  WorkflowTemplate  write\n"
    assert yamlflow("template", "get", "lib")[1].startswith(
        "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\n"
    )
    assert yamlflow("submit", "use.yaml", "--wait")[0] == 0
    assert yamlflow("template", "delete", "lib")[1] == "lib deleted\n"
    assert yamlflow("template", "get", "lib")[0] == 1


def test_artifacts(yamlflow) -> None:
    assert yamlflow("run", "use.yaml", "--with", "lib.yaml")[0] == 0
    _, listed, _ = yamlflow("artifacts", "list", "use")
    assert [line.split()[:3] for line in listed.splitlines()] == [
        ["ARTIFACT", "KIND", "SIZE"],
        ["w/f", "file", "6"],
        ["w/d", "folder", "10240"],
    ]
    assert yamlflow("artifacts", "list", "use", "-o", "name")[1] == "w/f\nw/d\n"
    assert json.loads(yamlflow("artifacts", "lineage", "use", "-o", "json")[1])[0]["direction"] == "out"
    assert yamlflow("artifacts", "cat", "@latest", "f")[1] == "hello\n"
    assert "artifact `d` is a folder" in yamlflow("artifacts", "cat", "use", "d")[2]
    assert yamlflow("artifacts", "get", "use", "w/d", "--out", "copy")[1] == "copy written\n"
    assert "`copy` is there already" in yamlflow("artifacts", "get", "use", "w/d", "--out", "copy")[2]
    _, lineage, _ = yamlflow("artifacts", "lineage", "use")
    assert lineage.splitlines()[1].split()[:4] == ["w", "wrote", "f", "sha256:5891b5b522d5"]


BINARY = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: binary}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: busybox
      command: [sh]
      source: |
        printf 'a\\377\\000\\r\\n' > /tmp/o
        echo > /tmp/gone
    outputs:
      artifacts:
      - {name: o, path: /tmp/o}
      - {name: gone, path: /tmp/gone, s3: {key: gone}, artifactGC: {strategy: OnWorkflowCompletion}}
  - name: other
    container: {image: busybox, command: ["true"]}
"""


def test_artifacts_that_are_no_text(yamlflow, tmp_path) -> None:
    (tmp_path / "binary.yaml").write_text(BINARY)
    assert yamlflow("run", "binary.yaml")[0] == 0
    command = [sys.executable, "-m", "yamlflow", "artifacts", "cat", "binary", "o"]
    environment = {**os.environ, "YAMLFLOW_HOME": str(tmp_path / "home"), "TERM": "xterm", "NO_COLOR": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert done.stdout == b"a\xff\0\r\n"
    main, side = pty.openpty()
    done = subprocess.run(command, env=environment, stdout=side, stderr=subprocess.PIPE, check=False)
    os.close(side)
    os.close(main)
    said = b"error: artifact `o` is no text; `yamlflow artifacts get binary o` copies it\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_artifacts_that_were_removed(yamlflow, tmp_path) -> None:
    (tmp_path / "binary.yaml").write_text(BINARY)
    assert yamlflow("run", "binary.yaml")[0] == 0
    while is_held(str(*tmp_path.glob("home/runs/*/lock"))):
        time.sleep(0.01)
    said = "error: artifact `binary/gone` was removed; `artifactGC` of its run says when\n"
    for command in ("get", "cat"):
        assert yamlflow("artifacts", command, "binary", "gone")[2] == said


def test_what_failed(yamlflow, tmp_path) -> None:
    """`get` says of steps that failed what `run` said of them."""
    tasks = "".join(f"  t{at}: {{image: 'bash:5.2', run: 'echo said {at}; exit 127'}}\n" for at in range(6))
    (tmp_path / "p.yaml").write_text(f"name: p\ntasks:\n{tasks}")
    assert yamlflow("run", "p.yaml")[0] == 1
    _, shown, _ = yamlflow("get", "@latest")
    failures = shown.partition("\n\nt0\n")[2].splitlines()
    assert failures[:4] == [
        "     | said 0",
        "     = exit code 127: a command that was not found",
        "     = command in /tmp: sh -e script",
        "",
    ]
    assert failures[-1].startswith("1 more failed; `yamlflow logs p-")


def test_no_artifacts(yamlflow, tmp_path) -> None:
    (tmp_path / "none.yaml").write_text(BINARY.replace("entrypoint: main", "entrypoint: other"))
    assert yamlflow("run", "none.yaml")[0] == 0
    for command in ("list", "lineage"):
        assert yamlflow("artifacts", command, "@latest") == (0, "", "no artifacts\n")


SLEEPS = """\
name: {name}
tasks:
  one: {{image: 'bash:5.2', env: {{P: {env}}}, run: sleep 60}}
"""


def test_recover(yamlflow, tmp_path, monkeypatch) -> None:
    """As after a night in which the machine was switched off; one run needs its secret again."""
    assert yamlflow("recover", "--all")[:2] == (0, "target local, namespace kubeflow: no run is without its engine\n")
    monkeypatch.setenv("YAMLFLOW_SECRET_MAIL_PW", "hunter22")
    (tmp_path / "plain.yaml").write_text(SLEEPS.format(name="plain", env="x"))
    (tmp_path / "secret.yaml").write_text(SLEEPS.format(name="secret", env="{secret: {name: mail, key: pw}}"))
    plain, secret = (yamlflow("submit", f"{name}.yaml", "-o", "name")[1].strip() for name in ("plain", "secret"))
    locks = list((tmp_path / "home" / "runs").glob("*/lock"))
    while not all(lock.read_text() for lock in locks):
        time.sleep(0.01)
    for lock in locks:
        os.kill(int(lock.read_text()), signal.SIGKILL)
    while any(is_held(str(lock)) for lock in locks):
        time.sleep(0.01)
    monkeypatch.delenv("YAMLFLOW_SECRET_MAIL_PW")
    code, out, said = yamlflow("recover", "--all")
    assert (code, out) == (1, f"{plain} goes on (local)\n")
    assert said.startswith(f"error: the engine of `{secret}` is gone: secret `mail` has no `pw`; `yamlflow recover")
    standing = f"its engine is gone: secret `mail` has no `pw`; `yamlflow recover {secret} --secrets-file FILE` goes on"
    listed = {line.split()[0]: line for line in yamlflow("list")[1].splitlines()}
    assert listed[secret].endswith(f"   {standing}")
    assert "gone" not in listed[plain]
    assert f"Message:             {standing}\n" in yamlflow("get", secret)[1]
    code, out, said = yamlflow("suspend", secret)
    assert (code, out) == (1, "")
    assert said.startswith(f"error: the engine of `{secret}` is gone: secret `mail` has no `pw`; `yamlflow recover")
    assert yamlflow("recover", plain)[:2] == (0, f"{plain} goes on already, by an engine of its own (local)\n")
    assert yamlflow("recover", "none", plain)[0] == 1
    for name in (plain, secret):
        monkeypatch.setenv("YAMLFLOW_SECRET_MAIL_PW", "hunter22")
        assert yamlflow("terminate", name)[0] == 0
        assert yamlflow("wait", name)[0] == 1
    assert yamlflow("recover", plain)[:2] == (0, f"{plain} is over: Failed (local)\n")
