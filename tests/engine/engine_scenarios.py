"""Scenarios: manifests and what must come of them."""

from pathlib import Path
from typing import Any

from engine_normal import normal_nodes

from yamlflow.diagnostics import Sink
from yamlflow.source import read_file
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along


def read(path: Path) -> dict[str, Any]:
    """Return a scenario."""
    sink = Sink()
    node = read_file(str(path), sink)
    assert node is not None, sink.items
    return node.data()


SCENARIOS = {path.stem: read(path) for path in sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))}


def agrees(expected: dict[str, Any], status: dict[str, Any]) -> None:
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


def run_here(scenario: dict[str, Any], target: LocalTarget, **how: object) -> None:
    """Run a scenario on this machine, and hold what comes of it against what it expects."""
    target.bring(Along(tuple(scenario.get("with") or ()), scenario.get("secrets") or {}, **how))
    manifest = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf"},
        "spec": scenario["spec"],
    }
    target.submit(manifest)
    *_, run = target.watch("wf")
    agrees(scenario["expect"], run["status"])
    if "logs" in scenario["expect"]:
        assert sorted(line.text for line in target.logs("wf")) == sorted(scenario["expect"]["logs"])
