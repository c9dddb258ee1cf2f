"""Real manifests are imported, rendered and run beside the original: what they do must be the same.

Argo's examples that the recordings hold run on this machine (without the recordings nothing is tested here); the
scenarios of the engine are simulated. `accepted.yaml` says where something else comes out, and why.
"""

import os
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from engine_conformance import (
    BUCKET,
    FOLDER,
    RECORDS,
    SLOW,
    alone,
    along_of,
    bucket_store,
    record_of,
    stand_ins,
    unable,
)
from engine_scenarios import SCENARIOS, read
from importing_replay import both
from importing_round import Refused, behaviour, round_trip, steady

from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_source, write_yaml
from yamlflow.targets.local import LocalTarget

ACCEPTED = read(Path(__file__).parent / "accepted.yaml")
SIMULATED = [name for name, scenario in SCENARIOS.items() if scenario.get("simulated", True)]
FAST = [name for name in RECORDS if name not in SLOW or os.environ.get("YAMLFLOW_SLOW")]
NOT_RUN = ACCEPTED["not-run"]


def _refused(name: str, found: list[str]) -> None:
    known = ACCEPTED["refused"].get(name) or {"is": []}
    assert [text.partition(": ")[2] for text in found] == known["is"]


def _judge(name: str, found: list[str]) -> None:
    assert not found or any(fnmatch(name, pattern) for pattern in ACCEPTED["differs"]), found


@pytest.mark.parametrize("name", SIMULATED)
def test_scenario(name, tmp_path) -> None:
    scenario, file, along = SCENARIOS[name], tmp_path / "manifest.yaml", tmp_path / "with.yaml"
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}}
    file.write_text(write_yaml({**kind, "spec": scenario["spec"]}))
    along.write_text("---\n".join(write_yaml(item) for item in scenario.get("with") or ()))
    manifest = round_trip(file, tmp_path, [along] if scenario.get("with") else [])
    if isinstance(manifest, Refused):
        _refused(name, manifest.findings)
        return
    there, here = both(scenario, manifest["spec"])
    _judge(name, there.differences(here))


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """Return an environment in which some programs stand in for those of images."""
    return stand_ins(tmp_path_factory.mktemp("bin"))


@pytest.fixture(scope="module")
def bucket():
    """Return the address of a store that speaks S3."""
    with bucket_store() as address:
        yield address


@pytest.mark.parametrize("name", FAST)
def test_example(name, tmp_path, environment, bucket) -> None:
    """Run an example of Argo, and what becomes of it."""
    if reason := unable(name) or NOT_RUN.get(name, ""):
        pytest.skip(reason)
    file, actions = tmp_path / "manifest.yaml", record_of(name).get("actions") or []
    file.write_text(steady((FOLDER / f"{name}.yaml").read_text()).replace(BUCKET, bucket))
    along = [path for path in (FOLDER / "_cluster.yaml", FOLDER / f"{name}.with.yaml") if path.exists()]
    manifest = round_trip(file, tmp_path, along)
    if isinstance(manifest, Refused):
        _refused(name, manifest.findings)
        return
    with alone(name):
        there, here = (
            behaviour(_target(name, tmp_path / side, environment), what, actions)
            for side, what in (("there", _data(file)), ("here", manifest))
        )
    _judge(name, there.differences(here))


def _target(name: str, home: Path, environment: dict[str, str]) -> LocalTarget:
    target = LocalTarget(str(home), "kubeflow", environment=environment)
    along = along_of(name)
    target.bring(along._replace(objects=tuple(_steady(item) for item in along.objects)))
    return target


def _steady(data: dict[str, Any]) -> dict[str, Any]:
    node = read_source(SourceText("", steady(write_yaml(data))), Sink())
    assert node is not None
    return node.data()


def _data(file: Path) -> dict[str, Any]:
    node = read_source(SourceText(file.name, file.read_text()), Sink())
    assert node is not None
    return node.data()
