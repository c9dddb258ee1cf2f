"""A random pipeline that validates also renders, and the engine never meets an unresolved reference in it."""

import os
import sys

from engine_simulation import Simulation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yamlflow.app.compile import load_pipeline
from yamlflow.app.layer import Layer
from yamlflow.app.workspace import Workspace
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.render import render
from yamlflow.source import read_source, write_yaml

EXAMPLES = int(os.environ.get("YAMLFLOW_FUZZ", "60"))
TEXTS = ("", "a", "it's", "{}", "x: y # z")


class Writer:
    """Draws a pipeline; mostly one that is right."""

    def __init__(self, draw) -> None:
        self.draw = draw
        self.count = 0
        self.outcomes = {}

    def one_in(self, many: int) -> bool:
        return self.draw(st.integers(1, many)) == 1

    def pick(self, choices):
        return self.draw(st.sampled_from(list(choices)))

    def body(self, seen: list[str], depth: int, *, at_exit: bool = False) -> dict:
        """Return tasks; `seen` are the references that they may hold, as expressions of text."""
        tasks = {}
        for _ in range(self.draw(st.integers(1, 4 - depth))):
            self.count += 1
            name = f"t{self.count}"
            group = depth < 2 and not at_exit and self.one_in(4)
            task = self.group(seen, depth) if group else self.leaf(name, seen)
            if tasks and self.one_in(3):
                task["after"] = [self.pick(tasks)]
            loop = not at_exit and self.one_in(5)
            if loop:
                task["foreach"] = self.pick((["a", "b"], [1, 2, 3], "${{ ['x', 'y'] }}", {"from": 1, "to": 2}))
                task["as"] = f"i{name}"
            if seen and self.one_in(3):
                task["when"] = f"${{{{ {self.pick(seen)} {self.pick(('==', '!='))} '{self.pick('ab')}' }}}}"
            tasks[name] = task
            seen += self.references(name, loop=loop, group=group)
        return tasks

    def references(self, name: str, *, loop: bool, group: bool) -> list[str]:
        if loop:
            return [f"string(len(tasks.{name}.outputs.s))"]
        found = [f"tasks.{name}.outputs.s", f"(tasks.{name}.outputs.s ?? 'none')", f"tasks.{name}.status"]
        return found if group else [*found, f"string(tasks.{name}.outputs['n m'] + 1)"]

    def leaf(self, name: str, seen: list[str]) -> dict:
        env = {"A": f"${{{{ {self.pick(seen)} }}}}" if seen else "x"}
        if seen and self.one_in(2):
            env["B"] = f"{self.pick(TEXTS)} ${{{{ {self.pick(seen)} + inputs.text }}}} ${{{{ workflow.name }}}}"
        if self.one_in(12):
            env["C"] = f"${{{{ tasks.t{self.draw(st.integers(1, 9))}.outputs.s }}}}"
        self.outcomes[name] = {
            "code": self.pick((0, 0, 0, 0, 1)),
            "values": {"s": self.pick(("a", "b", "", "it's {{x}}")), "n-m": "7"},
        }
        outputs = [{"name": "s", "type": "String"}, {"name": "n m", "type": "Integer"}]
        return {"image": "i:1", "run": "true", "env": env, "outputs": outputs}

    def group(self, seen: list[str], depth: int) -> dict:
        inner = self.body(list(seen), depth + 1)
        name, task = self.pick(inner.items())
        value = f"string(len(tasks.{name}.outputs.s))" if "foreach" in task else f"tasks.{name}.outputs.s ?? 'none'"
        return {"tasks": inner, "outputs": [{"name": "s", "type": "String", "value": f"${{{{ {value} }}}}"}]}


@st.composite
def pipelines(draw):
    """A pipeline as data, and how its tasks end."""
    writer = Writer(draw)
    seen = ["inputs.text", "string(inputs.number)"]
    inputs = [{"name": "text", "type": "String", "default": draw(st.sampled_from(TEXTS[1:]))}]
    inputs.append({"name": "number", "type": "Integer", "default": 3})
    data = {"name": "p", "inputs": inputs, "tasks": writer.body(seen, 0)}
    name, task = writer.pick(data["tasks"].items())
    if "foreach" not in task:
        data["outputs"] = [{"name": "o", "value": f"${{{{ tasks.{name}.outputs.s ?? 'none' }}}}"}]
    if writer.one_in(3):
        data["onExit"] = writer.body(["inputs.text", "workflow.status"], 2, at_exit=True)
    return data, writer.outcomes


def _load(data: dict):
    sink = Sink()
    node = read_source(SourceText("p.yaml", write_yaml(data)), sink)
    pipeline = load_pipeline(node, "p.yaml", Workspace(Layer()), sink)
    return pipeline, sink


def _written(manifest: dict, outcomes: dict) -> dict:
    """Return how tasks end with the outputs that their templates ask for."""
    found = {}
    for template in manifest["spec"]["templates"]:
        outcome = outcomes.get(template["name"])
        if outcome is not None:
            outputs = template.get("outputs", {}).get("parameters", [])
            keep = ({key: item[key] for key in ("name", "globalName") if key in item} for item in outputs)
            found[template["name"]] = {
                "code": outcome["code"],
                "parameters": [item | {"value": outcome["values"][item["name"]]} for item in keep],
            }
    return found


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=pipelines(), seed=st.integers(0, 9))
def test_what_validates_runs(case, seed) -> None:
    data, outcomes = case
    before, sys.executable = sys.executable, ""  # no ShellCheck beside it
    try:
        pipeline, sink = _load(data)
    finally:
        sys.executable = before
    if sink.failed:
        return
    manifest = render(pipeline, {})
    simulation = Simulation(manifest["spec"], _written(manifest, outcomes), seed=seed)
    state = simulation.run()
    broken = [
        (node["name"], node["message"])
        for node in simulation.statuses().values()
        if node["phase"] == "Error" or "{{" in node.get("message", "")
    ]
    assert broken == []
    assert state.final
