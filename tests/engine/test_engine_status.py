"""The status of a run as Argo's API shows it, field by field."""

import os
import time

from yamlflow.targets.local import LocalTarget

SPEC = {
    "entrypoint": "main",
    "templates": [
        {
            "name": "main",
            "steps": [
                [{"name": "a", "template": "ask"}, {"name": "off", "template": "ask", "when": "1 == 2"}],
                [{"name": "b", "template": "fail"}],
            ],
        },
        {"name": "ask", "container": {"image": "x", "command": ["true"], "resources": {"requests": {"cpu": "2"}}}},
        {"name": "fail", "container": {"image": "x", "command": ["false"]}},
    ],
}
TIMES = ("startedAt", "finishedAt", "hostNodeName")


def test_every_field(tmp_path) -> None:
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)
    manifest = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}, "spec": SPEC}
    target.submit(manifest)
    *_, run = target.watch("wf")
    status = run["status"]
    nodes = {node["name"]: {key: node[key] for key in node if key not in TIMES} for node in status["nodes"].values()}
    bad, message = nodes["wf[1].b"]["id"], f"child '{nodes['wf[1].b']['id']}' failed"
    assert nodes["wf[0].a"] == {
        "id": nodes["wf[0].a"]["id"],
        "name": "wf[0].a",
        "displayName": "a",
        "type": "Pod",
        "templateName": "ask",
        "templateScope": "local/wf",
        "phase": "Succeeded",
        "boundaryID": "wf",
        "progress": "1/1",
        "resourcesDuration": {"cpu": 0, "memory": 0},
        "outputs": {"exitCode": "0"},
        "taskResultSynced": True,
        "children": [nodes["wf[1]"]["id"]],
    }
    assert nodes["wf[1]"] == {
        "id": nodes["wf[1]"]["id"],
        "name": "wf[1]",
        "displayName": "[1]",
        "type": "StepGroup",
        "nodeFlag": {},
        "templateScope": "local/wf",
        "phase": "Failed",
        "boundaryID": "wf",
        "progress": "0/1",
        "message": message,
        "resourcesDuration": {"cpu": 0, "memory": 0},
        "children": [bad],
    }
    assert nodes["wf[0].off"]["nodeFlag"] == {}
    assert {key: status[key] for key in status if key not in (*TIMES, "nodes")} == {
        "phase": "Failed",
        "progress": "1/2",
        "message": message,
        "resourcesDuration": {"cpu": 0, "memory": 0},
        "conditions": [{"type": "PodRunning", "status": "False"}, {"type": "Completed", "status": "True"}],
        "artifactRepositoryRef": {"default": True, "artifactRepository": {}},
        "artifactGCStatus": {"notSpecified": True},
    }
    assert run["metadata"]["generation"] == int(run["metadata"]["resourceVersion"])


def test_artifacts_that_go_at_the_end(tmp_path) -> None:
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)
    kept = {"name": "kept", "path": "/tmp/b", "artifactGC": {"strategy": "Never"}}
    template = {
        "name": "main",
        "container": {"image": "x", "command": ["sh", "-c", "echo gone > /tmp/a; echo kept > /tmp/b"]},
        "outputs": {"artifacts": [{"name": "gone", "path": "/tmp/a"}, kept]},
    }
    spec = {"entrypoint": "main", "artifactGC": {"strategy": "OnWorkflowCompletion"}, "templates": [template]}
    manifest = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}, "spec": spec}
    target.submit(manifest)
    while "strategiesProcessed" not in target.get("wf")["status"]["artifactGCStatus"]:
        time.sleep(0.01)
    artifacts = {item["name"]: item for item in target.get("wf")["status"]["nodes"]["wf"]["outputs"]["artifacts"]}
    assert {name: item.get("deleted", False) for name, item in artifacts.items()} == {"gone": True, "kept": False}
    digests = {item[1]: item[5] for item in target.lineage("wf")}
    assert not os.path.exists(target.artifact_path(digests["gone"]))
    assert os.path.exists(target.artifact_path(digests["kept"]))
