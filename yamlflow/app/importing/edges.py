"""What a task waits for: by its data, and by words where data do not say it."""

import json
import re

from yamlflow.app.importing.calls import Call
from yamlflow.app.importing.scope import Scope
from yamlflow.app.importing.state import Import
from yamlflow.argo.view import Data
from yamlflow.expressions.depends import DependsError, Operation, Term, parse_depends

USED = re.compile(r"tasks(?:\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)|\['([^']+)'\])\.")


def write_edges(found: Import, call: Call, scope: Scope, previous: list[str], task: Data) -> None:
    """Write `after` or `depends` to a task."""
    names = {name: called.name for name, called in scope.tasks.items()}
    after = [*previous, *(names.get(str(item), str(item)) for item in call.data.get("dependencies") or [])]
    depends = str(call.data.get("depends") or "")
    if depends:
        try:
            plain = _plain(parse_depends(depends))
        except DependsError as error:
            found.refuse((*call.path, "depends"), str(error))
            return
        if plain is None:
            task["depends"] = _renamed(depends, names)
        else:
            after += [names.get(name, name) for name in plain]
    used = {one or other for one, other in USED.findall(json.dumps(task))}
    left = [name for name in dict.fromkeys(after) if name not in used]
    if left:
        task["after"] = left


def _plain(condition: Term | Operation) -> list[str] | None:
    """Return the tasks of a condition that only asks for several tasks in any of their good ends, else None."""
    if isinstance(condition, Term):
        return None if condition.result else [condition.task]
    if condition.sign != "&&":
        return None
    found: list[str] = []
    for operand in condition.operands:
        names = _plain(operand)
        if names is None:
            return None
        found += names
    return found


def _renamed(depends: str, names: dict[str, str]) -> str:
    return re.sub(
        r"(?<![\w.-])([A-Za-z0-9][-A-Za-z0-9_]*)", lambda match: names.get(match.group(1), match.group(1)), depends
    )
