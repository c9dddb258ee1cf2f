"""`yamlflow submit` and what comes after it, as processes, on both targets."""

import json
import os
import pty
import signal
import subprocess
import sys

import pytest
import yaml
from replay_runs import DATA

PIPELINE, FAILS, SLEEPS = (str(DATA / f"{name}.yaml") for name in ("pipeline", "fails", "sleeps"))
COMMAND = [sys.executable, "-m", "yamlflow"]


@pytest.fixture(params=["local", "argo"])
def target(request, user_env, yamlflow):
    """The target that the commands of a test go to."""
    if request.param == "argo":
        user_env.update(request.getfixturevalue("argo").env())
    yield request.param
    if request.param == "local":
        yamlflow("delete", "--all", "--yes")


def facts(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def steps(text: str) -> list[list[str]]:
    """The words of lines of steps, without times."""
    lines = [line.split() for line in text.splitlines()[1:-1]]
    return [[word for word in line if not word.removesuffix("s").replace(".", "").isdigit()] for line in lines]


def test_submit_returns_at_once(yamlflow, target) -> None:
    done = yamlflow("submit", SLEEPS)
    assert (done.returncode, done.stderr) == (0, "")
    said = facts(done.stdout)
    assert said["Name"].startswith("sleeps-")
    assert (said["Namespace"], said["Target"], said["Status"]) == ("kubeflow", target, "Pending")
    assert yamlflow("stop", "@latest").stdout == f"{said['Name']} is being stopped ({target})\n"
    assert yamlflow("delete", said["Name"]).stdout == f"{said['Name']} deleted ({target})\n"


def test_parameters_and_formats(yamlflow, target) -> None:
    done = yamlflow("submit", PIPELINE, "-p", "word=ahoy", "-o", "json")
    run = json.loads(done.stdout)
    assert run["spec"]["arguments"]["parameters"] == [{"name": "word", "value": "ahoy"}]
    assert "  word:" in yamlflow("get", run["metadata"]["name"]).stdout
    again = yaml.safe_load(yamlflow("submit", PIPELINE, "-o", "yaml").stdout)
    assert (again["kind"], again["metadata"]["namespace"]) == ("Workflow", "kubeflow")
    named = yamlflow("submit", PIPELINE, "-o", "name").stdout
    assert sorted(yamlflow("list", "-o", "name").stdout.split()) == sorted(
        [run["metadata"]["name"], again["metadata"]["name"], named.strip()]
    )
    assert "Parameters" in facts(yamlflow("submit", PIPELINE, "-o", "wide").stdout)


def test_watch(yamlflow, target) -> None:
    done = yamlflow("submit", PIPELINE, "--watch", "-n", "lab")
    assert done.returncode == 0
    name, *rest = done.stdout.splitlines()[0].split()
    assert name.startswith("two-")
    assert rest == [target, "namespace", "lab"]
    assert [line[:2] for line in steps(done.stdout)][:2] == [["✔", "one"], ["✔", "two"]]
    assert done.stdout.splitlines()[-1].startswith("Succeeded in ")


def test_watch_of_a_run_that_fails(yamlflow, target) -> None:
    done = yamlflow("submit", FAILS, "--watch")
    assert done.returncode == 1
    assert steps(done.stdout)[0][:2] == ["✖", "bad"]
    assert [line.split()[-1] for line in done.stdout.splitlines() if line.strip().startswith("|")] == ["1", "2", "3"]
    assert done.stdout.splitlines()[-1].startswith("Failed in ")


def test_log(yamlflow, target) -> None:
    done = yamlflow("submit", PIPELINE, "--log")
    assert done.returncode == 0
    first, *lines, last = done.stdout.splitlines()
    assert first.split()[1:] == [target, "namespace", "kubeflow"]
    assert lines == ["one: thinking", "one: hello", "two: thinking", "two: bye"]
    assert last.startswith("Succeeded in ")


def test_wait(yamlflow, target) -> None:
    done = yamlflow("submit", FAILS, "--wait")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    assert done.stdout.splitlines()[-1].startswith("Failed in ")
    named = yamlflow("submit", PIPELINE, "--wait", "-o", "name")
    assert (named.returncode, named.stdout.count("\n")) == (0, 1)
    whole = yamlflow("submit", PIPELINE, "--wait", "-o", "json")
    assert json.loads(whole.stdout)["status"]["phase"] == "Succeeded"


def test_a_dry_run(yamlflow, target) -> None:
    rendered = yamlflow("render", PIPELINE).stdout
    done = yamlflow("submit", PIPELINE, "--dry-run")
    assert (done.returncode, done.stdout, done.stderr) == (0, rendered, "")
    assert json.loads(yamlflow("submit", PIPELINE, "--dry-run", "-o", "json").stdout) == yaml.safe_load(rendered)
    assert yamlflow("list", "-o", "name").stdout == ""


def test_names(yamlflow, target) -> None:
    assert yamlflow("submit", PIPELINE, "--name", "two-mine", "-o", "name").stdout == "two-mine\n"
    taken = yamlflow("submit", PIPELINE, "--name", "two-mine")
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "exists" in taken.stderr
    assert yamlflow("submit", PIPELINE, "--generate-name", "two-or-more-", "-o", "name").stdout.startswith(
        "two-or-more-"
    )


def test_an_invalid_file_is_not_submitted(yamlflow, target, tmp_path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("name: bad\ntasks:\n  one: {component: nothing}\n")
    done = yamlflow("submit", str(path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[" in done.stderr
    assert yamlflow("list", "-o", "name").stdout == ""


def test_all_commands_say_which_target(yamlflow, target) -> None:
    name = yamlflow("submit", PIPELINE, "--wait", "-o", "name").stdout.strip()
    assert yamlflow("list").stderr == f"target {target}, namespace kubeflow\n"
    shown = yamlflow("get", "@latest").stdout
    assert (facts(shown)["Target"], facts(shown)["Status"]) == (target, "Succeeded")
    assert "two" in shown
    assert yamlflow("logs", name).stdout == "one: thinking\none: hello\ntwo: thinking\ntwo: bye\n"
    assert yamlflow("logs", "@latest", "two", "-f").stdout == "thinking\nbye\n"
    assert yamlflow("delete", "@latest").stdout == f"{name} deleted ({target})\n"
    assert yamlflow("list").stderr == f"target {target}, namespace kubeflow: no runs\n"


@pytest.mark.parametrize("way", ["--watch", "--log", "--wait"])
def test_who_stops_looking_leaves_the_run(yamlflow, user_env, target, way) -> None:
    process = subprocess.Popen([*COMMAND, "submit", SLEEPS, way], env=user_env, stdout=subprocess.PIPE, text=True)
    name = process.stdout.readline().split()[0]
    while "down" not in yamlflow("logs", name).stdout:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert facts(yamlflow("get", name).stdout)["Status"] == "Running"
    yamlflow("stop", name)


def test_a_run_outlives_its_terminal(yamlflow, user_env, tmp_path) -> None:
    """The terminal is closed while a shell is on it, so all that hangs on it gets SIGHUP."""
    master, slave = pty.openpty()
    log = tmp_path / "name"
    script = 'exec <"$0" >"$0" 2>"$0"; "$@" >"$LOG"; echo started; cat'
    command = ["sh", "-c", script, os.ttyname(slave), *COMMAND, "submit", str(DATA / "slow.yaml"), "-o", "name"]
    shell = subprocess.Popen(command, env=user_env | {"LOG": str(log)}, start_new_session=True)
    said = b""
    while b"started" not in said:
        said += os.read(master, 4096)
    os.close(slave)
    os.close(master)
    assert shell.wait(timeout=60) == -signal.SIGHUP
    name = log.read_text().strip()
    assert yamlflow("logs", name, "-f").stdout == "nap: up\n"
    assert facts(yamlflow("get", name).stdout)["Status"] == "Succeeded"


def test_the_client_is_imported_for_its_target_only(user_env) -> None:
    code = "import sys; from yamlflow.cli import main; main(sys.argv[1:]); print('argo_workflows' in sys.modules)"
    for target, said in (("local", "False"), ("argo", "True")):
        command = [sys.executable, "-c", code, "list", "--target", target]
        env = user_env | {"ARGO_SERVER": "127.0.0.1:1"}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == said


MISTAKES = [
    ("--watch --wait", "--watch and --wait do not go together"),
    ("--log --dry-run", "--log and --dry-run do not go together"),
    ("--watch -o json", "--watch and -o do not go together"),
    ("--dry-run -o name", "--dry-run prints yaml or json"),
    ("--name a --generate-name b-", "--name and --generate-name do not go together"),
    ("--name Bad_Name", "`--name Bad_Name` is no name for a run; lower case letters, digits and `-`, at most 63"),
    (
        "--generate-name A-",
        "`--generate-name A-` begins no name for a run; lower case letters, digits and `-`, at most 63",
    ),
]


@pytest.mark.parametrize(("options", "said"), MISTAKES)
def test_wrong_usage(yamlflow, options, said) -> None:
    done = yamlflow("submit", PIPELINE, *options.split())
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {said}\n")
