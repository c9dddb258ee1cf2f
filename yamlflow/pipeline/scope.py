"""What names an expression may use at a place, and of what type they are."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from yamlflow.diagnostics import Related, Sink, did_you_mean
from yamlflow.expressions import Expr, Step, path
from yamlflow.expressions.ast import As, Binary
from yamlflow.expressions.tree import is_optional
from yamlflow.pipeline.model import Body, EdgeKind, Pipeline, Task, Use, Value
from yamlflow.pipeline.scope_hints import (
    bare_name,
    field_hint,
    meant,
    meant_output,
    no_label,
    of_argo,
    output_hint,
    spelled,
    status_hint,
    subtraction,
)
from yamlflow.pipeline.scope_item import item_type
from yamlflow.pipeline.secrets import is_secret
from yamlflow.types import Type, type_text

CONTEXTS = ("inputs", "tasks", "item", "workflow", "retry", "pod")
STATUS_FIELDS = ("status", "exitCode", "name", "id", "startedAt", "finishedAt", "ip")
_TEXT = Type("String", None, ())
_FILES = ("Model", "Dataset", "Metrics", "CSV", "TSV", "HTML", "Markdown", "ApacheParquet", "Artifact")
_WORKFLOW = ("name", "namespace", "uid", "serviceAccountName", "creationTimestamp", "labels", "annotations")
_WORKFLOW_AT_EXIT = ("status", "failures", "duration")
_LENGTHS = {"inputs": 2, "workflow": 2, "retry": 2, "pod": 2}
_POD = {"retry": ("attempt",), "pod": ("name",)}


class Scope(NamedTuple):
    """The names in sight of a value.

    `output_type` tells the type of a group's output, `check_loop` works out what the elements of a loop are; `pod` says
    whether the value ends up in the task's own pod, `task` whose own loop is in sight, `secret` whether a Secret may be
    the whole value.
    """

    pipeline: Pipeline
    body: Body
    sink: Sink
    output_type: Callable[[Task, str], Type | None]
    check_loop: Callable[[Task], None]
    pod: bool = False
    task: Task | None = None
    secret: bool = False

    def loop(self, name: str) -> Task | None:
        """Return the task whose elements have this name."""
        if self.task is not None and self.task.loop is not None and self.task.loop.name == name:
            return self.task
        return next((task for task in self.body.loops() if task.loop is not None and task.loop.name == name), None)


def resolve(
    scope: Scope, value: Value, steps: tuple[Step, ...], uses: list[Use], *, may_lack: bool = False
) -> Type | None:
    """Return the type of a reference and note which task it uses; what does not exist is reported.

    `may_lack` says that there is something else for a field that not every element of a loop has.
    """
    if not all(step.name for step in steps):
        return None  # what is missing was reported
    root = steps[0].name
    looped = scope.loop(root)
    if looped is not None:
        scope.check_loop(looped)
        return item_type(looped, value, steps, scope.sink, may_lack=may_lack)
    if root == "inputs":
        return _input(scope, value, steps)
    if root == "tasks":
        return _task(scope, value, steps, uses)
    if root == "workflow":
        return _workflow(scope, value, steps)
    if root == "item":
        near = scope.task if scope.task is not None and scope.task.loop is not None else next(scope.body.loops(), None)
        hint = f"it is called `{near.loop.name}` here" if near is not None and near.loop is not None else ""
        _report(scope, value, steps[0], "out-of-scope", "`item` exists only inside a `foreach`", hint)
    elif root in _POD:
        return _pod(scope, value, steps)
    else:
        own = (scope.task,) if scope.task is not None else ()
        names = [task.loop.name for task in (*own, *scope.body.loops()) if task.loop is not None]
        hint = meant(scope.pipeline, scope.body, root) or did_you_mean(root, (*CONTEXTS, *names))
        hint = hint or bare_name(root, alone=len(steps) == 1, looped="item" in names)
        _report(scope, value, steps[0], "unknown-context", f"there is no `{root}`", hint)
    return None


def _report(
    scope: Scope,
    value: Value,
    step: Step,
    code: str,
    message: str,
    hint: str = "",
    *notes: str,
    related: tuple[Related, ...] = (),
) -> None:
    scope.sink.error(code, message, value.at(step.start, step.end), hint, notes=notes, related=related)


def _needs_name(scope: Scope, value: Value, steps: tuple[Step, ...], example: str) -> bool:
    if len(steps) > 1:
        return False
    _report(
        scope, value, steps[0], "incomplete-reference", f"`{steps[0].name}` alone is no value", f"write `{example}`"
    )
    return True


def _input(scope: Scope, value: Value, steps: tuple[Step, ...]) -> Type | None:
    known = scope.pipeline.inputs
    if _needs_name(scope, value, steps, f"inputs.{next(iter(known), 'name')}"):
        return None
    name = steps[1].name
    if name in known:
        value.inputs.append(name)
        if is_secret(known[name].type):
            return _secret(scope, value, steps)
        return _within(scope, value, steps, 2, known[name].type)
    listed = ", ".join(known) if known else "none"
    _report(
        scope,
        value,
        steps[1],
        "unknown-input",
        f"the pipeline has no input `{name}`",
        of_argo(steps) or subtraction(name, known) or did_you_mean(name, known),
        f"the pipeline's inputs: {listed}",
    )
    return None


def _within(scope: Scope, value: Value, steps: tuple[Step, ...], length: int, type: Type | None) -> Type | None:
    """Return the type of what `steps` name, which go on after the first `length`; only mappings have fields."""
    if len(steps) == length:
        return type
    if type is not None and not type.is_mapping:
        step = steps[length]
        text = spelled(steps[:length])
        message = f"`{text}` is {type_text(type)}, it has no `{step.name}`"
        _report(scope, value, step, "unknown-field", message, field_hint(text, type, step.name))
    return None


def _secret(scope: Scope, value: Value, steps: tuple[Step, ...]) -> Type | None:
    """A Secret is a whole variable of the environment, or the argument for another Secret, and nothing else."""
    only = value.whole
    if scope.secret and only is not None and only.expr is not None and reference(only.expr) == steps:
        return Type("Secret")
    name = steps[1].name
    message = f"`inputs.{name}` is a Secret: it cannot be put into text, nor computed with"
    if scope.secret:
        hint = f"it must be the whole value: `${{{{ inputs.{name} }}}}`"
    else:
        hint = f"let the program read it: `env: {{{name.upper()}: ${{{{ inputs.{name} }}}}}}`"
    scope.sink.error("secret-as-text", message, value.at(steps[0].start, steps[-1].end), hint)
    return None


def _task(scope: Scope, value: Value, steps: tuple[Step, ...], uses: list[Use]) -> Type | None:
    if _needs_name(scope, value, steps, "tasks.NAME.outputs.NAME"):
        return None
    task = scope.pipeline.find(scope.body, steps[1].name)
    if task is None:
        _unknown_task(scope, value, steps[1])
        return None
    if len(steps) == 2:
        outputs = task.outputs or {}
        example = f"tasks.{task.name}.outputs.{next(iter(outputs), 'NAME')}"
        _report(
            scope,
            value,
            steps[1],
            "incomplete-reference",
            f"task `{task.name}` alone is no value",
            f"write `{example}`",
        )
        return None
    field = steps[2]
    if field.name in STATUS_FIELDS:
        return _status(scope, value, task, field, uses)
    if field.name != "outputs":
        _report(
            scope,
            value,
            field,
            "unknown-field",
            f"a task has no `{field.name}`",
            meant_output(task, steps) or did_you_mean(field.name, ("outputs", *STATUS_FIELDS)),
            f"a task has: outputs, {', '.join(STATUS_FIELDS)}",
        )
        return None
    return _output(scope, value, task, steps, uses)


def _unknown_task(scope: Scope, value: Value, step: Step) -> None:
    hidden = next(
        (task for body in scope.pipeline.bodies() for task in body.all_tasks() if task.name == step.name), None
    )
    if hidden is not None and hidden.parent.owner is not None:
        group = hidden.parent.owner
        if hidden.parent.is_hook:
            _report(scope, value, step, "out-of-scope", f"task `{step.name}` is part of a hook of `{group.name}`")
            return
        _report(
            scope,
            value,
            step,
            "out-of-scope",
            f"task `{step.name}` is inside the group `{group.name}`: only the group's outputs can be seen here",
            f"give `{group.name}` an output and use `tasks.{group.name}.outputs.NAME`",
            related=(Related(hidden.span, f"`{step.name}` is here"),),
        )
        return
    if hidden is not None and hidden.parent.at_exit:
        message = f"task `{step.name}` belongs to `onExit`: it runs when all others have ended"
        related = (Related(hidden.span, f"`{step.name}` is here"),)
        _report(scope, value, step, "out-of-scope", message, related=related)
        return
    names = list(scope.pipeline.in_sight(scope.body))
    note = f"the tasks in sight: {', '.join(names) or 'none'}"
    hint = did_you_mean(step.name, names)
    _report(scope, value, step, "unknown-task", f"there is no task `{step.name}`", hint, note)


def _status(scope: Scope, value: Value, task: Task, field: Step, uses: list[Use]) -> Type | None:
    is_one = task.body is None and task.loop is None and task.call is None and not task.forgiving
    if not is_one and field.name != "status":
        what = "loop" if task.loop else "group" if task.body else "pipeline" if task.call else "task that is forgiven"
        _report(scope, value, field, "unknown-field", f"a {what} has no `{field.name}`", "only `status` and `outputs`")
        return None
    if scope.body.at_exit and not task.parent.at_exit:
        message = "`onExit` and hooks of the pipeline see the outputs of tasks, not their status"
        _report(scope, value, field, "out-of-scope", message, "use `workflow.status`")
        return None
    kind: EdgeKind = "own" if scope.body.ends(task) else "status"
    if field.name == "ip":
        if "daemon" not in task.node:
            _report(scope, value, field, "unknown-field", "only a daemon has an `ip`", "give the task `daemon: true`")
            return None
        kind = "after"
    uses.append(Use(task, field.name, "", value.at(field.start, field.end), kind))
    return _TEXT


def _output(scope: Scope, value: Value, task: Task, steps: tuple[Step, ...], uses: list[Use]) -> Type | None:
    if len(steps) == 3:
        message = f"`outputs` of task `{task.name}` alone is no value"
        _report(scope, value, steps[2], "incomplete-reference", message, "name one")
        return None
    name = steps[3]
    if task.outputs is None:
        return None
    if name.name not in task.outputs:
        _report(
            scope,
            value,
            name,
            "unknown-output",
            f"task `{task.name}` has no output `{name.name}`",
            output_hint(task, steps, STATUS_FIELDS),
            _outputs_note(task),
        )
        return None
    if scope.body.at_exit and not task.parent.at_exit and not task.is_single:
        message = "`onExit` sees outputs of single tasks only, not of groups and loops"
        _report(scope, value, name, "out-of-scope", message)
        return None
    if scope.body.at_exit and not task.parent.at_exit and task.cache is not None:
        message = f"`onExit` cannot see outputs of task `{task.name}`: Argo does not hand on what a cache holds"
        _report(scope, value, name, "out-of-scope", message)
        return None
    component = task.component
    if component is not None and component.container is not None and not component.output_path(name.name):
        _report(
            scope,
            value,
            name,
            "unwritten-output",
            f"the component of task `{task.name}` declares `{name.name}`, but its program never writes it",
            f"give the program `{{outputPath: {name.name}}}`",
        )
        return None
    kind: EdgeKind = "own" if scope.body.ends(task) else "data"
    uses.append(Use(task, "outputs", name.name, value.at(steps[0].start, name.end), kind))
    type_ = scope.output_type(task, name.name) if task.body is not None else task.outputs[name.name].type
    found = type_ if task.loop is None else _collected(scope, value, task, name, type_)
    return _within(scope, value, steps, 4, found)


def _collected(scope: Scope, value: Value, task: Task, name: Step, type_: Type | None) -> Type:
    """Return the type of an output of all rounds of a loop; a loop hands out what it can put into a JSON list."""
    if type_ is not None and type_.name in _FILES:
        message = f"output `{name.name}` of the loop `{task.name}` is a file ({type_.name}); a loop hands out values"
        _report(scope, value, name, "foreach-artifact", message, "put out where it is, such as a URI")
    elif task.printed == name.name and not _is_json(type_):
        _report(
            scope,
            value,
            name,
            "foreach-stdout",
            f"output `{name.name}` of the loop `{task.name}` is what a script prints, which may be no JSON",
            f"write it to the file `$OUTPUT_{name.name.upper()}`, or give it a type such as Integer",
        )
    return Type("List", type_, ())


def _is_json(type_: Type | None) -> bool:
    return type_ is not None and not type_.is_text


def _outputs_note(task: Task) -> str:
    listed = ", ".join(
        f"{port.name} ({type_text(port.type)})" if port.type else port.name for port in (task.outputs or {}).values()
    )
    if task.component is not None and task.component.origin.text:
        name = getattr(task.component_ref, "value", "") or task.component.name
        return f"component `{name}` ({task.component.origin.text}) has the outputs: {listed or 'none'}"
    return f"its outputs: {listed or 'none'}"


def _workflow(scope: Scope, value: Value, steps: tuple[Step, ...]) -> Type | None:
    if _needs_name(scope, value, steps, "workflow.name"):
        return None
    name = steps[1].name
    if name in _WORKFLOW_AT_EXIT and not scope.body.at_exit:
        message = f"`workflow.{name}` is known only in `onExit` of the pipeline"
        _report(scope, value, steps[1], "out-of-scope", message, status_hint(scope.body, name))
    elif name not in _WORKFLOW and name not in _WORKFLOW_AT_EXIT:
        known = (*_WORKFLOW, *_WORKFLOW_AT_EXIT)
        _report(
            scope,
            value,
            steps[1],
            "unknown-field",
            f"there is no `workflow.{name}`",
            of_argo(steps) or did_you_mean(name, known),
            f"there are: {', '.join(known)}",
        )
    elif name == "duration":
        return Type("Float", None, ())
    elif problem := no_label(scope.pipeline, steps):
        _report(scope, value, steps[2], "unknown-field", *problem)
    return _TEXT


def _pod(scope: Scope, value: Value, steps: tuple[Step, ...]) -> Type | None:
    root = steps[0].name
    if _needs_name(scope, value, steps, f"{root}.{_POD[root][0]}"):
        return None
    if steps[1].name not in _POD[root]:
        _report(
            scope,
            value,
            steps[1],
            "unknown-field",
            f"there is no `{root}.{steps[1].name}`",
            f"write `{root}.{_POD[root][0]}`",
        )
    elif not scope.pod:
        _report(scope, value, steps[0], "out-of-scope", f"`{root}.{steps[1].name}` is known only in `env` of a task")
    return Type("Integer", None, ()) if root == "retry" else _TEXT


def reference(expr: Expr, loops: Collection[str] = ()) -> tuple[Step, ...] | None:
    """Return the steps when an expression is one complete reference, also inside `as`, and nothing more.

    `loops` are the names that elements of loops have.
    """
    while isinstance(expr, As):
        expr = expr.operand
    steps = path(expr)
    if steps is None:
        return None
    if steps[0].name in loops:
        return steps if len(steps) < 3 or not is_optional(expr) else None
    root, length = steps[0].name, _LENGTHS.get(steps[0].name)
    if root == "tasks" and len(steps) > 2:
        length = 4 if steps[2].name == "outputs" else 3
    if root == "workflow" and len(steps) > 1 and steps[1].name in ("labels", "annotations"):
        length = 3
    return steps if length == len(steps) else None


def operands_of(expr: Expr) -> list[Expr]:
    """Return the operands of a chain of `??`, in order; the expression itself when it is none."""
    if isinstance(expr, Binary) and expr.op == "??":
        return [*operands_of(expr.left), *operands_of(expr.right)]
    return [expr]
