"""A valid save is run or submitted, an invalid one is not."""

import json
import signal
import subprocess
import sys
import uuid

import pytest
from processes import processes, wait_for
from watching import ROUND

SAYS = """\
name: says
inputs: [{name: who, type: String, default: world}]
tasks:
  greet: {image: "alpine:3.20", env: {WHO: "${{ inputs.who }}"}, run: 'echo "Hello, $WHO! round ROUND"'}
"""
SLEEPS = """\
name: sleeps
tasks:
  nap: {image: "alpine:3.20", run: "sleep SECONDS & wait"}
"""
BAD = SAYS.replace("inputs.who", "inputs.woh")
NAME = r"\b(?:says|sleeps)-[a-z0-9]{5}\b"


@pytest.fixture
def file(folder):
    path = folder / "flow.yaml"
    path.write_text(SAYS)
    return path


@pytest.fixture
def nap(file):
    """A pipeline that sleeps, and a text that only its process has."""
    text = f"sleep 98765.{uuid.uuid4().int % 10**12:012}"
    file.write_text(SLEEPS.replace("sleep SECONDS", text))
    return text


def names(yamlflow, *options: str) -> list[str]:
    return yamlflow("list", "-o", "name", *options).stdout.split()


def test_run(watch, file, yamlflow) -> None:
    watched = watch("flow.yaml", "--run", "-p", "who=you", "-n", "lab")
    assert watched.verdict() == ("flow.yaml", "valid")
    assert watched.until("namespace lab")[-1].split()[1:] == ["local", "namespace", "lab"]
    assert "Hello, you! round ROUND" in watched.until(" greet ")[-1]
    watched.until("^Succeeded in ")
    file.write_text(BAD)
    watched.until_round("flow.yaml changed", "invalid")
    watched.until("^1 error in 1 file")
    assert len(names(yamlflow, "-n", "lab")) == 1
    file.write_text(SAYS.replace("ROUND", "2"))
    lines = watched.until("^Succeeded in ")
    assert [bool(ROUND.match(line)) for line in lines[:2]] == [False, True]
    assert any("Hello, you! round 2" in line for line in lines)
    assert len(names(yamlflow, "-n", "lab")) == 2
    assert watched.interrupt() == ([], 130)


def test_a_run_that_fails(watch, file) -> None:
    file.write_text(SAYS.replace("echo", "false; exit 3; echo"))
    watched = watch("flow.yaml", "--run")
    watched.until("^Failed in ")
    file.write_text(SAYS)
    watched.until("^Succeeded in ")


