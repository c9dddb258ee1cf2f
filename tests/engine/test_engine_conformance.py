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

from yamlflow.argo.finding import path_text
from yamlflow.argo.ids import node_id, pod_name
from yamlflow.argo.limits import find_unsupported
from yamlflow.argo.problems import find_problems
from yamlflow.diagnostics import Sink
from yamlflow.source import read_file
from yamlflow.targets.local import LocalTarget

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "conformance"
RECORDS = sorted(path.stem for path in FOLDER.glob("*.json"))
pytestmark = pytest.mark.skipif(not RECORDS, reason="the recordings are not here")

REFUSED = {
    "cluster-workflow-template__cluster-wftmpl-dag": "templateRef",
    "cluster-workflow-template__mixed-cluster-namespaced-wftmpl-steps": "templateRef",
    "cluster-workflow-template__workflow-template-ref": "workflowTemplateRef",
    "cluster-workflow-template__workflow-template-ref-with-entrypoint-arg-passing": "workflowTemplateRef",
    "container-set-template__outputs-result-workflow": "containerSet",
    "container-set-template__parallel-workflow": "containerSet",
    "container-set-template__sequence-workflow": "containerSet",
    "cron-backfill.1": "templateRef",
    "daemon-nginx": "daemon",
    "daemon-step": "daemon",
    "dag-daemon-retry-strategy": "daemon",
    "dag-inline-workflow": "command",
    "data-transformations": "data",
    "fibonacci-seq-conditional-param": "memoize",
    "global-parameters-from-configmap": "configMapKeyRef",
    "init-container": "initContainers",
    "label-value-from-workflow": "command",
    "secrets": "volumeMounts",
    "sidecar": "sidecars",
    "sidecar-nginx": "sidecars",
    "skipped-output-defaults__expression-fallback": "command",
    "skipped-output-defaults__producer-output-default": "command",
    "steps-daemon-retry-strategy": "daemon",
    "synchronization-mutex-tmpl-level": "synchronization",
    "timeouts-workflow": "command",
    "variables-showcase": "daemon",
    "volumes-pvc": "volumeClaimTemplates",
    "work-avoidance": "volumeClaimTemplates",
    "workflow-template__dag": "templateRef",
    "workflow-template__retry-with-steps": "templateRef",
    "workflow-template__steps": "templateRef",
    "workflow-template__workflow-template-ref": "workflowTemplateRef",
    "workflow-template__workflow-template-ref-with-entrypoint-arg-passing": "workflowTemplateRef",
}
"""What the engine refuses before anything starts, and the field it names."""

DIFFERENT = {
    "artifact-repository-ref": "the repository of the recording's cluster keeps logs as artifacts",
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


@pytest.mark.parametrize("name", FAST)
def test_same_as_argo(name, tmp_path) -> None:
    record = _record(name)
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)
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
    found = [f"{path_text(item.path)} {item.message}" for item in find_unsupported(manifest)]
    assert bool(found) == (name in REFUSED), found
    if name in REFUSED:
        assert any(REFUSED[name] in item for item in found)
