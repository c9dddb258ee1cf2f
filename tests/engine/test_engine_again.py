"""What people do with runs: set, resume, suspend, retry, resubmit, recover."""

import contextlib
import os
import signal
import sqlite3

import pytest
from processes import wait_until

from yamlflow.engine.home import store_file
from yamlflow.engine.lock import is_held
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import TargetError


def _echo(name, script="true", **more):
    return {"name": name, "script": {"image": "busybox", "command": ["sh"], "source": script}, **more}


SPEC = {
    "entrypoint": "main",
    "arguments": {"parameters": [{"name": "x", "value": "1"}]},
    "templates": [
        {
            "name": "main",
            "dag": {
                "tasks": [
                    {"name": "a", "template": "mark"},
                    {"name": "b", "template": "bad", "depends": "a"},
                    {"name": "c", "template": "mark", "depends": "b"},
                ]
            },
        },
        _echo("mark", "date +%s%N > /tmp/o", outputs={"parameters": [{"name": "o", "valueFrom": {"path": "/tmp/o"}}]}),
        _echo("bad", "exit {{workflow.parameters.x}}", retryStrategy={"limit": 1}),
    ],
}
ASK = {
    "entrypoint": "main",
    "templates": [
        {
            "name": "main",
            "steps": [
                [{"name": "ask", "template": "ask"}],
                [
                    {
                        "name": "use",
                        "template": "use",
                        "arguments": {
                            "parameters": [{"name": "x", "value": "{{steps.ask.outputs.parameters.answer}}"}]
                        },
                    }
                ],
            ],
        },
        {
            "name": "ask",
            "suspend": {},
            "outputs": {"parameters": [{"name": "answer", "valueFrom": {"supplied": {}}}]},
        },
        _echo("use", "echo {{inputs.parameters.x}}", inputs={"parameters": [{"name": "x"}]}),
    ],
}


@pytest.fixture
def target(tmp_path):
    return LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)


def _submit(target, spec, name="wf"):
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    return target.submit({**kind, "metadata": {"name": name}, "spec": spec})


def _end(target, name="wf"):
    *_, run = target.watch(name)
    return run


def _nodes(run):
    return {node["displayName"]: node for node in run["status"]["nodes"].values()}


def test_retry_with_a_changed_parameter(target) -> None:
    _submit(target, SPEC)
    before = _nodes(_end(target))
    assert before["b"]["phase"] == "Failed"
    target.retry("wf", parameters=["x=0"])
    run = _end(target)
    after = _nodes(run)
    assert (run["status"]["phase"], run["status"]["progress"]) == ("Succeeded", "3/3")
    assert after["a"]["outputs"] == before["a"]["outputs"]
    assert [after["b"]["phase"], after["c"]["phase"]] == ["Succeeded", "Succeeded"]
    with pytest.raises(TargetError, match="to retry a succeeded workflow"):
        target.retry("wf")
    target.retry("wf", selector="displayName=a", restart_successful=True)
    assert _nodes(_end(target))["a"]["outputs"] != before["a"]["outputs"]


def test_retry_leaves_what_was_forgiven(target) -> None:
    mark = "date +%s%N > /tmp/o"
    stamp = {"parameters": [{"name": "o", "valueFrom": {"path": "/tmp/o"}}]}
    groups = [
        [
            {"name": "forgiven", "template": "bad", "continueOn": {"failed": True}},
            {"name": "twice", "template": "twice"},
        ],
        [{"name": "after", "template": "mark"}],
        [{"name": "last", "template": "bad", "hooks": {"exit": {"template": "mark"}}}],
    ]
    templates = [
        {"name": "main", "steps": groups},
        _echo("mark", mark, outputs=stamp),
        _echo("twice", f"{mark}; test {{{{retries}}}} = 1", outputs=stamp, retryStrategy={"limit": 1}),
        _echo("bad", f"{mark}; exit 1", outputs=stamp),
    ]
    _submit(target, {"entrypoint": "main", "templates": templates})
    before = _nodes(_end(target))
    target.retry("wf")
    after = _nodes(_end(target))
    same = {name: after[name].get("outputs") == before[name].get("outputs") for name in before if name[0] != "["}
    again = {"wf": True, "last": False, "last.onExit": False}
    assert same == {**dict.fromkeys(("forgiven", "twice", "twice(0)", "twice(1)", "after"), True), **again}


