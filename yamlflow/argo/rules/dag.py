"""Tasks of a DAG: what they depend on."""

from collections.abc import Iterator

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.view import Call, Template, View, calls_in
from yamlflow.diagnostics.nearest import did_you_mean
from yamlflow.expressions.depends import LOOP_RESULTS, RESULTS, Condition, DependsError, Term, parse_depends, terms

_LOOPS = ("withItems", "withParam", "withSequence")


def _dags(view: View) -> Iterator[tuple[Template, dict[str, Call]]]:
    for template in view.all_templates:
        if template.data.get("dag") is not None:
            yield template, {str(call.data.get("name") or ""): call for call in calls_in(template)}


def has_tasks(view: View) -> Iterator[Finding]:
    """A DAG has at least one task."""
    for template, tasks in _dags(view):
        if not tasks:
            yield Finding("no-tasks", f"the DAG of {template.title} has no tasks", (*template.path, "dag"))


def depends(view: View) -> Iterator[Finding]:
    """`depends` and `dependencies` can be read and name tasks of the DAG."""
    for _, tasks in _dags(view):
        with_depends = any(call.data.get("depends") for call in tasks.values())
        for call in tasks.values():
            if with_depends and call.data.get("dependencies"):
                message = "`depends` and `dependencies` cannot be mixed in one DAG"
                yield Finding("invalid-depends", message, (*call.path, "dependencies"), key=True)
            if with_depends and call.data.get("continueOn"):
                message = "`continueOn` cannot stand beside `depends`; write `TASK.Failed` or `TASK.Errored` there"
                yield Finding("invalid-depends", message, (*call.path, "continueOn"), key=True)
            yield from _dependencies(call, tasks)
            yield from _depends(call, tasks)


def _dependencies(call: Call, tasks: dict[str, Call]) -> Iterator[Finding]:
    for index, name in enumerate(call.data.get("dependencies") or []):
        if name not in tasks:
            path = (*call.path, "dependencies", index)
            yield Finding("unknown-task", f"there is no task `{name}`", path, did_you_mean(str(name), tasks))


def _depends(call: Call, tasks: dict[str, Call]) -> Iterator[Finding]:
    text = call.data.get("depends")
    if not text:
        return
    path = (*call.path, "depends")
    try:
        condition = parse_depends(text)
    except DependsError as error:
        yield Finding("invalid-depends", f"`depends` cannot be read: {error}", path, part=(error.start, error.end))
        return
    for term in terms(condition):
        yield from _term(term, path, tasks)


def _term(term: Term, path: Path, tasks: dict[str, Call]) -> Iterator[Finding]:
    start = term.start + len(term.task) + 1
    if term.task not in tasks:
        part = (term.start, term.start + len(term.task))
        hint = did_you_mean(term.task, tasks)
        yield Finding("unknown-task", f"there is no task `{term.task}`", path, hint, part=part)
    elif term.result and term.result not in RESULTS:
        message = f"a task has no result `{term.result}`"
        notes = (f"the results are {', '.join(RESULTS)}",)
        hint = did_you_mean(term.result, RESULTS)
        yield Finding("invalid-depends", message, path, hint, part=(start, term.end), notes=notes)
    elif term.result in LOOP_RESULTS and not any(tasks[term.task].data.get(key) for key in _LOOPS):
        message = f"`{term.result}` is for loops, and task `{term.task}` is none"
        yield Finding("invalid-depends", message, path, part=(start, term.end))


def digits(view: View) -> Iterator[Finding]:
    """Where tasks depend on each other, their names begin with a letter."""
    for _, tasks in _dags(view):
        with_depends = any(call.data.get("depends") for call in tasks.values())
        for name, call in tasks.items():
            if name and name[:1].isdigit() and (with_depends or call.data.get("dependencies")):
                message = f"`{name}` begins with a digit, which `depends` and `dependencies` cannot name"
                yield Finding("invalid-name", message, (*call.path, "name"))


def targets(view: View) -> Iterator[Finding]:
    """The targets of a DAG are tasks of it."""
    for template, tasks in _dags(view):
        target = template.data["dag"].get("target") or ""
        for name in target.split() if "{{" not in target else []:
            if name not in tasks:
                at = target.index(name)
                path = (*template.path, "dag", "target")
                hint = did_you_mean(name, tasks)
                yield Finding("unknown-task", f"there is no task `{name}`", path, hint, part=(at, at + len(name)))


def _needs(call: Call) -> list[str]:
    if call.data.get("dependencies"):
        return list(call.data["dependencies"])
    condition: Condition | None = None
    try:
        condition = parse_depends(call.data["depends"]) if call.data.get("depends") else None
    except DependsError:
        return []
    return list(dict.fromkeys(term.task for term in terms(condition)))


def ancestors(calls: dict[str, Call]) -> dict[str, set[str]]:
    """Return for each task of a DAG all those that it waits for, near and far."""
    needs = {name: [need for need in _needs(call) if need in calls] for name, call in calls.items()}
    found: dict[str, set[str]] = {}
    for start, first in needs.items():
        seen: set[str] = set()
        queue = list(first)
        while queue:
            name = queue.pop()
            if name in found:
                seen |= {name, *found[name]}
            elif name not in seen:
                seen.add(name)
                queue.extend(needs[name])
        found[start] = seen
    return found


def cycles(view: View) -> Iterator[Finding]:
    """No task waits for itself, near or far."""
    for _, tasks in _dags(view):
        needs = {name: [need for need in _needs(call) if need in tasks] for name, call in tasks.items()}
        for circle in circles(needs):
            shown = " -> ".join(f"`{name}`" for name in (*circle, circle[0]))
            first = tasks[circle[0]]
            places = [tasks[name] for name in circle[1:]]
            related = tuple((_place(call), "and this one") for call in places)
            yield Finding("cycle", f"tasks wait for each other: {shown}", _place(first), related=related)


def _place(call: Call) -> Path:
    return (*call.path, "depends" if call.data.get("depends") else "dependencies")


def circles(needs: dict[str, list[str]]) -> Iterator[list[str]]:
    """Return circles, each task in one at most."""
    done: set[str] = set()
    for start, first in needs.items():
        if start in done:
            continue
        path, waiting = {start: None}, [(start, iter(first))]
        while waiting:
            name, rest = waiting[-1]
            need = next((item for item in rest if item not in done), None)
            if need is None:
                waiting.pop()
                path.pop(name)
                done.add(name)
            elif need in path:
                names = list(path)
                yield names[names.index(need) :]
            else:
                path[need] = None
                waiting.append((need, iter(needs[need])))
