"""`kill -9` of the engine at any moment: the run goes on, nothing that was over runs again, nothing is left behind."""

import contextlib
import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from processes import wait_until

from yamlflow.argo.ids import pod_name
from yamlflow.argo.phases import FINAL
from yamlflow.engine.home import RunFolder
from yamlflow.engine.lock import is_held
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along

KILLS = int(os.environ.get("YAMLFLOW_KILLS", "20"))
# The lock of a task is held by its children too: those of an earlier one that still live are found.
WORK = """
exec 9>> "/kept/$NODE.lock"
flock -n 9 || echo "$NODE" >> /kept/doubled
echo "$NODE" >> /kept/begun
(sleep {mark} & sleep {mark}) &
sleep {seconds}
echo "$NODE" >> /kept/done
"""


def _task(name, work, after="", **more):
    script = {
        "image": "busybox",
        "command": ["sh", "-e"],
        "env": [{"name": "NODE", "value": "{{pod.name}}"}],
        "volumeMounts": [{"name": "kept", "mountPath": "/kept"}],
        "source": work + after,
    }
    return {"name": name, "script": script, **more}


def _spec(work):
    tasks = [
        {"name": "make", "template": "make"},
        {"name": "plain", "template": "plain", "withSequence": {"count": "6"}},
        {"name": "more", "template": "plain", "withSequence": {"count": "6"}, "depends": "make && plain"},
        {"name": "loop", "template": "alone", "withItems": ["a", "b"], "depends": "make"},
        {
            "name": "take",
            "template": "take",
            "depends": "make",
            "arguments": {"artifacts": [{"name": "f", "from": "{{tasks.make.outputs.artifacts.f}}"}]},
        },
        {"name": "flaky", "template": "flaky", "depends": "make"},
        {"name": "group", "template": "group", "depends": "take && loop"},
    ]
    outputs = {"artifacts": [{"name": "f", "path": "/tmp/f"}]}
    memo = {"key": "k", "cache": {"configMap": {"name": "kept"}}}
    said = {"parameters": [{"name": "o", "valueFrom": {"path": "/tmp/o"}}]}
    flaky = "[ -e /kept/flaky ] || { touch /kept/flaky; exit 1; }"
    return {
        "entrypoint": "main",
        "onExit": "work",
        "volumes": [{"name": "kept", "persistentVolumeClaim": {"claimName": "kept"}}],
        "templates": [
            {"name": "main", "dag": {"tasks": tasks}},
            {
                "name": "group",
                "steps": [
                    [{"name": "memo", "template": "memo"}],
                    [{"name": "again", "template": "memo"}, {"name": "pause", "template": "pause"}],
                ],
            },
            _task("work", work),
            _task("make", work, "echo x > /tmp/f", outputs=outputs),
            _task("take", work, "cat /tmp/f", inputs=outputs),
            _task("alone", work, synchronization={"mutexes": [{"name": "one"}]}),
            _task("flaky", work, flaky, retryStrategy={"limit": 2, "backoff": {"duration": "50ms", "factor": 2}}),
            _task("memo", work, "echo o > /tmp/o", memoize=memo, outputs=said),
            {"name": "pause", "suspend": {"duration": "100ms"}},
            {"name": "plain", "container": {"image": "busybox", "command": ["true"]}},
        ],
    }


