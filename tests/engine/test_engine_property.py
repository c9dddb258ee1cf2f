"""What holds for every run: it ends, order is kept, and neither the order of events nor a crash changes the result."""

import os

import pytest
from engine_normal import normal_nodes
from engine_simulation import Simulation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FINAL = {"Succeeded", "Failed", "Error", "Skipped", "Omitted"}
RESULTS = ("", ".Succeeded", ".Failed", ".Skipped", ".Omitted", ".Errored")
EXAMPLES = int(os.environ.get("YAMLFLOW_FUZZ", "60"))


@st.composite
def dag_specs(draw):
    """A DAG of leaves, loops, retries, conditions and nested steps, with scripted failures."""
    size = draw(st.integers(1, 7))
    tasks, outcomes = [], {}
    for index in range(size):
        task = {"name": f"t{index}", "template": draw(st.sampled_from(["leaf", "leaf", "twice", "pair", "inner"]))}
        needs = draw(st.lists(st.integers(0, index - 1), max_size=3, unique=True)) if index else []
        if needs:
            words = [f"t{need}{draw(st.sampled_from(RESULTS))}" for need in needs]
            task["depends"] = draw(st.sampled_from([" && ", " || "])).join(words)
        kind = draw(st.integers(0, 5))
        if kind == 0:
            task["withItems"] = draw(st.lists(st.sampled_from(["a", "b", "(c)"]), min_size=1, max_size=3))
        elif kind == 1:
            task["withParam"] = draw(st.sampled_from(["[]", "[1,2]", "nonsense"]))
        elif kind == 2:
            task["when"] = draw(st.sampled_from(["1 == 2", "1 == 1", "{{workflow.name}} == wf"]))
        if draw(st.booleans()) and draw(st.booleans()):
            task["hooks"] = {"exit": {"template": "leaf"}}
        tasks.append(task)
        code = draw(st.sampled_from([0, 0, 0, 1]))
        outcomes[f"wf.t{index}"] = {"code": code, "seconds": draw(st.integers(1, 3))}
    outcomes["leaf"] = [{"code": draw(st.sampled_from([0, 0, 1]))} for _ in range(draw(st.integers(1, 5)))]
    main = {"name": "main", "dag": {"tasks": tasks, "failFast": draw(st.booleans())}}
    if draw(st.integers(0, 3)) == 0:
        main["parallelism"] = draw(st.integers(1, 2))
    spec = {"entrypoint": "main", "templates": [main, *LEAVES]}
    if draw(st.integers(0, 3)) == 0:
        spec["parallelism"] = draw(st.integers(1, 3))
    if draw(st.booleans()):
        spec["onExit"] = "leaf"
    return spec, outcomes


LEAVES = [
    {"name": "leaf", "container": {"image": "i", "command": ["true"]}},
    {"name": "twice", "retryStrategy": {"limit": 1}, "container": {"image": "i", "command": ["true"]}},
    {
        "name": "pair",
        "steps": [
            [{"name": "one", "template": "leaf"}, {"name": "two", "template": "leaf", "continueOn": {"failed": True}}],
            [{"name": "three", "template": "leaf", "withItems": [1, 2]}],
        ],
    },
    {
        "name": "inner",
        "dag": {"tasks": [{"name": "a", "template": "leaf"}, {"name": "b", "template": "leaf", "depends": "a"}]},
    },
]


def _ends(simulation: Simulation) -> dict:
    simulation.run()
    assert simulation.state.final, "nothing can happen, and the run is not over"
    nodes = normal_nodes(simulation.statuses())
    assert {node["phase"] for node in nodes.values()} <= FINAL
    return nodes


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


def _by_name(outcomes: dict) -> dict:
    """Leave out what depends on the order in which tasks are begun."""
    return {key: value for key, value in outcomes.items() if key != "leaf"}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(dag_specs(), st.integers(0, 3))
def test_every_run_ends_in_order(case, seed) -> None:
    spec, outcomes = case
    simulation = Simulation(spec, outcomes, seed=seed)
    _ends(simulation)
    _order_is_kept(simulation)
    assert simulation.state.active_pods == 0
    assert set(simulation.state.active_children.values()) <= {0}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(dag_specs(), st.integers(0, 1000))
def test_order_of_events_changes_nothing(case, seed) -> None:
    spec, outcomes = case
    if "parallelism" in spec or "parallelism" in spec["templates"][0]:
        return
    first = _ends(Simulation(spec, _by_name(outcomes)))
    assert _ends(Simulation(spec, _by_name(outcomes), seed=seed)) == first


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(dag_specs(), st.data())
def test_a_crash_changes_nothing(case, data) -> None:
    spec, outcomes = case
    expected = _ends(Simulation(spec, _by_name(outcomes)))
    simulation = Simulation(spec, _by_name(outcomes))
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


@pytest.mark.parametrize("strategy", ["Stop", "Terminate"])
@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=dag_specs(), steps=st.integers(0, 8), crash=st.booleans())
def test_a_stopped_run_ends(strategy, case, steps, crash) -> None:
    spec, outcomes = case
    simulation = Simulation(spec, outcomes)
    simulation.begin()
    for _ in range(steps):
        simulation.step()
    simulation.stop(strategy)
    if crash:
        simulation.crash()
    _ends(simulation)
