"""Engines that are started before there is a run for them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from processes import processes, wait_for, wait_until

from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import TargetError

MANIFEST = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Workflow",
    "metadata": {"generateName": "wf-"},
    "spec": {
        "entrypoint": "main",
        "templates": [{"name": "main", "container": {"image": "busybox", "command": ["true"]}}],
    },
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _none_left(home: Path) -> None:
    wait_until(lambda: not processes(str(home)))


def test_an_engine_that_was_prepared_takes_the_next_run(home) -> None:
    target = LocalTarget(str(home), environment=os.environ)
    target.prepare()
    wait_for(str(home))
    [waiting] = (home / "runs").iterdir()
    first, second = (target.submit(MANIFEST)["metadata"] for _ in range(2))
    assert first["uid"] == waiting.name != second["uid"]
    for run in (first, second):
        *_, ended = target.watch(run["name"])
        assert ended["status"]["phase"] == "Succeeded"


def test_an_engine_that_gets_no_run_leaves_nothing(home) -> None:
    target = LocalTarget(str(home), environment=os.environ)
    manifest = MANIFEST | {"metadata": {"name": "wf"}}
    target.submit(manifest)
    target.prepare()
    with pytest.raises(TargetError, match="exists already"):
        target.submit(manifest)
    target.delete("wf")
    _none_left(home)
    wait_until(lambda: not list((home / "runs").iterdir()))


_STORED_AND_NOT_LET_GO = """
import json, os, sys
from yamlflow.targets.local import LocalTarget
target = LocalTarget(sys.argv[1], environment=os.environ)
target.prepare()
target.submit(json.loads(sys.argv[2]), before=lambda uid, name: os._exit(0))
"""


def test_a_run_that_is_stored_is_kept_when_nobody_lets_its_engine_go(home) -> None:
    subprocess.run([sys.executable, "-c", _STORED_AND_NOT_LET_GO, home, json.dumps(MANIFEST)], check=True)
    target = LocalTarget(str(home), environment=os.environ)
    [name] = wait_until(target.interrupted)
    *_, ended = target.watch(name)
    assert ended["status"]["phase"] == "Succeeded"


def test_a_home_that_cannot_be_is_said_when_a_run_is_submitted(home) -> None:
    home.write_text("")
    target = LocalTarget(str(home), environment=os.environ)
    target.prepare()
    with pytest.raises(TargetError, match="cannot be used"):
        target.submit(MANIFEST)
