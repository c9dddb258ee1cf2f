"""Runs from the command line, as processes: started, shown, listed, stopped, deleted."""

import json
import os
import signal
import subprocess
import sys
import uuid

import pytest
import yaml
from processes import processes, wait_for
from small_pipelines import FAILS, MANIFEST, SLEEPS, TWO_TASKS, write

IMAGES = "note: images are not used; the programs of this machine run instead of alpine:3.20\n"


def shape(text: str) -> list[list[str]]:
    """The words of each line, without times and the names of runs."""
    words = [
        [word for word in line.split() if not word.removesuffix("s").replace(".", "").isdigit()]
        for line in text.splitlines()
    ]
    return [line[1:] if "namespace" in line else line for line in words]


@pytest.fixture
def ran(yamlflow, tmp_path):
    """A run that succeeded, and its name."""
    done = yamlflow("run", write(tmp_path, TWO_TASKS))
    assert (done.returncode, done.stderr) == (0, IMAGES)
    return done.stdout.split()[0]


def test_run(yamlflow, tmp_path) -> None:
    done = yamlflow("run", write(tmp_path, TWO_TASKS), "-p", "word=ahoy")
    assert (done.returncode, done.stderr) == (0, IMAGES)
    assert done.stdout.startswith("two-")
    first, one, *others, last = shape(done.stdout)
    assert first == ["local", "namespace", "kubeflow"]
    assert one == ["✔", "one", "ahoy"]
    assert sorted(others) == [
        ["○", "never", "skipped:", "inputs.word", "==", "'never'", "is", "false"],
        ["✔", "two", "bye"],
    ]
    assert last == ["Succeeded", "in"]


def test_an_argo_manifest(yamlflow, tmp_path) -> None:
    done = yamlflow("run", write(tmp_path, MANIFEST), "-p", "word=ahoy")
    assert (done.returncode, done.stderr) == (0, IMAGES)
    _, *steps, last = shape(done.stdout)
    assert steps == [["✔", "one", "ahoy"], ["○", "never", "skipped:", "==", "is", "false"]]
    assert last == ["Succeeded", "in"]


def test_a_run_that_fails(yamlflow, tmp_path) -> None:
    done = yamlflow("run", write(tmp_path, FAILS), "-n", "lab")
    assert (done.returncode, done.stderr) == (1, IMAGES)
    lines = shape(done.stdout)
    assert lines[0] == ["local", "namespace", "lab"]
    assert lines[1][:2] == ["✖", "bad"]
    assert [line.split()[-1] for line in done.stdout.splitlines() if line.strip().startswith("|")] == [
        str(number) for number in range(3, 13)
    ]
    assert lines[-2] == ["○", "then", "omitted:", "a", "task", "that", "it", "needs", "did", "not", "succeed"]
    assert lines[-1][0] == "Failed"
    assert yamlflow("list").stdout == ""
    assert yamlflow("list", "-n", "lab", "-o", "name").stdout.startswith("fails-")


def test_list(yamlflow, ran) -> None:
    done = yamlflow("list")
    assert (done.returncode, done.stderr) == (0, "target local, namespace kubeflow\n")
    headings, row = done.stdout.splitlines()
    assert headings.split() == ["NAME", "STATUS", "AGE", "DURATION", "PROGRESS", "MESSAGE"]
    assert row.split()[:2] == [ran, "Succeeded"]
    assert "word=hello" in yamlflow("list", "-o", "wide").stdout
    assert yamlflow("list", "-o", "name").stdout == f"{ran}\n"
    assert yamlflow("list", "-o", "name", "--status", "failed,error").stdout == ""
    assert yamlflow("list", "-o", "name", "--status", "succeeded").stdout == f"{ran}\n"
    selector = "workflows.argoproj.io/phase=Succeeded"
    assert yamlflow("list", "-o", "name", "-l", selector).stdout == f"{ran}\n"
    assert yamlflow("list", "-o", "name", "-l", selector.replace("=", "!=")).stdout == ""
    [whole] = json.loads(yamlflow("list", "-o", "json").stdout)
    assert whole["status"]["phase"] == "Succeeded"
    assert yaml.safe_load(yamlflow("list", "-o", "yaml").stdout)[0]["metadata"]["name"] == ran


def test_a_list_of_nothing(yamlflow) -> None:
    done = yamlflow("list")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "target local, namespace kubeflow: no runs\n"
    assert json.loads(yamlflow("list", "-o", "json").stdout) == []