def test_a_new_save_ends_the_run_before(watch, file, nap, yamlflow) -> None:
    watched = watch("flow.yaml", "--run")
    name = watched.until("namespace kubeflow")[-1].split()[0]
    wait_for(nap)
    file.write_text(BAD)
    watched.until_round("flow.yaml changed", "invalid")
    watched.until("^1 error in 1 file")
    assert processes(nap) != []
    file.write_text(SAYS)
    watched.until_round("flow.yaml changed", "valid")
    assert watched.until("stopping")[-1] == f"stopping {name}"
    watched.until(r"^Failed \(Terminated\) in ")
    assert processes(nap) == []
    watched.until("says-.* namespace kubeflow")
    watched.until("^Succeeded in ")
    phases = {
        run["metadata"]["name"]: run["status"]["phase"] for run in json.loads(yamlflow("list", "-o", "json").stdout)
    }
    assert phases.pop(name) == "Failed"
    assert list(phases.values()) == ["Succeeded"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run(watch, nap, yamlflow, number) -> None:
    watched = watch("flow.yaml", "--run")
    watched.until("namespace kubeflow")
    wait_for(nap)
    lines, code = watched.interrupt(number)
    assert code == 128 + number
    assert lines[-1].startswith("Failed (Terminated) in ")
    assert processes(nap) == []
    assert json.loads(yamlflow("get", "@latest", "-o", "json").stdout)["spec"]["shutdown"] == "Terminate"


def test_submit_to_this_machine(watch, nap, file, yamlflow) -> None:
    """Runs from before go on, also after the watch."""
    watched = watch("flow.yaml", "--submit")
    first = watched.until("namespace kubeflow")[-1].split()
    assert first[1:] == ["local", "namespace", "kubeflow"]
    file.write_text(BAD)
    watched.until_round("flow.yaml changed", "invalid")
    file.write_text(SAYS)
    watched.until_round("flow.yaml changed", "valid")
    second = watched.until("namespace kubeflow")[-1].split()[0]
    wait_for(nap)
    assert watched.interrupt() == ([], 130)
    assert processes(nap) != []
    assert names(yamlflow) == [second, first[0]]
    yamlflow("stop", first[0])


def test_submit_to_argo(watch, file, argo, user_env) -> None:
    user_env.update(argo.env())
    watched = watch("flow.yaml", "--submit", "-p", "who=you", "-n", "lab")
    assert watched.until("namespace lab")[-1].split()[1:] == ["argo", "namespace", "lab"]
    file.write_text(BAD)
    watched.until_round("flow.yaml changed", "invalid")
    file.write_text(SAYS.replace("ROUND", "2"))
    watched.until_round("flow.yaml changed", "valid")
    watched.until("namespace lab")
    created = argo.of("/workflows/lab", "POST")
    assert len(created) == 2
    body = created[-1].body["workflow"]
    assert body["spec"]["arguments"]["parameters"][0]["value"] == "you"
    assert "round 2" in json.dumps(body)


def test_a_server_that_is_down(watch, file, user_env) -> None:
    user_env["ARGO_SERVER"] = "127.0.0.1:1"
    watched = watch("flow.yaml", "--submit")
    assert "127.0.0.1:1" in watched.until("^error: ")[-1]
    file.write_text(BAD)
    watched.until_round("flow.yaml changed", "invalid")


def test_a_server_that_refuses(watch, file, argo, user_env) -> None:
    """It is said, and the next save tries again, also if it changes nothing."""
    user_env.update(argo.env())
    argo.planned["/workflows/kubeflow"] = [(403, "no")] * 10
    watched = watch("flow.yaml", "--submit")
    assert watched.until("^error: ")
    argo.planned.clear()
    file.write_text(SAYS)
    watched.until("argo   namespace kubeflow")
    assert watched.interrupt()[1] == 130


def test_a_run_by_its_name(watch, file, nap, yamlflow) -> None:
    name = yamlflow("submit", str(file), "-o", "name").stdout.strip()
    wait_for(nap)
    watched = watch("@latest")
    assert watched.until("namespace")[-1].split() == [name, "local", "namespace", "kubeflow"]
    lines, code = watched.interrupt()
    assert code == 130
    assert lines[-1] == f"{name} goes on; `yamlflow get {name}` shows it"
    assert processes(nap) != []
    watched = watch(name)
    watched.until("namespace")
    yamlflow("stop", name)
    watched.until(r"^Failed")
    assert watched.process.wait(timeout=60) == 1
    file.write_text(SAYS)
    name = yamlflow("submit", str(file), "-o", "name").stdout.strip()
    watched = watch(name)
    watched.until("^Succeeded in ")
    assert watched.process.wait(timeout=60) == 0


def test_a_file_wins_over_a_run(watch, file, folder, yamlflow) -> None:
    name = yamlflow("submit", str(file), "-o", "name").stdout.strip()
    (folder / name).write_text(SAYS)
    assert watch(name).verdict() == (name, "valid")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["flow.yaml", "--run", "--submit"], 2, "error: --run and --submit do not go together"),
        (["flow.yaml", "--run", "--target", "local"], 2, "error: --run is for this machine; --submit goes to a target"),
        (["flow.yaml", "-p", "who"], 2, "error: `-p who` is no NAME=VALUE"),
        (["flow.yaml", "--submit", "--target", "lokal"], 2, "error: unknown target `lokal`; did you mean `local`?"),
        (["flo.yaml"], 1, "flo.yaml: error[file-not-found]: no such file (did you mean `flow.yaml`?)"),
        (["flow", "--run"], 1, "flow: error[file-not-found]"),
        (["nope"], 1, "error: workflow `nope` not found in namespace kubeflow of the local target"),
        (["."], 1, ".: error[is-folder]"),
    ],
)
def test_what_cannot_be_watched(user_env, file, folder, arguments, code, said) -> None:
    command = [sys.executable, "-m", "yamlflow", "watch", *arguments]
    done = subprocess.run(command, cwd=folder, env=user_env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