def test_resubmit(target) -> None:
    _submit(target, SPEC)
    _end(target)
    new = target.resubmit("wf", parameters=["x=0"])
    run = _end(target, new["metadata"]["name"])
    assert run["status"]["phase"] == "Succeeded"
    assert run["metadata"]["labels"]["workflows.argoproj.io/resubmitted-from-workflow"] == "wf"
    with pytest.raises(TargetError, match="workflow must be Failed/Error to resubmit in memoized mode"):
        target.resubmit(run["metadata"]["name"], memoized=True)
    again = target.resubmit("wf", parameters=["x=0"], memoized=True)["metadata"]["name"]
    nodes = _nodes(_end(target, again))
    assert (nodes["a"]["type"], nodes["a"]["phase"]) == ("Skipped", "Skipped")
    assert nodes["a"]["message"].startswith("original pod: wf-")
    assert nodes["c"]["phase"] == "Succeeded"


def test_set_and_resume(target) -> None:
    _submit(target, ASK)
    wait_until(lambda: "ask" in _nodes(target.get("wf")))
    with pytest.raises(TargetError, match="node is not expecting output parameter 'other'"):
        target.set_nodes("wf", "displayName=ask", outputs={"other": "1"})
    with pytest.raises(TargetError, match="no suspend nodes matching nodeFieldSelector: displayName=x"):
        target.set_nodes("wf", "displayName=x", outputs={"answer": "1"})
    target.set_nodes("wf", "displayName=ask,templateName=ask", outputs={"answer": "forty"}, message="said")
    target.resume("wf", "phase=Running")
    run = _end(target)
    assert _nodes(run)["ask"]["message"] == "said"
    assert [line.text for line in target.logs("wf")] == ["forty"]


def test_set_a_phase(target) -> None:
    _submit(target, ASK)
    wait_until(lambda: "ask" in _nodes(target.get("wf")))
    target.set_nodes("wf", "displayName=ask", phase="Failed", message="no")
    run = _end(target)
    assert (run["status"]["phase"], _nodes(run)["ask"]["message"]) == ("Failed", "no")


def test_suspended_from_the_beginning(target) -> None:
    _submit(target, {**SPEC, "suspend": True, "arguments": {"parameters": [{"name": "x", "value": "0"}]}})
    wait_until(lambda: target.get("wf")["status"]["phase"] == "Running")
    assert target.get("wf")["status"]["nodes"] == {}
    target.resume("wf")
    run = _end(target)
    assert run["status"]["phase"] == "Succeeded"
    assert "suspend" not in run["spec"]
    with pytest.raises(TargetError, match="cannot suspend completed workflows"):
        target.suspend("wf")


def test_an_engine_that_ends_whenever_it_is_started(target, tmp_path) -> None:
    """It keeps nobody from seeing other runs, nor from removing its own."""
    uid = _submit(target, {"entrypoint": "main", "templates": [_echo("main", "sleep 60")]})["metadata"]["uid"]
    lock = tmp_path / "home" / "runs" / uid / "lock"
    wait_until(lambda: lock.read_text() != "")
    os.kill(int(lock.read_text()), signal.SIGKILL)
    wait_until(lambda: not is_held(str(lock)))
    with contextlib.closing(sqlite3.connect(store_file(str(tmp_path / "home")))) as db, db:
        db.execute("UPDATE runs SET starts = 20")
    (run,) = target.list()
    assert run["status"]["message"].startswith("the engine of `wf` ends whenever it is started: ")
    with pytest.raises(TargetError, match="the engine of `wf` ends whenever it is started: "):
        target.stop("wf")
    target.delete("wf")
    assert target.list() == []
