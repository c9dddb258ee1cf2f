"""What runs share: locks and caches in the store."""

import os
import time

import pytest

from yamlflow.targets.local import LocalTarget


@pytest.fixture
def target(tmp_path):
    return LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)


def _workflow(name, script, **spec):
    template = {"name": "main", "script": {"image": "busybox", "command": ["sh"], "source": script}, **spec}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": name},
        "spec": {"entrypoint": "main", "templates": [template]},
    }


def _end(target, name):
    *_, run = target.watch(name)
    return run["status"]["nodes"][name]


def test_a_mutex_of_two_runs(target) -> None:
    alone = {"synchronization": {"mutexes": [{"name": "m"}]}}
    target.submit(_workflow("first", "sleep 60", **alone))
    while target.get("first")["status"]["nodes"].get("first", {}).get("phase") != "Running":
        time.sleep(0.01)
    target.submit(_workflow("second", "echo mine", **alone))
    while not (node := target.get("second")["status"]["nodes"].get("second", {})).get("message"):
        time.sleep(0.01)
    assert (node["type"], node["phase"]) == ("Pod", "Pending")
    assert node["message"] == "Waiting for kubeflow/Mutex/m lock. Lock status: 0/1"
    assert node["synchronizationStatus"] == {"waiting": "kubeflow/Mutex/m"}
    target.stop("first", terminate=True)
    assert _end(target, "second")["phase"] == "Succeeded"


def test_a_cache_of_two_runs(target) -> None:
    kept = {
        "memoize": {"key": "k", "cache": {"configMap": {"name": "c"}}},
        "outputs": {"parameters": [{"name": "o", "valueFrom": {"path": "/tmp/o"}}]},
    }
    target.submit(_workflow("first", "echo 1 > /tmp/o", **kept))
    assert _end(target, "first")["memoizationStatus"]["hit"] is False
    target.submit(_workflow("second", "echo 2 > /tmp/o", **kept))
    second = _end(target, "second")
    assert second["memoizationStatus"]["hit"] is True
    assert second["outputs"]["parameters"][0]["value"] == "1"
