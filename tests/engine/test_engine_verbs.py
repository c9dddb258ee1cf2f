"""What people say to runs, also at the wrong time and to the wrong run."""

import json
import subprocess
import sys

import pytest
from processes import wait_until

ASK = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: ask}
spec:
  entrypoint: main
  arguments: {parameters: [{name: x, value: "1"}]}
  templates:
    - name: main
      dag:
        tasks:
          - {name: a, template: pause}
          - {name: b, template: pause}
          - {name: c, template: end, depends: a.Failed && b}
    - {name: pause, suspend: {}}
    - {name: end, container: {image: busybox, command: [sh, -c, 'exit {{workflow.parameters.x}}']}}
"""
OVER = 'cannot shutdown a completed workflow: workflow: "ask", namespace: "kubeflow"'
RESUME = "`yamlflow resume ask --node-field-selector displayName=a` goes on"
WAITING = {
    "approve ask a": f"no task `a` of ask waits for a person; it is only suspended: {RESUME}",
    "approve ask z": "no task `z` of ask waits for a person; none does",
    "resubmit ask --memoized": "workflow must be Failed/Error to resubmit in memoized mode",
    "resume ask --node-field-selector displayName=z": "no suspended node matches `displayName=z`",
    "retry ask": "cannot retry a workflow in phase Running",
    "set ask --node-field-selector displayName=a": "`yamlflow set` takes --phase, --message or --output-parameter",
    "stop ask --message x": "--message goes with --node-field-selector",
    "stop ask --node-field-selector displayName=z": "no suspend nodes matching nodeFieldSelector: displayName=z",
}
FAILED = {
    "retry ask --restart-successful --node-field-selector displayName=z": "no node matches `displayName=z`",
    "stop ask": OVER,
    "suspend ask": "cannot suspend completed workflows",
    "terminate ask": OVER,
}
SUCCEEDED = {
    "retry ask": "to retry a succeeded workflow, give --restart-successful and --node-field-selector",
    "retry ask --restart-successful --node-field-selector displayName=z": "no node matches `displayName=z`",
}


@pytest.fixture
def say(yamlflow, tmp_path):
    (tmp_path / "ask.yaml").write_text(ASK)

    def run(words):
        done = yamlflow(*words.split(), cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    return run


def _wait_for(say, *steps):
    def waiting():
        nodes = json.loads(say("get ask -o json")[1])["status"]["nodes"].values()
        return {node["displayName"] for node in nodes if node["phase"] == "Running"}

    wait_until(lambda: waiting() >= set(steps))


def _refused(say, table):
    for words, expected in table.items():
        code, out, said = say(words)
        assert (code in (1, 2), out, said.endswith(f"{expected}\n")) == (True, "", True), (words, said)


def test_verbs(say) -> None:
    say("submit ask.yaml")
    _wait_for(say, "a", "b")
    _refused(say, WAITING)
    assert say("suspend ask")[0] == 0
    name = say("resubmit ask")[1].split()[0]
    assert json.loads(say(f"get {name} -o json")[1])["spec"]["suspend"] is True
    assert say(f"terminate {name}")[0] == 0
    assert say("resume ask")[0] == 0


def test_chosen_steps_are_stopped(say) -> None:
    say("submit ask.yaml")
    _wait_for(say, "a", "b")
    stopped = say("stop ask --node-field-selector displayName=a --message no")
    assert stopped[:2] == (0, "ask: the chosen steps fail (local)\n")
    assert say("resume ask --node-field-selector displayName=b")[0] == 0
    code, out, said = say("wait none ask")
    assert (code, out.startswith("ask: Failed in ")) == (1, True)
    assert said == "error: workflow `none` not found in namespace kubeflow of the local target\n"
    _refused(say, FAILED)
    code, out, said = say("retry ask -p x=0 --node-field-selector displayName=z")
    assert (code, out) == (0, "ask runs again (local)\n")
    assert said == "note: --node-field-selector does nothing without --restart-successful\n"
    _wait_for(say, "a")
    assert say("resume ask")[0] == 0
    assert say("wait ask")[0] == 0
    _refused(say, SUCCEEDED)


def test_two_at_once(say, tmp_path, user_env) -> None:
    (tmp_path / "bad.yaml").write_text(ASK.replace("entrypoint: main", "entrypoint: end"))
    say("submit bad.yaml --wait")
    for verb, done in (("retry", "runs again"), ("delete", "deleted")):
        command = [sys.executable, "-m", "yamlflow", verb, "ask"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": user_env}
        started = [subprocess.Popen(command, cwd=tmp_path, **pipes) for _ in range(4)]
        said = [process.communicate() for process in started]
        assert f"ask {done} (local)\n" in [out for out, _ in said], said
        assert not [error for _, error in said if "Traceback" in error or "does not end" in error], said
        say("wait ask")
    assert say("get ask")[0] == 1
