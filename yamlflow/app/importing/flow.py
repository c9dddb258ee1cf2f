"""Templates of kind dag and steps: their tasks, as those of a pipeline or of a group."""

import json
import re
from typing import Any

from yamlflow.app.importing.calls import Call, cluster_call
from yamlflow.app.importing.comments import KEY, comment_above
from yamlflow.app.importing.conditions import condition
from yamlflow.app.importing.edges import write_edges
from yamlflow.app.importing.kept import made_or_kept
from yamlflow.app.importing.kubeflow import number_outputs
from yamlflow.app.importing.leaves import FLOWS, leaf, outputs_of
from yamlflow.app.importing.loops import foreach, is_loop
from yamlflow.app.importing.names import task_names
from yamlflow.app.importing.options import merge_argo
from yamlflow.app.importing.outputs import flow_outputs
from yamlflow.app.importing.raw import raw
from yamlflow.app.importing.scope import Called, Scope, has_tag
from yamlflow.app.importing.state import MOST_TASKS, Import
from yamlflow.app.importing.values import UnknownTagError, member
from yamlflow.argo.finding import Path
from yamlflow.argo.view import Data, Template

_HANDLED = frozenset(
    {"name", "template", "inline", "templateRef", "arguments", "when", "withItems", "withParam", "withSequence"}
    | {"dependencies", "depends", "continueOn", "onExit", "hooks"}
)
_FLOW = frozenset({"name", "inputs", "outputs", "dag", "steps", "metadata"})


