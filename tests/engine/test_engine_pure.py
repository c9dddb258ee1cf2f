"""The core is pure: what it decides follows from the state, the events and the time that it is given."""

import ast
import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_simulation import Simulation
from engine_specs import OBJECTS, ByName, specs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yamlflow.engine.node import restore
from yamlflow.engine.objects import index
from yamlflow.engine.reconcile import resume_stored
from yamlflow.engine.state import State

ROOT = Path(__file__).resolve().parent.parent.parent
OUTSIDE = frozenset(
    (
        *("os", "sys", "io", "subprocess", "socket", "selectors", "select", "threading", "asyncio"),
        *("concurrent", "multiprocessing", "queue", "sqlite3", "tempfile", "shutil", "pathlib", "glob", "urllib"),
        *("http", "ssl", "random", "secrets", "uuid", "logging", "fcntl"),
    )
)
PURE = {"time": {"gmtime", "strftime"}, "signal": {"SIGTERM"}}


def _file(module: str) -> Path | None:
    path = ROOT / module.replace(".", "/")
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()), None)


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{item.name}" for item in node.names)


def _core() -> dict[str, ast.AST]:
    """Return the modules of the engine that the core uses, with what they are made of."""
    found: dict[str, ast.AST] = {}
    waiting = ["yamlflow.engine.reconcile"]
    while waiting:
        module = waiting.pop()
        file = _file(module)
        if module.startswith("yamlflow.engine") and module not in found and file is not None:
            found[module] = ast.parse(file.read_text())
            waiting += _imported(found[module])
    return found


CORE = _core()


@pytest.mark.parametrize("module", CORE)
def test_nothing_from_outside(module) -> None:
    tree = CORE[module]
    names = {name.partition(".")[0] for name in _imported(tree)}
    assert not names & OUTSIDE
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in PURE:
            assert {item.name for item in node.names} <= PURE[node.module]
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in names & PURE.keys()
        ):
            assert node.attr in PURE[node.value.id]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("open", "print", "input")


def test_the_core_is_found() -> None:
    assert {"yamlflow.engine.operators.dag", "yamlflow.engine.retry", "yamlflow.engine.state"} <= CORE.keys()


def _decided(simulation: Simulation):
    """Return what an engine decides that takes up the run now, and what it made of its state."""
    manifest = copy.deepcopy(simulation.manifest)
    before = json.dumps(manifest), json.dumps(simulation.stored)
    state = State(manifest, json.loads(json.dumps(simulation.state.status)), index(OBJECTS))
    for text, private, seq in sorted(simulation.stored.values(), key=lambda item: item[2]):
        state.add(restore(json.loads(text), json.loads(private), seq))
    changes, actions = resume_stored(state, simulation.now + 100)
    assert (json.dumps(manifest), json.dumps(simulation.stored)) == before, "what was given was changed"
    nodes = [(node.status(), node.private()) for node in state.nodes.values()]
    return [node.id for node in changes.nodes], changes.workflow, actions, nodes, state.status


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(specs(), st.integers(0, 1000), st.integers(0, 12))
def test_the_same_again(spec, outcomes, steps) -> None:
    simulation = Simulation(spec, ByName(outcomes), objects=OBJECTS)
    simulation.begin()
    for _ in range(steps):
        simulation.step()
    assert _decided(simulation) == _decided(simulation)