def _processes(mark):
    """Return the processes of this machine that a task began."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
            if file.read().split(b"\0")[:2] == [b"sleep", mark.encode()]:
                found.append(int(pid))
    return found


def _pod(node):
    return pod_name("wf", node["name"], node["templateName"]) if node["type"] == "Pod" else ""


def _parent(process):
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _lines(path):
    return Counter(path.read_text().split("\n")[:-1]) if path.exists() else Counter()


class Run:
    """A run whose engine is killed again and again."""

    def __init__(self, home, mark, sandbox, seconds=0.02):
        self.target = LocalTarget(home, "kubeflow", environment=os.environ, sandbox=sandbox)
        claim = {"kind": "PersistentVolumeClaim", "metadata": {"name": "kept"}}
        self.target.bring(Along((claim,)))
        kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}}
        uid = self.target.submit({**kind, "spec": _spec(WORK.format(mark=mark, seconds=seconds))})["metadata"]["uid"]
        self.lock = Path(RunFolder(home, uid).lock)
        self.kept = Path(home) / "claims" / "kubeflow" / "kept"
        self.mark = mark
        self.over = Counter()

    def kill(self, seconds, *, guarded):
        """Kill the engine after a while, or also the process above it; False when it was faster."""
        time.sleep(seconds)
        with contextlib.suppress(OSError, ValueError):
            if is_held(str(self.lock)):
                engine = int(self.lock.read_text())
                for process in (engine,) if guarded else (engine, _parent(engine)):
                    os.kill(process, signal.SIGKILL)
        wait_until(lambda: not is_held(str(self.lock)))
        assert not guarded or not _processes(self.mark)
        row = self.target._row("wf")
        begun = _lines(self.kept / "begun")
        for name, count in self.over.items():
            assert begun[name] == count, f"{name} was over, and was begun again"
        nodes = self.target._store.node_statuses(row.uid)
        self.over = Counter({name: begun[name] for node in nodes if node["phase"] in FINAL if (name := _pod(node))})
        return row.phase not in FINAL

    def end(self):
        """Let it come to its end."""
        *_, run = self.target.watch("wf")
        wait_until(lambda: not is_held(str(self.lock)))
        return run


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("sandbox", [True, False])
def test_kill(tmp_path, sandbox, guarded) -> None:
    chance = random.Random(2 * sandbox + guarded)
    left, number = KILLS // 4, 0
    while left > 0:
        number += 1
        mark = f"60.{os.getpid()}{int(sandbox)}{int(guarded)}"
        run = Run(str(tmp_path / str(number)), mark, sandbox)
        while left > 0 and run.kill(chance.uniform(0, 0.5), guarded=guarded):
            left -= 1
            run.target.recover("wf")
        found = run.end()
        assert found["status"]["phase"] == "Succeeded", found["status"]
        assert not _lines(run.kept / "doubled")
        pods = [node for node in found["status"]["nodes"].values() if node["name"] != "wf.group[1].again"]
        working = {_pod(node) for node in pods if node.get("templateName") != "plain"} - {""}
        assert set(_lines(run.kept / "done")) == working
        assert _processes(mark) == []
        assert {path.name for path in run.lock.parent.iterdir()} == {"engine.log", "lock", "logs"}
        assert (run.lock.parent / "engine.log").read_text() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("sandbox", [True, False])
def test_an_engine_that_is_asked_to_end(tmp_path, sandbox, number) -> None:
    """As when the machine is shut down: its tasks end with it, and the run waits for another engine."""
    mark = f"61.{os.getpid()}{int(sandbox)}{number}"
    run = Run(str(tmp_path), mark, sandbox, seconds=0.3)
    wait_until(lambda: _processes(mark))
    os.kill(int(run.lock.read_text()), signal.SIGINT)
    os.kill(int(run.lock.read_text()), number)
    wait_until(lambda: not is_held(str(run.lock)))
    assert _processes(mark) == []
    assert not (run.lock.parent / "work").exists()
    assert run.target.interrupted() == ["wf"]
    run.target.recover("wf")
    assert run.end()["status"]["phase"] == "Succeeded"
    assert not _lines(run.kept / "doubled")


ESCAPES = "setsid sh -c 'sleep {mark} & sleep {mark}' > /dev/null 2>&1 &"


def _start(home, name, spec):
    target = LocalTarget(home, "kubeflow", environment=os.environ, sandbox=False)
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": name}}
    uid = target.submit({**kind, "spec": spec})["metadata"]["uid"]
    return target, RunFolder(home, uid).lock


def _container(*command):
    return {"name": "main", "container": {"image": "busybox", "command": list(command)}}


WAITS = " until [ -e {path} ]; do sleep 0.05; done; echo done"


def test_a_program_with_a_session_of_its_own_ends_with_the_engine(tmp_path) -> None:
    mark = f"62.{os.getpid()}"
    source = ESCAPES.format(mark=mark) + " sleep 600"
    target, lock = _start(str(tmp_path), "wf", {"entrypoint": "main", "templates": [_container("sh", "-c", source)]})
    wait_until(lambda: len(_processes(mark)) == 2)
    os.kill(int(Path(lock).read_text()), signal.SIGKILL)
    wait_until(lambda: not is_held(lock))
    assert not _processes(mark)
    target.delete("wf")


def test_a_program_with_a_session_of_its_own_ends_with_its_task(tmp_path) -> None:
    mark = f"64.{os.getpid()}"
    first = _container("sh", "-c", ESCAPES.format(mark=mark) + WAITS.format(path=tmp_path / "on"))
    then = _container("sh", "-c", f"touch {tmp_path / 'then'};" + WAITS.format(path=tmp_path / "end")) | {
        "name": "then"
    }
    steps = [[{"name": "first", "template": "main"}], [{"name": "then", "template": "then"}]]
    spec = {"entrypoint": "both", "templates": [{"name": "both", "steps": steps}, first, then]}
    target, _ = _start(str(tmp_path / "home"), "wf", spec)
    wait_until(lambda: len(_processes(mark)) == 2)
    (tmp_path / "on").touch()
    wait_until((tmp_path / "then").exists)
    assert not _processes(mark)
    (tmp_path / "end").touch()
    *_, run = target.watch("wf")
    assert run["status"]["phase"] == "Succeeded"


def test_the_engine_of_a_run_that_another_run_made_is_its_own(tmp_path) -> None:
    mark = f"63.{os.getpid()}"
    source = ESCAPES.format(mark=mark) + WAITS.format(path=tmp_path / "on")
    inner = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "inner"},
        "spec": {"entrypoint": "main", "templates": [_container("sh", "-c", source)]},
    }
    made = {"name": "make", "resource": {"action": "create", "manifest": json.dumps(inner)}}
    then = _container("sleep", "60")
    steps = [[{"name": "make", "template": "make"}], [{"name": "then", "template": "main"}]]
    spec = {"entrypoint": "both", "templates": [{"name": "both", "steps": steps}, made, then]}
    target, lock = _start(str(tmp_path), "outer", spec)
    wait_until(lambda: len(_processes(mark)) == 2)
    os.kill(int(Path(lock).read_text()), signal.SIGKILL)
    wait_until(lambda: not is_held(lock))
    (tmp_path / "on").touch()
    *_, run = target.watch("inner")
    assert run["status"]["phase"] == "Succeeded"
    wait_until(lambda: not _processes(mark))
    target.delete("outer")
