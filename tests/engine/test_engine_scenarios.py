"""Manifests and what must come of them: by the core alone, and for some on this machine."""

import os
from pathlib import Path
from typing import Any

import pytest
from engine_normal import normal_nodes
from engine_simulation import Simulation

from yamlflow.diagnostics import Sink
from yamlflow.engine.events import Shutdown
from yamlflow.engine.node import POD, SUSPEND
from yamlflow.source import read_file
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along


def _read(path: Path) -> dict[str, Any]:
    sink = Sink()
    node = read_file(str(path), sink)
    assert node is not None, sink.items
    return node.data()


SCENARIOS = {path.stem: _read(path) for path in sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))}
SIMULATED = [name for name, scenario in SCENARIOS.items() if scenario.get("simulated", True)]
REAL = [name for name, scenario in SCENARIOS.items() if scenario.get("real")]


def _agrees(expected: dict[str, Any], status: dict[str, Any]) -> None:
    """Hold the parts of a status that a scenario names against it."""
    found = normal_nodes(status["nodes"])
    for key in ("phase", "message", "outputs", "progress"):
        if key in expected and key in status | {"message": None}:
            assert status.get(key) == expected[key]
    for name, node in expected["nodes"].items():
        if node == "missing":
            assert name not in found
            continue
        assert name in found, f"{name} is not among {sorted(found)}"
        assert {key: found[name].get(key) for key in node} == node, name


def _simulate(scenario: dict[str, Any]) -> tuple[Simulation, int]:
    simulation = Simulation(scenario["spec"], scenario.get("outcomes"), objects=scenario.get("with") or ())
    simulation.begin()
    most = 0
    if shutdown := scenario.get("shutdown"):
        simulation.plan(shutdown["after"], Shutdown(shutdown["strategy"]))
    while not simulation.state.final:
        most = max(most, simulation.state.active_pods)
        if not simulation.step():
            waiting = [node for node in simulation.state.nodes.values() if node.kind == SUSPEND and node.active]
            assert waiting, "the run is stuck"
            assert scenario.get("resume")
            simulation.resume()
    return simulation, most


@pytest.mark.parametrize("name", SIMULATED)
def test_simulated(name) -> None:
    scenario = SCENARIOS[name]
    simulation, most = _simulate(scenario)
    expected = {key: value for key, value in scenario["expect"].items() if key != "progress"}
    _agrees(expected, {**simulation.state.status, "nodes": simulation.statuses()})
    if "seconds" in expected:
        assert simulation.now - 1_000_000 == expected["seconds"]
    if "deepest" in expected:
        assert simulation.state.nodes[list(simulation.state.nodes)[-1]].message.startswith(expected["deepest"])
    if "most-at-once" in expected:
        assert most == expected["most-at-once"]


@pytest.mark.parametrize("name", REAL)
def test_real(name, tmp_path) -> None:
    scenario = SCENARIOS[name]
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)
    target.bring(Along(tuple(scenario.get("with") or ()), scenario.get("secrets") or {}))
    manifest = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf"},
        "spec": scenario["spec"],
    }
    target.submit(manifest)
    *_, run = target.watch("wf")
    _agrees(scenario["expect"], run["status"])
    if "logs" in scenario["expect"]:
        assert sorted(line.text for line in target.logs("wf")) == sorted(scenario["expect"]["logs"])


def test_pods_are_counted() -> None:
    simulation, _ = _simulate(SCENARIOS["diamond"])
    assert [node.kind for node in simulation.state.nodes.values()].count(POD) == len(simulation.started)
