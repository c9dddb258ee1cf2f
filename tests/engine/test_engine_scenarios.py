"""Manifests and what must come of them: by the core alone, and for some on this machine."""

import os
from typing import Any

import pytest
from engine_scenarios import SCENARIOS, agrees, run_here
from engine_simulation import Simulation

from yamlflow.engine.events import Shutdown
from yamlflow.engine.node import POD, SUSPEND
from yamlflow.targets.local import LocalTarget

SIMULATED = [name for name, scenario in SCENARIOS.items() if scenario.get("simulated", True)]
REAL = [name for name, scenario in SCENARIOS.items() if scenario.get("real")]


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
    agrees(expected, {**simulation.state.status, "nodes": simulation.statuses()})
    if "seconds" in expected:
        assert simulation.now - 1_000_000 == expected["seconds"]
    if "deepest" in expected:
        assert simulation.state.nodes[list(simulation.state.nodes)[-1]].message.startswith(expected["deepest"])
    if "most-at-once" in expected:
        assert most == expected["most-at-once"]


@pytest.mark.parametrize("name", REAL)
def test_real(name, tmp_path) -> None:
    run_here(SCENARIOS[name], LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ))


def test_pods_are_counted() -> None:
    simulation, _ = _simulate(SCENARIOS["diamond"])
    assert [node.kind for node in simulation.state.nodes.values()].count(POD) == len(simulation.started)
