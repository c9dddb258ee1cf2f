"""The first file that exists of several: a task that runs nothing, and puts out one of the files that it takes in."""

from yamlflow.expressions import Expr, Step, print_expr
from yamlflow.expressions.ast import Binary, Conditional, Text
from yamlflow.pipeline.model import Task, Use, Value
from yamlflow.render.demand import Demand, first_files, input_modes
from yamlflow.render.level import Level, Template
from yamlflow.render.text import chain, passed

FILE = "file"
_NOTHING = {"name": "nothing", "template": "nothing", "when": "false"}


def choices_of(task: Task, demand: Demand) -> dict[str, Value]:
    """Return the arguments of a task that are the first of several files, by what the task that chooses is called."""
    found = []
    for name, (_, value) in task.arguments.items():
        modes = input_modes(task, name) if task.call is None else demand.of_input(task.call, name)
        if "path" in modes and first_files(value):
            found.append(value)
    return {f"{task.name}-{number}-first": value for number, value in enumerate(found, 1)}


def first(value: Value, level: Level) -> str:
    """Return the expression for the first of several files, where all of them are known."""
    pairs = []
    for use in first_files(value):
        text = level.file(_steps(use, "outputs", use.output), use.task, use.output)
        pairs.append((level.resolve(_steps(use, "status")).expr, chain(tuple(text[2:-2].split(".")))))
    return print_expr(_conditional(pairs))


def choice(value: Value, level: Level) -> tuple[Template, Template]:
    """Return the template of a task that chooses, and the arguments for it."""
    pairs: list[tuple[Expr, Expr]] = []
    parameters: list[Template] = []
    artifacts: list[Template] = []
    for number, use in enumerate(first_files(value), 1):
        name = f"{FILE}-{number}"
        parameters.append({"name": name, "value": passed(level.resolve(_steps(use, "status")))})
        tag = level.file(_steps(use, "outputs", use.output), use.task, use.output)
        artifacts.append({"name": name, "from": tag, "optional": True})
        if tag.startswith("{{inputs."):
            level.imports.optional.add(tag[2:-2].rpartition(".")[2])
        pairs.append((chain(("inputs", "parameters", name)), chain(("inputs", "artifacts", name))))
    inputs: Template = {
        "parameters": [{"name": item["name"]} for item in parameters],
        "artifacts": [{"name": item["name"], "optional": True} for item in artifacts],
    }
    output = {"name": FILE, "fromExpression": print_expr(_conditional(pairs))}
    template: Template = {"inputs": inputs, "outputs": {"artifacts": [output]}, "dag": {"tasks": [dict(_NOTHING)]}}
    return template, {"parameters": parameters, "artifacts": artifacts}


def _steps(use: Use, *rest: str) -> tuple[Step, ...]:
    return tuple(Step(name, 0, 0) for name in ("tasks", use.task.name, *rest))


def _conditional(pairs: list[tuple[Expr, Expr]]) -> Expr:
    found = pairs[-1][1]
    for status, file in reversed(pairs[:-1]):
        found = Conditional(Binary("==", status, Text("Succeeded")), file, found)
    return found
