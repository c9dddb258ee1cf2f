"""A disk without room: what cannot be done is said, nothing is damaged, and with room again the run goes on."""

import os
import subprocess
from pathlib import Path

import pytest
from processes import wait_until

from yamlflow.engine.lock import is_held
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import TargetError


@pytest.fixture
def disk(tmp_path):
    """A folder on a disk of three megabytes."""
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(tmp_path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=False)


@pytest.fixture
def target(disk):
    return LocalTarget(str(disk / "home"), "kubeflow", environment=os.environ)


def _fill(disk, left=0):
    with open(disk / "filler", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(max(0, file.tell() - left))


def _shell(name, script, **more):
    return {"name": name, "script": {"image": "busybox", "command": ["sh"], "source": script}, **more}


def _submit(target, *templates, name="wf"):
    steps = [[{"name": item["name"], "template": item["name"], **item.pop("call", {})}] for item in templates]
    spec = {"entrypoint": "main", "templates": [{"name": "main", "steps": steps}, *templates]}
    manifest = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": name}, "spec": spec}
    return target.submit(manifest)


def _end(target, name="wf"):
    *_, run = target.watch(name)
    return run["status"]


def _nodes(status):
    return {node["displayName"]: node for node in status["nodes"].values()}


def test_at_the_begin(disk, target) -> None:
    target.list()
    _fill(disk)
    with pytest.raises(TargetError, match=r"[Nn]o space left on (the disk|device)"):
        _submit(target, _shell("a", "true"))
    (disk / "filler").unlink()
    assert target.list() == []
    _submit(target, _shell("a", "true"))
    assert _end(target)["phase"] == "Succeeded"


def test_without_a_store(disk, target) -> None:
    _fill(disk)
    with pytest.raises(TargetError, match=r"[Nn]o space left on (the disk|device)"):
        target.list()
    (disk / "filler").unlink()
    assert target.list() == []


def test_while_a_step_is_stored(disk) -> None:
    """The run ends as an error; with room again what had ended stays, and the rest goes on."""
    target = LocalTarget(str(disk / "home"), "kubeflow", environment=os.environ, sandbox=False)
    mark = disk.parent / f"{disk.name}-go"
    wait = f"while [ ! -e {mark} ]; do sleep 0.01; done"
    value = {"parameters": [{"name": "p", "valueFrom": {"path": "/tmp/p"}}]}
    waits = _shell("wait", f"{wait}\nhead -c 200000 /dev/zero | tr '\\0' x > /tmp/p", outputs=value)
    run = _submit(target, _shell("first", "date +%N"), waits, _shell("last", "true"))
    wait_until(lambda: "wait" in _nodes(target.get("wf")["status"]))
    before = _nodes(target.get("wf")["status"])["first"]
    _fill(disk, left=300_000)
    mark.touch()
    status = _end(target)
    assert status["phase"] == "Error"
    message = status.get("message", "") + str([node.get("message") for node in status["nodes"].values()])
    assert "no space left on" in message.lower()
    wait_until(lambda: not is_held(str(disk / "home" / "runs" / run["metadata"]["uid"] / "lock")))
    (disk / "filler").unlink()
    target.retry("wf")
    status = _end(target)
    assert status["phase"] == "Succeeded"
    assert _nodes(status)["first"] == before | {"children": _nodes(status)["first"]["children"]}


@pytest.mark.parametrize("kept", [False, True])
def test_by_a_log(disk, target, kept) -> None:
    """Also when the engine itself writes it, because its end is the result of the task."""
    noisy = _shell("noisy", "cat /dev/zero 2>/tmp/said; code=$?; cat /tmp/said >&2; exit $code")
    given = {"arguments": {"parameters": [{"name": "x", "value": "{{steps.noisy.outputs.result}}"}]}} if kept else {}
    take = _shell("take", "true", inputs={"parameters": [{"name": "x", "value": ""}]}, call=given)
    _submit(target, noisy, take)
    status = _end(target)
    message = _nodes(status)["noisy"]["message"]
    assert status["phase"] in ("Failed", "Error")  # it may be the store that has no room, or the folder of the task
    assert message.startswith("main: Error (exit code ") or "no space left on" in message.lower()
    target.delete("wf")
    _submit(target, _shell("a", "true"))
    assert _end(target)["phase"] == "Succeeded"


def test_by_an_artifact(disk, target) -> None:
    outputs = {"artifacts": [{"name": "f", "path": "/tmp/f"}]}
    big = _shell("big", "head -c 1700000 /dev/urandom > /tmp/f; rm -f /tmp/other", outputs=outputs)
    _submit(target, big, _shell("after", "true"))
    status = _end(target)
    assert status["phase"] in ("Error", "Succeeded")
    if status["phase"] == "Error":
        assert "no space left" in _nodes(status)["big"]["message"].lower()
    left = [path for path in Path(disk / "home" / "artifacts").rglob("*") if path.is_file()]
    assert len(left) <= 1
    target.delete("wf")
    assert [path for path in Path(disk / "home" / "artifacts").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("kept", ["artifact", "log", "folder"])
def test_what_ran_does_not_say_that_it_did_not(disk, kept) -> None:
    """Whatever of a task finds no room when its program has ended, its program has ended."""
    target = LocalTarget(str(disk / "home"), "kubeflow", environment=os.environ, sandbox=False)
    outside = disk.parent / f"{disk.name}-{kept}"
    script = {
        "artifact": "head -c 2000000 /dev/urandom > /tmp/f",
        "folder": "mkdir /tmp/f; head -c 1500000 /dev/urandom > /tmp/f/a",
        "log": "head -c 1000000 /dev/urandom",
    }[kept]
    outputs = {} if kept == "log" else {"outputs": {"artifacts": [{"name": "f", "path": "/tmp/f"}]}}
    where = {"archiveLocation": {"archiveLogs": True}}
    fill = f"head -c 9000000 /dev/zero > {disk}/filler; echo ran > {outside}; exit 3"
    _submit(target, _shell("a", f"{script}\n{fill}", **outputs, **where))
    node = _nodes(_end(target))["a"]
    said = ("wait: Error (exit code 64): ", "main: Error (exit code 3)") if outside.exists() else ()
    assert node["message"].startswith((*said, "no space left on the disk")), node
