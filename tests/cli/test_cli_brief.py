"""What views are given of a run on this machine is less than all of it; they must show the same."""

import os
from pathlib import Path

import pytest

from yamlflow.cli.steps import Steps, shown_phase
from yamlflow.diagnostics import Sink
from yamlflow.source import read_file
from yamlflow.targets.local import LocalTarget

SCENARIOS = Path(__file__).parent.parent / "engine" / "scenarios"


def _shown(run):
    steps = Steps(run)
    return [
        (row.depth, row.name, row.path, row.leaf, row.tries, shown_phase(row), steps.line(row, 0.0))
        for row in steps.rows
    ]


@pytest.mark.parametrize("name", ["container-set", "retry-steps", "hooks", "when", "aggregate", "exit-handler"])
def test_the_same_is_shown(tmp_path, name) -> None:
    node = read_file(str(SCENARIOS / f"{name}.yaml"), Sink())
    assert node is not None
    target = LocalTarget(str(tmp_path), environment=os.environ)
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}}
    run = target.submit({**kind, "spec": node.data()["spec"]})
    *_, whole = target.watch(run["metadata"]["name"])
    *_, brief = target.watch(run["metadata"]["name"], brief=True)
    assert _shown(brief) == _shown(whole) != []
    assert brief["status"]["progress"] == whole["status"]["progress"]
    kept = {key for node in brief["status"]["nodes"].values() for key in node}
    assert not kept & {"resourcesDuration", "hostNodeName", "templateScope"}
