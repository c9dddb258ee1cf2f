"""How far programs say that they are, while they run."""

import json
import time

import pytest

from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along

SCRIPT = 'echo 3/7 > "$ARGO_PROGRESS_FILE"; until [ -e /kept/seen ]; do sleep 0.05; done'
CLAIM = {"kind": "PersistentVolumeClaim", "metadata": {"name": "kept"}, "spec": {}}


def _manifest():
    box = {"image": "busybox", "command": ["sh", "-c", SCRIPT], "volumeMounts": [{"name": "v", "mountPath": "/kept"}]}
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": "kept"}}]
    spec = {"entrypoint": "main", "volumes": volumes, "templates": [{"name": "main", "container": box}]}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}, "spec": spec}


@pytest.mark.parametrize("sandbox", [True, False])
def test_progress_of_what_runs(tmp_path, sandbox) -> None:
    target = LocalTarget(str(tmp_path), "kubeflow", sandbox=sandbox)
    target.bring(Along((CLAIM,)))
    target.submit(_manifest())
    end = time.monotonic() + 120
    while (run := target.get("wf"))["status"]["progress"] != "3/7":
        assert time.monotonic() < end, json.dumps(run["status"])
        time.sleep(0.05)
    assert [run["status"]["progress"] for run in target.list(brief=True)] == ["3/7"]
    (tmp_path / "claims" / "kubeflow" / "kept" / "seen").touch()
    *_, run = target.watch("wf")
    assert (run["status"]["phase"], run["status"]["progress"]) == ("Succeeded", "7/7")
    assert run["status"]["nodes"]["wf"]["progress"] == "7/7"