class Flow:
    """Makes the tasks of one template; `above` are the names of the templates around it."""

    def __init__(self, found: Import, template: Template, scope: Scope, above: tuple[str, ...]) -> None:
        self.found = found
        self.template = template
        self.above = (*above, template.name)
        self.groups = _groups(found, template)
        self.calls = [call for group in self.groups for call in group]
        names = task_names([call.name for call in self.calls], scope.taken)
        known = {
            call.name: Called(
                name, call.outputs(), "when" in call.data, bool(call.data.get("continueOn")), call.defaults()
            )
            for call, name in zip(self.calls, names, strict=True)
        }
        for call, name in zip(self.calls, names, strict=True):
            numbers = number_outputs(call.template) if call.template and not is_loop(call.data) else ()
            found.numbers.update(member(f"{member('tasks', name)}.outputs", output) for output in numbers)
        self.scope = scope._replace(tasks=known, taken=scope.taken | set(names))
        self.text = json.dumps(template.data)

    def tasks(self) -> Data:
        """Return its tasks by name."""
        made: Data = {}
        previous: list[str] = []
        for group in self.groups:
            for call in group:
                name = self.scope.tasks[call.name].name
                try:
                    made[name] = self._task(call, previous)
                except UnknownTagError as error:
                    self.found.refuse_tag(call.path, error)
            if self.template.kind == "steps":
                previous = [self.scope.tasks[call.name].name for call in group]
        return made

    def outputs(self) -> list[Data]:
        """Return what it hands out."""
        return flow_outputs(
            self.found, self.template, self.scope, {call.name for call in self.calls if "when" in call.data}
        )

    def _task(self, call: Call, previous: list[str]) -> Data:
        outside = self.scope
        loop: Data = {}
        if is_loop(call.data):
            name = "item" if not outside.loops else f"item{outside.loops + 1}"
            loop = {
                "foreach": foreach(call.data, outside, self.found.lists),
                **({} if name == "item" else {"as": name}),
            }
            outside = outside._replace(loop=name, loops=outside.loops + 1)
        task: Data = {}
        comment = comment_above(self.found.node, call.path) or self._about(call.template)
        if call.data.get("when"):
            task["when"] = f"${{{{ {condition(str(call.data['when']), outside.names, self.found.numbers)} }}}}"
        task |= loop
        task = _after(task, self.called(call, outside, self._result(call)))
        write_edges(self.found, call, self.scope, previous, task)
        if call.data.get("continueOn"):
            task["continueOnError"] = True
            self._say_forgiven(call)
        if comment:
            task[KEY] = comment
        self._hooks(call, outside, task)
        for key in call.data.keys() - _HANDLED:
            self.found.refuse((*call.path, key), f"`{key}` of a task cannot be imported")
        return task

    def _about(self, template: Template | None) -> str:
        """Return the comment above a template, for the first task that runs it."""
        if template is None or not template.name or template.path in self.found.told:
            return ""
        self.found.told.add(template.path)
        return comment_above(self.found.node, template.path)

    def _say_forgiven(self, call: Call) -> None:
        kinds = [kind for kind in ("error", "failed") if call.data["continueOn"].get(kind)]
        if len(kinds) == 1:
            message = "`continueOnError` forgives every failure of a task"
            self.found.warn((*call.path, "continueOn"), message, f"this forgives `{kinds[0]}` alone")

    def called(self, call: Call, scope: Scope, result: str) -> Data:
        """Return the task for what a step, task or hook calls."""
        self.found.tasks += 1
        if call.data.get("templateRef"):
            task = cluster_call(call, scope)
            if result:
                task["outputs"] = [{"name": result}]
            return task
        template = call.template
        if template is None:
            return {}
        if template.name and template.name in self.above:
            self.found.refuse(call.path, f"template `{template.name}` calls itself")
            return {}
        if self.found.tasks > MOST_TASKS:
            if self.found.tasks == MOST_TASKS + 1:
                self.found.refuse(call.path, f"the pipeline would have more than {MOST_TASKS:,} tasks")
            return {}
        bound = call.bound(scope)
        return self._group(template, bound) if template.kind in FLOWS else leaf(self.found, template, bound, result)

    def _group(self, template: Template, bound: Scope) -> Data:
        names = outputs_of(template)
        return made_or_kept(self.found, template, bound, names, "", lambda: self._made(template, bound))

    def _made(self, template: Template, bound: Scope) -> Data:
        inner = Flow(self.found, template, bound, self.above)
        group: Data = {"tasks": inner.tasks()}
        outputs = inner.outputs()
        if outputs:
            group["outputs"] = outputs
        inner.options(group)
        return group

    def options(self, group: Data) -> None:
        """Write what the template says beside its tasks: Argo's words, merged into the DAG that comes of it."""
        rest = {key: value for key, value in self.template.data.items() if key not in _FLOW and value}
        if self.template.data.get("parallelism") == 0:
            rest.pop("parallelism", None)
        dag = {key: value for key, value in (self.template.data.get("dag") or {}).items() if key == "failFast"}
        target = (self.template.data.get("dag") or {}).get("target")
        if target:
            names = {name: called.name for name, called in self.scope.tasks.items()}
            if has_tag(target) and any(name != new for name, new in names.items()):
                self.found.refuse(
                    (*self.template.path, "dag", "target"), "names of tasks change, so `target` is constant"
                )
            dag["target"] = " ".join(names.get(name, name) for name in str(target).split())
        if dag:
            rest["dag"] = dag
        try:
            rest = raw(rest, self.scope)
        except UnknownTagError as error:
            self.found.refuse_tag(self.template.path, error)
        if rest:
            merge_argo(group, rest)

    def _result(self, call: Call) -> str:
        name = re.escape(call.name)
        used = re.search(rf"(tasks|steps)(\.{name}|\[\W+{name}\W+\])\??\.outputs\??\.result\b", self.text)
        return call.outputs().get("result", "") if used else ""

    def _hooks(self, call: Call, scope: Scope, task: Data) -> None:
        hooks = dict(call.data.get("hooks") or {})
        if call.data.get("onExit"):
            hooks["exit"] = {"template": call.data["onExit"]}
        for name, hook in hooks.items():
            path = (*call.path, "onExit") if call.data.get("onExit") and name == "exit" else (*call.path, "hooks", name)
            tasks = self.hook_tasks(hook, path, scope)
            if name == "exit" and is_loop(call.data):
                message = "the exit handler of a loop runs once, when all of it has ended"
                self.found.warn(path, message, "Argo also runs it for each element")
            if name == "exit":
                task["onExit"] = tasks
            else:
                when = condition("{{=" + str(hook.get("expression", "true")) + "}}", scope.names)
                task.setdefault("hooks", {})[name] = {"when": f"${{{{ {when} }}}}", "tasks": tasks}

    def hook_tasks(self, hook: Data, path: Path, scope: Scope) -> Data:
        """Return the tasks of a hook: those of a dag or steps, else the one of its template."""
        call = Call(self.found, {"name": str(hook.get("template") or "end"), **hook}, path)
        if call.template is not None and call.template.kind in FLOWS and call.template.name not in self.above:
            return Flow(self.found, call.template, call.bound(scope), self.above).tasks()
        return {task_names([call.name], scope.taken)[0]: self.called(call, scope, "")}


def _after(first: Data, task: Data) -> Data:
    """Write what a step says before what its template says, in the very mapping of the template."""
    items = {**first, **task}
    task.clear()
    task.update(items)
    return task


def _groups(found: Import, template: Template) -> list[list[Call]]:
    kind = template.kind
    path = (*template.path, kind)
    if kind == "dag":
        tasks = template.data["dag"].get("tasks") or []
        return [[Call(found, data, (*path, "tasks", number)) for number, data in enumerate(tasks)]]
    return [
        [Call(found, data, (*path, row, number)) for number, data in enumerate(_parallel(group))]
        for row, group in enumerate(template.data["steps"] or [])
    ]


def _parallel(group: Any) -> list[Data]:  # noqa: ANN401 - a list of steps, or `{steps: [...]}`
    return group if isinstance(group, list) else group.get("steps") or []
