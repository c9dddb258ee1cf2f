"""Scenarios of the engine, simulated as they are and as what comes of them when they are imported and rendered."""

import re
from typing import Any

from engine_simulation import Outcome, Simulation
from importing_round import Behaviour, behaviour_of, plain_name

from yamlflow.engine.events import Shutdown
from yamlflow.engine.node import SUSPEND, Node

_ELEMENT = re.compile(r"\((\d+):")
_NAMES_OF_PRINTED = ("result", "printed")


class Noted(Simulation):
    """A simulation that notes which node got which outcome."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.given: dict[str, list[tuple[str, Outcome]]] = {}

    def _outcome(self, node: Node) -> Outcome:
        outcome = super()._outcome(node)
        self.given.setdefault(_name(node), []).append((node.name, outcome))
        return outcome


class Replayed(Simulation):
    """A simulation in which nodes of the same names get the outcomes that another one noted."""

    def __init__(self, noted: Noted, spec: dict[str, Any], **options: Any) -> None:
        super().__init__(spec, **options)
        self._left = noted.given

    def _outcome(self, node: Node) -> Outcome:
        left = self._left.get(_name(node)) or [("", {})]
        element = _ELEMENT.findall(node.name)[-1:]
        same = (number for number, (name, _) in enumerate(left) if element and _ELEMENT.findall(name)[-1:] == element)
        _, outcome = left.pop(next(same, 0))
        if "result" not in outcome:
            return outcome
        printed = [{"name": name, "value": outcome["result"]} for name in _NAMES_OF_PRINTED]
        return {**outcome, "parameters": [*outcome.get("parameters", []), *printed]}


def both(scenario: dict[str, Any], spec: dict[str, Any]) -> tuple[Behaviour, Behaviour]:
    """Return what a scenario does, and what a spec that was made of it does."""
    objects = scenario.get("with") or ()
    noted = Noted(scenario["spec"], scenario.get("outcomes"), objects=objects)
    return _run(noted, scenario), _run(Replayed(noted, spec, objects=objects), scenario)


def _run(simulation: Simulation, scenario: dict[str, Any]) -> Behaviour:
    simulation.begin()
    if shutdown := scenario.get("shutdown"):
        simulation.plan(shutdown["after"], Shutdown(shutdown["strategy"]))
    while not simulation.state.final:
        assert simulation.steps < 10_000, "the run goes on for ever"
        if not simulation.step():
            assert any(node.kind == SUSPEND and node.active for node in simulation.state.nodes.values()), "it is stuck"
            simulation.resume()
    return behaviour_of("wf", {**simulation.state.status, "nodes": simulation.statuses()}, [])


def _name(node: Node) -> str:
    return plain_name({"name": node.name, "displayName": node.display, "templateName": node.template}, "wf")
