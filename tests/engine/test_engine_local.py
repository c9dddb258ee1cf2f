"""The local target as its users see it: processes, files, logs, ends, crashes."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from processes import wait_until

from yamlflow.engine.home import RunFolder
from yamlflow.engine.lock import is_held, take_lock
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import RunNotFoundError, TargetError


def _workflow(*templates, name="wf", **spec):
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": name},
        "spec": {"entrypoint": templates[0]["name"], "templates": list(templates), **spec},
    }


def _shell(script, name="main", **more):
    return {"name": name, "script": {"image": "busybox", "command": ["sh"], "source": script}, **more}


@pytest.fixture
def home(tmp_path):
    return str(tmp_path / "home")


@pytest.fixture
def target(home):
    target = LocalTarget(home, "kubeflow", environment=os.environ)
    yield target
    for run in target.list():
        with contextlib.suppress(TargetError):
            target.delete(run["metadata"]["name"])


def _end(target, name="wf"):
    *_, run = target.watch(name)
    return run


def _engine(home, run):
    lock = Path(RunFolder(home, run["metadata"]["uid"]).lock)
    return int(wait_until(lambda: lock.read_text().strip()))


def _alive(text):
    """Return the processes of this machine whose command line holds a text."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
            if text.encode() in file.read() and int(pid) != os.getpid():
                found.append(int(pid))
    return found


def test_submit_returns_the_run_as_stored(target) -> None:
    manifest = _workflow(_shell("echo hi"))
    manifest["metadata"] = {"generateName": "gen-", "labels": {"a": "b"}}
    run = target.submit(manifest)
    name = run["metadata"]["name"]
    assert name.startswith("gen-")
    assert len(name) == 9
    assert run["metadata"]["namespace"] == "kubeflow"
    assert len(run["metadata"]["uid"]) == 36
    assert run["status"]["phase"] == "Pending"
    run = _end(target, name)
    labels = run["metadata"]["labels"]
    assert labels == {"a": "b", "workflows.argoproj.io/phase": "Succeeded", "workflows.argoproj.io/completed": "true"}
    assert target.get("@latest")["metadata"]["name"] == name
    assert run["status"]["conditions"][-1] == {"type": "Completed", "status": "True"}


def test_names_are_taken_once(target) -> None:
    _end(target, target.submit(_workflow(_shell("true")))["metadata"]["name"])
    with pytest.raises(TargetError, match="exists already"):
        target.submit(_workflow(_shell("true")))


def test_unknown_run(target) -> None:
    with pytest.raises(RunNotFoundError, match="there is no run yet"):
        target.get("@latest")
    with pytest.raises(RunNotFoundError, match="`none` not found"):
        list(target.logs("none"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"entrypoint": "mian"}, "spec.entrypoint: there is no template `mian`"),
        ({"templates": [{"name": "main", "plugin": {"x": {}}}]}, "plugin: the local engine does not support"),
        ({"templates": [{"name": "main"}]}, r"spec.templates\[0\]: template `main` has no kind"),
    ],
)
def test_refused_before_anything_starts(target, change, message) -> None:
    manifest = _workflow(_shell("true"))
    manifest["spec"] |= change
    with pytest.raises(TargetError, match=message):
        target.submit(manifest)
    assert target.list() == []


def test_selectors(target) -> None:
    for name, labels in (("a", {"app": "x"}), ("b", {"app": "y", "old": "1"})):
        manifest = _workflow(_shell("true"), name=name)
        manifest["metadata"]["labels"] = labels
        _end(target, target.submit(manifest)["metadata"]["name"])
    named = lambda selector: [run["metadata"]["name"] for run in target.list(selector)]  # noqa: E731
    assert named("") == ["b", "a"]
    assert named("app=x") == ["a"]
    assert named("app in (x, y), !old") == ["a"]
    assert named("workflows.argoproj.io/phase=Succeeded,app!=x") == ["b"]
    with pytest.raises(TargetError, match="no label selector"):
        target.list("a b c")


