"""What holds for every run: it ends, order is kept, and neither the order of events nor a crash changes the result."""

import os

import pytest
from engine_normal import normal_nodes
from engine_simulation import Simulation
from engine_specs import OBJECTS, ByName, specs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FINAL = {"Succeeded", "Failed", "Error", "Skipped", "Omitted"}
EXAMPLES = int(os.environ.get("YAMLFLOW_FUZZ", "60"))
PATIENT = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 1000)


def _simulation(spec, outcomes, **more):
    return Simulation(spec, ByName(outcomes), objects=OBJECTS, **more)


def _ends(simulation: Simulation) -> dict:
    simulation.run()
    assert simulation.state.final, "nothing can happen, and the run is not over"
    nodes = normal_nodes(simulation.statuses())
    assert {node["phase"] for node in nodes.values()} <= FINAL
    return nodes


def _nothing_is_left(simulation: Simulation) -> None:
    state = simulation.state
    assert state.active_pods == 0
    assert set(state.active_children.values()) <= {0}
    assert (simulation.held, simulation.waiting) == (set(), {})
    assert not state.daemons


def _order_is_kept(simulation: Simulation) -> None:
    nodes = simulation.state.nodes
    for node in nodes.values():
        for child in node.children:
            inside = nodes[child].name.startswith(node.name) or node.kind in (
                "Steps",
                "DAG",
                "StepGroup",
                "TaskGroup",
                "Retry",
            )
            if not inside:
                assert node.finished is not None
                assert node.finished <= nodes[child].started, f"{nodes[child].name} began before {node.name} was over"


@PATIENT
@given(specs(), SEEDS, SEEDS)
def test_every_run_ends_in_order(spec, outcomes, seed) -> None:
    simulation = _simulation(spec, outcomes, seed=seed)
    _ends(simulation)
    _order_is_kept(simulation)
    _nothing_is_left(simulation)


@PATIENT
@given(specs(limits=False), SEEDS, SEEDS)
def test_order_of_events_changes_nothing(spec, outcomes, seed) -> None:
    first = _ends(_simulation(spec, outcomes))
    assert _ends(_simulation(spec, outcomes, seed=seed)) == first


@PATIENT
@given(specs(limits=False), SEEDS, st.data())
def test_a_crash_changes_nothing(spec, outcomes, data) -> None:
    expected = _ends(_simulation(spec, outcomes))
    simulation = _simulation(spec, outcomes)
    simulation.begin()
    for _ in range(data.draw(st.integers(1, 4))):
        for _ in range(data.draw(st.integers(0, 6))):
            if simulation.state.final or not simulation.step():
                break
        done = [node.name for node in simulation.state.nodes.values() if node.kind == "Pod" and node.fulfilled]
        before = len(simulation.started)
        simulation.crash()
        assert not set(simulation.started[before:]) & set(done), "a task that had ended was run again"
    assert _ends(simulation) == expected
    _nothing_is_left(simulation)


@pytest.mark.parametrize("strategy", ["Stop", "Terminate"])
@settings(PATIENT, max_examples=EXAMPLES // 2)
@given(spec=specs(), outcomes=SEEDS, steps=st.integers(0, 8), crash=st.booleans())
def test_a_stopped_run_ends(strategy, spec, outcomes, steps, crash) -> None:
    simulation = _simulation(spec, outcomes)
    simulation.begin()
    for _ in range(steps):
        simulation.step()
    simulation.stop(strategy)
    if crash:
        simulation.crash()
    _ends(simulation)
    _nothing_is_left(simulation)
