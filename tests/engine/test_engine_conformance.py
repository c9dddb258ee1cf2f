"""What the real controller gave for Argo's own examples, and what the local engine gives.

The recordings are not part of the project; without them nothing is tested here. `YAMLFLOW_SLOW=1` also runs those that
sleep for long.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from engine_normal import normal_nodes, recorded_nodes

from yamlflow.app.along import read_along
from yamlflow.argo.finding import path_text
from yamlflow.argo.ids import node_id, pod_name
from yamlflow.argo.limits import find_unsupported
from yamlflow.argo.problems import find_problems
from yamlflow.diagnostics import Sink
from yamlflow.source import read_file
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "conformance"
RECORDS = sorted(path.stem for path in FOLDER.glob("*.json"))
pytestmark = pytest.mark.skipif(not RECORDS, reason="the recordings are not here")

REFUSED = {
    "daemon-nginx": "command",
    "daemon-step": "command",
    "data-transformations": "data",
}
"""What the engine refuses before anything starts, and the field it names."""

DIFFERENT = {
    "artifact-repository-ref": "the repository of the recording's cluster keeps logs as artifacts",
    "sidecar": "needs influxdb and apk",
    "sidecar-nginx": "needs nginx",
    "work-avoidance": "needs the S3 server of the recording",
    "suspend-template": "needs a person to resume it",
    "suspend-template-outputs": "needs a person to set its outputs",
}

SLOW = {
    *(
        "dag-disable-failFast",
        "dag-task-level-timeout",
        "loops-param-result",
        "parallelism-limit",
        "parallelism-nested",
    ),
    "synchronization-mutex-tmpl-level",
    "timeouts-workflow",
    *("parallelism-nested-dag", "step-level-timeout", "timeouts-step"),
}

RUNS = [name for name in RECORDS if name not in REFUSED and name not in DIFFERENT]
FAST = [name for name in RUNS if name not in SLOW or os.environ.get("YAMLFLOW_SLOW")]


def _manifest(name: str) -> dict[str, Any]:
    sink = Sink()
    node = read_file(str(FOLDER / f"{name}.yaml"), sink)
    assert node is not None, sink.items
    return node.data()


def _record(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


_STAND_INS = {
    "argosay": 'case "$1" in echo) if [ "$3" ]; then echo "$2" > "$3"; else echo "$2"; fi;; cat) cat "$2";; '
    'sleep) sleep "$2";; exit) exit "$2";; "") echo "hello argo";; esac',
    "cowsay": 'echo "< $* >"',
}
_IMAGES = {
    "argoproj/argosay:v2": {"entrypoint": ["argosay"]},
    "argoproj/argosay:v1": {"cmd": ["sh"]},
    "alpine:latest": {"cmd": ["sh"]},
    "alpine:3.23": {"cmd": ["sh"]},
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """Return an environment in which the programs of some images stand in for them."""
    folder = tmp_path_factory.mktemp("bin")
    for name, script in _STAND_INS.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def _along(name: str) -> Along:
    sink = Sink()
    files = [str(path) for path in (FOLDER / "_cluster.yaml", FOLDER / f"{name}.with.yaml") if path.exists()]
    along = read_along(files, None, sink)
    assert not sink.items, sink.items
    settings = {"metadata": {"name": "workflow-controller-configmap"}, "data": {"images": json.dumps(_IMAGES)}}
    return along._replace(objects=(*along.objects, {"kind": "ConfigMap", **settings}))


@pytest.mark.parametrize("name", FAST)
def test_same_as_argo(name, tmp_path, environment) -> None:
    record = _record(name)
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=environment)
    target.bring(_along(name))
    run = target.submit(_manifest(name))
    *_, run = target.watch(run["metadata"]["name"])
    status = run["status"]
    if record.get("nondeterministic"):
        assert status["phase"] in ("Succeeded", "Failed", "Error")
        return
    for key in ("phase", "message", "progress"):
        assert (status.get(key) or None) == (record.get(key) or None), key
    assert {item["type"]: item["status"] for item in status["conditions"]} == record["conditions"]
    assert normal_nodes(status["nodes"]) == recorded_nodes(record)


@pytest.mark.parametrize("name", RECORDS)
def test_ids(name) -> None:
    record = _record(name)
    templates = {node["name"]: node for node in record["nodes"]}
    for node, known in record["ids"].items():
        assert node_id(record["name"], node) == known["id"]
        if "podName" in known:
            reference = templates[node].get("templateRef") or {}
            template = reference.get("template") or templates[node].get("templateName") or ""
            assert pod_name(record["name"], node, template) == known["podName"]


@pytest.mark.parametrize("name", RECORDS)
def test_refused(name) -> None:
    manifest = _manifest(name)
    assert find_problems(manifest) == []
    refused = find_unsupported(manifest, _along(name).objects)
    found = [f"{path_text(item.path)} {item.message}" for item in refused]
    assert bool(found) == (name in REFUSED), found
    if name in REFUSED:
        assert any(REFUSED[name] in item for item in found)
