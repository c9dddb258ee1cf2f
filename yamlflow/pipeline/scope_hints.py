"""Hints for names that mean nothing where they stand."""

from collections.abc import Collection

from yamlflow.diagnostics import did_you_mean
from yamlflow.expressions import Step
from yamlflow.pipeline.model import Body, Pipeline, Task
from yamlflow.types import Type

_TASK = "outputs of a task are `tasks.NAME.outputs.NAME`"
_INPUT = "values of the pipeline are `inputs.NAME`"
_ITEM = "the element of a loop is `item`, or what `as` names it"
_VALUE = "only templates know it: `{{ values.x }}` in a `.yaml.j2` file"
_CONTEXTS = {
    **dict.fromkeys(("steps", "needs", "jobs", "dag", "dependencies"), _TASK),
    **dict.fromkeys(("params", "parameters", "args", "arguments", "var", "vars", "variables"), _INPUT),
    **dict.fromkeys(("github", "gitlab", "runner", "job"), "give the pipeline an input"),
    **dict.fromkeys(("matrix", "strategy", "each", "loop"), _ITEM),
    **dict.fromkeys(("values", "Values", "profile", "Release", "Chart"), _VALUE),
}
"""What is called otherwise elsewhere."""
_WORDS = {"null": "nil", "None": "nil", "True": "true", "TRUE": "true", "False": "false", "FALSE": "false"}


def meant(pipeline: Pipeline, body: Body, name: str) -> str:
    """Return the hint for a word of another language, or a name without its context."""
    if name in _WORDS:
        return f"write `{_WORDS[name]}`"
    if name in pipeline.inputs:
        return f"write `inputs.{name}`"
    task = pipeline.find(body, name)
    if task is not None:
        return f"write `tasks.{name}.outputs.{next(iter(task.outputs or ()), 'NAME')}`"
    if name == "secrets":
        return "give the pipeline an input of type Secret"
    return "expressions see no environment: give the pipeline an input" if name == "env" else _CONTEXTS.get(name, "")


def of_argo(steps: tuple[Step, ...]) -> str:
    """Return the hint for a reference as Argo's own tags have it."""
    names = [step.name for step in steps]
    if names[0] in ("inputs", "workflow") and names[1] == "parameters" and len(names) > len(("inputs", "parameters")):
        return f"write `inputs.{names[2]}`"
    if names[0] == "tasks" and names[3:4] in (["parameters"], ["artifacts"]) and names[4:]:
        return f"write `tasks.{names[1]}.outputs.{names[4]}`"
    return ""


def bare_name(name: str, *, alone: bool, looped: bool) -> str:
    """Return the hint for a name that means nothing: a text without quotes, or the element of a loop."""
    if not alone:
        return ""
    text = f"a text needs quotes: `'{name}'`"
    return f"the element of the loop is `item`, or `as: {name}` names it; {text}" if looped else text


def meant_output(task: Task, steps: tuple[Step, ...]) -> str:
    """Return the hint for a field of a task that is one of its outputs."""
    found = next((step.name for step in steps[2:] if step.name in (task.outputs or ())), "")
    return f"write `tasks.{task.name}.outputs.{found}`" if found else ""


def output_hint(task: Task, steps: tuple[Step, ...], fields: Collection[str]) -> str:
    """Return the hint for an output that a task does not have; `fields` are what all tasks have."""
    name = steps[3].name
    hint = of_argo(steps) or did_you_mean(name, task.outputs or ())
    if hint or task.body is None:
        return hint or (f"write `tasks.{task.name}.{name}`" if name in fields else "")
    inner = next((one.name for one in task.body.tasks.values() if name in (one.outputs or ())), "")
    value = f'"${{{{ tasks.{inner}.outputs.{name} }}}}"'
    return f"give the group `outputs: [{{name: {name}, value: {value}}}]`" if inner else ""


def no_label(pipeline: Pipeline, steps: tuple[Step, ...]) -> tuple[str, str] | None:
    """Return what is wrong with a label or an annotation that the pipeline does not give its runs, and the hint."""
    kind = steps[1].name
    known = {"labels": pipeline.labels, "annotations": pipeline.annotations}.get(kind)
    if known is None or len(steps) <= len(("workflow", "labels")) or steps[2].name in known:
        return None
    name = steps[2].name
    hint = did_you_mean(name, known) or f"give it `{kind}: {{{name}: ...}}`"
    return f"the pipeline has no {kind[:-1]} `{name}`", hint


def status_hint(body: Body, name: str) -> str:
    """Return what speaks of the end of a task where the end of the whole run is not known yet."""
    at: Body | None = body
    while at is not None:
        if at.is_hook and at.owner is not None and name == "status":
            return f"`tasks.{at.owner.name}.status` says how `{at.owner.name}` ended"
        at = at.outer
    return ""


def subtraction(name: str, known: Collection[str]) -> str:
    """Return the hint for a name that is a subtraction without blanks."""
    found = next((name[:at] for at, sign in enumerate(name) if sign == "-" and name[:at] in known), "")
    return f"to subtract, write blanks: `{found} - ...`" if found else ""


def field_hint(text: str, type: Type, field: str) -> str:
    """Return the hint for a field of what has none."""
    if field in ("length", "size", "count") and (type.is_list or type.is_text):
        return f"write `len({text})`"
    if field in ("first", "last") and type.is_list:
        return f"write `{field}({text})`"
    if type.is_list:
        return f"its elements are `{text}[0]`, `{text}[1]`, ..."
    return f"if it is JSON: `fromJSON({text}).{field}`" if type.is_text and field.isidentifier() else ""


def spelled(steps: tuple[Step, ...]) -> str:
    """Return a reference as it is written."""
    return "".join(
        f"['{step.name}']" if not step.name.replace("-", "_").isidentifier() else f".{step.name}" if at else step.name
        for at, step in enumerate(steps)
    )