def test_sandbox(target, home, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    script = f"""
        echo private > /tmp/own; touch $HOME/own; ls -A /tmp $HOME
        cat {secret} 2>/dev/null || echo hidden
        touch /usr/x 2>/dev/null || echo read-only
        kill -0 {os.getpid()} 2>/dev/null || echo alone
        ls {home} 2>/dev/null || echo no store
        python3 -c 'print("python")'
        echo "$UNKNOWN$PYTEST_CURRENT_TEST"
    """
    target.submit(_workflow(_shell(script)))
    assert _end(target)["status"]["phase"] == "Succeeded"
    lines = [line.text for line in target.logs("wf")]
    assert lines.count("own") == 2
    for line in ("hidden", "read-only", "alone", "no store", "python"):
        assert line in lines
    assert lines[-1] == ""
    assert not os.path.exists("/tmp/own")
    assert target.notices("wf") == ["images are not used; the programs of this machine run instead of busybox"]


def test_paths_without_a_sandbox(home) -> None:
    target = LocalTarget(home, "kubeflow", environment=os.environ, sandbox=False)
    script = "echo v > /tmp/p; mkdir -p /data/out; echo f > /data/out/f; pwd"
    outputs = {
        "parameters": [{"name": "p", "valueFrom": {"path": "/tmp/p"}}],
        "artifacts": [{"name": "f", "path": "/data/out/f"}],
    }
    target.submit(_workflow(_shell(script, outputs=outputs)))
    run = _end(target)
    assert run["status"]["phase"] == "Succeeded"
    assert run["status"]["nodes"]["wf"]["outputs"]["parameters"][0]["value"] == "v"
    assert not os.path.exists("/data/out/f")
    target.delete("wf")


def test_an_engine_holds_no_folder_of_the_user(target, home, tmp_path, monkeypatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    run = target.submit(_workflow(_shell("sleep 60")))
    engine = _engine(home, run)
    guard = int(Path(f"/proc/{engine}/stat").read_text().rpartition(")")[2].split()[1])
    own = RunFolder(home, run["metadata"]["uid"]).path
    assert [os.readlink(f"/proc/{process}/cwd") for process in (engine, guard)] == [own, own]


def test_links_do_not_lead_out(target, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    script = f"echo in > /tmp/real; ln -s /tmp/real /tmp/good; ln -s {secret} /tmp/bad; ln -s /etc /tmp/dir"
    parameters = [{"name": name, "valueFrom": {"path": f"/tmp/{name}", "default": "-"}} for name in ("good", "bad")]
    parameters.append({"name": "dir", "valueFrom": {"path": "/tmp/dir/hostname", "default": "-"}})
    target.submit(_workflow(_shell(script, outputs={"parameters": parameters})))
    outputs = _end(target)["status"]["nodes"]["wf"]["outputs"]["parameters"]
    assert [item["value"] for item in outputs] == ["in", "-", "-"]


def test_much_output(target) -> None:
    template = _shell("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end", name="noisy")
    steps = [
        [{"name": "a", "template": "noisy"}],
        [
            {
                "name": "b",
                "template": "take",
                "arguments": {"parameters": [{"name": "m", "value": "{{= string(len(steps.a.outputs.result)) }}"}]},
            }
        ],
    ]
    take = {
        "name": "take",
        "inputs": {"parameters": [{"name": "m"}]},
        "container": {"image": "i", "command": ["echo", "{{inputs.parameters.m}}"]},
    }
    target.submit(_workflow({"name": "main", "steps": steps}, template, take))
    assert _end(target)["status"]["phase"] == "Succeeded"
    assert next(iter(target.logs("wf", "b"))).text == str((256 << 10) - 1)
    assert sum(len(line.text) for line in target.logs("wf", "a")) == 3_000_003


def test_logs_follow_and_choose(target) -> None:
    tasks = [{"name": "one", "template": "one"}, {"name": "two", "template": "two", "depends": "one"}]
    target.submit(
        _workflow(
            {"name": "main", "dag": {"tasks": tasks}},
            _shell("echo 1; echo e >&2", "one"),
            _shell("echo 2; printf 3", "two"),
        )
    )
    followed = [(line.node, line.text) for line in target.logs("wf", follow=True)]
    assert followed == [("one", "1"), ("one", "e"), ("two", "2"), ("two", "3")]
    assert [line.text for line in target.logs("wf", "two")] == ["2", "3"]
    with pytest.raises(TargetError, match="no task `none`"):
        list(target.logs("wf", "none"))


@pytest.mark.parametrize("sandbox", [True, False])
def test_stop_ends_all_children(home, sandbox) -> None:
    target = LocalTarget(home, "kubeflow", environment=os.environ, sandbox=sandbox)
    mark = f"3{os.getpid()}{int(sandbox)}"
    manifest = _workflow(_shell(f"sleep {mark} & sleep {mark}; echo never"), _shell("echo bye", "bye"), onExit="bye")
    target.submit(manifest)
    wait_until(lambda: _alive(mark))
    target.stop("wf")
    run = _end(target)
    assert run["status"]["message"] == "Stopped with strategy 'Stop'"
    assert run["spec"]["shutdown"] == "Stop"
    assert run["status"]["nodes"]["wf"]["message"] == "workflow shutdown with strategy:  Stop"
    assert [line.text for line in target.logs("wf")] == ["bye"]
    wait_until(lambda: not _alive(mark))
    with pytest.raises(TargetError, match="completed workflow"):
        target.stop("wf")
    target.delete("wf")


def test_a_program_that_ignores_the_signal_is_killed(target, monkeypatch) -> None:
    mark = f"4{os.getpid()}"
    target.submit(_workflow(_shell(f"trap '' TERM; sleep {mark}; sleep {mark}"), activeDeadlineSeconds=1))
    run = _end(target)
    assert run["status"]["nodes"]["wf"]["outputs"]["exitCode"] == "137"
    assert _alive(mark) == []


def test_delete(target, home) -> None:
    outputs = {"artifacts": [{"name": "f", "path": "/tmp/f"}]}
    first = target.submit(_workflow(_shell("echo same > /tmp/f", outputs=outputs), name="one"))
    target.submit(_workflow(_shell("echo same > /tmp/f", outputs=outputs), name="two"))
    _end(target, "one")
    _end(target, "two")
    kept = [name for _, _, names in os.walk(f"{home}/artifacts") for name in names]
    assert len(kept) == 1
    target.delete("one")
    assert not os.path.exists(RunFolder(home, first["metadata"]["uid"]).path)
    assert os.path.exists(f"{home}/artifacts/{kept[0][:2]}/{kept[0]}")
    mark = f"5{os.getpid()}"
    target.submit(_workflow(_shell(f"sleep {mark}"), name="busy"))
    wait_until(lambda: _alive(mark))
    target.delete("busy")
    target.delete("two")
    assert _alive(mark) == []
    assert [name for _, _, names in os.walk(f"{home}/artifacts") for name in names] == []
    assert target.list() == []


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_killed_engine(home, tmp_path, sandbox) -> None:
    """What ended stays ended; what ran is begun anew, by the next one who looks."""
    target = LocalTarget(home, "kubeflow", environment=os.environ, sandbox=sandbox)
    mark = f"6{os.getpid()}{int(sandbox)}"
    tasks = [
        {"name": "one", "template": "one"},
        {"name": "two", "template": "two", "depends": "one"},
        {"name": "three", "template": "one", "depends": "two"},
    ]
    two = _shell(f"echo two; sleep {mark} 2>/dev/null; true", "two")
    run = target.submit(_workflow({"name": "main", "dag": {"tasks": tasks}}, _shell("echo one", "one"), two))
    wait_until(lambda: _alive(f"sleep\0{mark}"))
    engine = _engine(home, run)
    os.kill(engine, signal.SIGKILL)
    wait_until(lambda: not _alive(f"sleep\0{mark}"))
    before = target.get("wf")["status"]["nodes"]
    again = wait_until(lambda: _alive(f"sleep\0{mark}"))
    assert _engine(home, run) != engine
    after = target.get("wf")["status"]["nodes"]
    one = next(key for key, node in after.items() if node["displayName"] == "one")
    assert before[one] == after[one]
    for pid in again:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    run = _end(target)
    assert [node["displayName"] for node in run["status"]["nodes"].values()] == ["wf", "one", "two", "three"]
    assert [line.text for line in target.logs("wf", "one")] == ["one"]
    assert [line.text for line in target.logs("wf", "two")][:2] == ["two", "two"]
    target.delete("wf")


def test_two_engines(target, home) -> None:
    mark = f"7{os.getpid()}"
    run = target.submit(_workflow(_shell(f"sleep {mark}")))
    folder = RunFolder(home, run["metadata"]["uid"])
    assert is_held(folder.lock)
    assert take_lock(folder.lock) is None
    wait_until(lambda: _alive(mark))
    assert len([pid for pid in _alive("local_engine") if pid == _engine(home, run)]) == 1
    target.stop("wf", terminate=True)
    _end(target)
    wait_until(lambda: not is_held(folder.lock))


def test_many_runs_at_once(target) -> None:
    names = [
        target.submit(_workflow(_shell("echo hi"), name=f"wf-{number}"))["metadata"]["name"] for number in range(6)
    ]
    assert [_end(target, name)["status"]["phase"] for name in names] == ["Succeeded"] * 6


def test_lineage(target, home) -> None:
    make = _shell("echo x > /tmp/f", "make", outputs={"artifacts": [{"name": "f", "path": "/tmp/f"}]})
    take = _shell("cat /tmp/g", "take", inputs={"artifacts": [{"name": "g", "path": "/tmp/g"}]})
    arguments = {"artifacts": [{"name": "g", "from": "{{steps.a.outputs.artifacts.f}}"}]}
    steps = [[{"name": "a", "template": "make"}], [{"name": "b", "template": "take", "arguments": arguments}]]
    target.submit(_workflow({"name": "main", "steps": steps}, make, take))
    _end(target)
    with contextlib.closing(sqlite3.connect(f"{home}/store.db")) as db:
        rows = db.execute("SELECT direction, name, key, digest FROM lineage ORDER BY id").fetchall()
    assert [row[:2] for row in rows] == [("out", "f"), ("in", "g")]
    assert len({row[2:] for row in rows}) == 1
    assert rows[0][2].endswith("/f.tgz")


def test_an_engine_without_a_run(home, tmp_path, capfd) -> None:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    command = [
        sys.executable,
        "-c",
        "import sys; from yamlflow.targets.local_engine import main as m; sys.exit(m(sys.argv[1:]))",
    ]
    told, gate = os.pipe()
    os.write(gate, b"{}\n")
    line = [*command, home, "none", str(lock), str(told)]
    done = subprocess.run(line, pass_fds=[lock, told], capture_output=True, text=True, check=False)
    for each in (lock, told, gate):
        os.close(each)
    assert done.returncode == 1
    assert done.stderr == "there is no run none\n"