def test_get(yamlflow, ran) -> None:
    done = yamlflow("get", "@latest")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Name:                {ran}\n" in done.stdout
    assert "Status:              Succeeded\n" in done.stdout
    assert "  word:              hello\n" in done.stdout
    whole = json.loads(yamlflow("get", ran, "-o", "json").stdout)
    assert whole["kind"] == "Workflow"
    shown = {node["displayName"]: node["phase"] for node in whole["status"]["nodes"].values()}
    assert shown == {ran: "Succeeded", "one": "Succeeded", "two": "Succeeded", "never": "Skipped"}
    assert yaml.safe_load(yamlflow("get", ran, "-o", "yaml").stdout) == whole
    assert yamlflow("get", "@latest", "-o", "name").stdout == f"{ran}\n"


def test_logs(yamlflow, ran) -> None:
    done = yamlflow("logs", ran)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "one: thinking\none: hello\ntwo: thinking\ntwo: bye\n"
    assert yamlflow("logs", "@latest", "two").stdout == "thinking\nbye\n"
    assert yamlflow("logs", "@latest", "two", "-f").stdout == "thinking\nbye\n"


@pytest.mark.parametrize(
    "arguments", [["get", "nope"], ["logs", "nope"], ["stop", "nope"], ["delete", "nope"], ["get", "@latest"]]
)
def test_a_run_that_does_not_exist(yamlflow, arguments) -> None:
    done = yamlflow(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_logs_of_a_task_that_does_not_exist(yamlflow, ran) -> None:
    done = yamlflow("logs", ran, "onee")
    assert (done.returncode, done.stdout) == (1, "")
    assert "onee" in done.stderr


def test_delete(yamlflow, tmp_path, ran) -> None:
    second = yamlflow("run", write(tmp_path, TWO_TASKS)).stdout.split()[0]
    refused = yamlflow("delete", "--all")
    assert (refused.returncode, refused.stderr) == (2, "error: deleting more than one run needs --yes here\n")
    one = yamlflow("delete", "@latest")
    assert (one.returncode, one.stdout) == (0, f"{second} deleted (local)\n")
    some = yamlflow("delete", second, ran, ran, "--yes")
    assert (some.returncode, some.stdout) == (1, f"{ran} deleted (local)\n")
    assert second in some.stderr
    none = yamlflow("delete", "--all")
    assert (none.returncode, none.stderr) == (0, "target local, namespace kubeflow: no runs\n")


@pytest.fixture
def sleeping(user_env, tmp_path):
    """A foreground run whose task sleeps, once the task does; and a text that only its process has."""
    seconds = f"98765.{uuid.uuid4().int % 10**12:012}"
    command = [sys.executable, "-m", "yamlflow", "run", write(tmp_path, SLEEPS.format(seconds=seconds))]
    process = subprocess.Popen(command, env=user_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().startswith("sleeps-")
        wait_for(f"sleep {seconds}", process)
        yield process, f"sleep {seconds}"
    finally:
        process.terminate()  # which ends the run, too
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run(yamlflow, sleeping, number) -> None:
    process, task = sleeping
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (128 + number, IMAGES)
    assert "stopping sleeps-" in out
    assert "Failed (Terminated) in" in out
    assert processes(task) == []
    state = json.loads(yamlflow("get", "@latest", "-o", "json").stdout)
    assert state["status"]["phase"] == "Failed"
    assert state["spec"]["shutdown"] == "Terminate"


def test_closing_the_pipe_ends_the_run(yamlflow, sleeping) -> None:
    process, task = sleeping
    process.stdout.close()
    process.stdout = None
    assert process.wait(timeout=60) == 141
    yamlflow("logs", "@latest", "-f")
    assert processes(task) == []


def test_stop_from_elsewhere(yamlflow, sleeping) -> None:
    process, task = sleeping
    done = yamlflow("stop", "@latest")
    assert done.returncode == 0
    assert done.stdout.endswith("is being stopped (local)\n")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out.splitlines()[-1].startswith("Failed (Terminated) in ")
    assert processes(task) == []


def test_follow_ends_with_the_run(user_env, yamlflow, sleeping) -> None:
    process, _ = sleeping
    command = [sys.executable, "-m", "yamlflow", "logs", "@latest", "-f"]
    follower = subprocess.Popen(command, env=user_env, stdout=subprocess.PIPE, text=True)
    assert follower.stdout.readline() == "nap: down\n"
    os.kill(process.pid, signal.SIGINT)
    out, _ = follower.communicate(timeout=60)
    assert (follower.returncode, out) == (0, "")


def test_a_follower_that_is_interrupted_leaves_the_run(user_env, yamlflow, sleeping) -> None:
    process, task = sleeping
    command = [sys.executable, "-m", "yamlflow", "logs", "@latest", "-f"]
    follower = subprocess.Popen(command, env=user_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert follower.stdout.readline() == "nap: down\n"
    follower.send_signal(signal.SIGINT)
    assert follower.communicate(timeout=60) == ("", "")
    assert follower.returncode == 130
    assert processes(task) != []
    assert process.poll() is None
