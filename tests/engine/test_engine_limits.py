"""Limits of what processes may use."""

import os
import subprocess

import pytest
from engine_scenarios import run_here

from yamlflow.engine.limits import Limits, limits_of
from yamlflow.engine.runners.cgroups import Cgroups, bounded
from yamlflow.targets.local import LocalTarget

_GREEDY = "x = bytearray(400 << 20)"
_HALF = {"limits": {"memory": "64Mi", "cpu": "500m"}}


def _scenario(*, message):
    box = {"image": "python", "command": ["python3", "-c", _GREEDY], "resources": _HALF}
    spec = {"entrypoint": "main", "templates": [{"name": "main", "container": box}]}
    return {"spec": spec, "expect": {"phase": "Failed", "message": message, "nodes": {"wf": {"message": message}}}}


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_cgroup_ends_what_takes_too_much(tmp_path, sandbox) -> None:
    if not Cgroups("test").works:
        pytest.skip("no cgroups can be had here")
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ, sandbox=sandbox)
    run_here(_scenario(message="main: OOMKilled (exit code 137)"), target)
    assert [notice for notice in target.notices("wf") if "cgroups" in notice] == []


def test_without_a_cgroup_no_process_gets_more() -> None:
    limits = limits_of({"resources": _HALF})
    assert limits == Limits(64 << 20, 0.5)
    line = bounded(limits, ["python3", "-S", "-c", _GREEDY])
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr
    assert bounded(Limits(0, 1.0), ["true"]) == ["true"]
