"""What names mean at a place of a manifest."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from yamlflow.app.importing.values import Code, Input, Location, Parts, UnknownTagError, in_code, in_text, member
from yamlflow.argo.tags import Tag, split_tags
from yamlflow.expressions import Expr, parse, print_expr, references, rewrite
from yamlflow.expressions.tree import path as steps_of

_WORKFLOW = frozenset(
    {"name", "namespace", "uid", "serviceAccountName", "status", "failures", "duration", "creationTimestamp"}
)
_ROOTS = frozenset({"inputs", "tasks", "steps", "workflow", "item", "retries", "pod", "lastRetry", "outputs", "node"})
_UNCOMPUTED = "workflow.creationTimestamp"
POD = {"pod.name": "pod.name", "retries": "retry.attempt"}
"""What only a running pod knows."""
_STATUS = frozenset({"status", "exitCode", "startedAt", "finishedAt", "id", "ip"})


class Called(NamedTuple):
    """A task that can be referred to: what it and its outputs (`parameters.x`, `result`) are called in the pipeline.

    A condition may skip it if it is `skippable`; `defaults` of its parameters hold then. One that is `forgiven` when it
    fails has a status and outputs alone.
    """

    name: str
    outputs: Mapping[str, str]
    skippable: bool = False
    forgiven: bool = False
    defaults: Mapping[str, str] = {}


class Scope(NamedTuple):
    """`inputs` by `parameters.x` and `artifacts.x`; `tasks` by their names in the manifest; `taken` names around.

    What a pod knows of itself is known unless `in_pod` is false.
    """

    inputs: Mapping[str, Parts]
    tasks: Mapping[str, Called]
    taken: frozenset[str] = frozenset()
    loop: str = ""
    loops: int = 0
    in_pod: bool = True

    def names(self, name: str) -> Parts:
        """Return what a name such as `inputs.parameters.x` means."""
        root, _, rest = name.partition(".")
        if root == "inputs" and rest in self.inputs:
            return self.inputs[rest]
        if root in ("tasks", "steps"):
            return (Code(self._task(name, rest)),)
        if root == "workflow":
            return (Code(workflow_name(name, rest)),)
        if name in POD and self.in_pod:
            return (Code(POD[name]),)
        if root == "item" and self.loop:
            return (Code(member(self.loop, rest) if rest else self.loop),)
        raise UnknownTagError(name)

    def absent(self, tag: str, default: object) -> str | None:
        """Return what Argo takes for a parameter whose task was skipped: its own default, else that of who wants it."""
        _, _, rest = tag.partition(".")
        for known, called in self.tasks.items():
            if called.skippable and rest.startswith(f"{known}.outputs.parameters."):
                own = called.defaults.get(rest.rpartition(".")[2])
                return own if own is not None else None if default is None else plain(default)
        return None

    def _task(self, name: str, rest: str) -> str:
        for known, called in self.tasks.items():
            if not rest.startswith(f"{known}."):
                continue
            field = rest[len(known) + 1 :]
            if field in _STATUS and (field == "status" or not called.forgiven):
                return f"{member('tasks', called.name)}.{field}"
            output = called.outputs.get(field.removeprefix("outputs."))
            if field.startswith("outputs.") and output is not None:
                return member(f"{member('tasks', called.name)}.outputs", output)
        raise UnknownTagError(name)


def workflow_name(name: str, rest: str) -> str:
    """Return the expression for a field of the workflow."""
    if rest.startswith("parameters.") and rest != "parameters.json":
        return member("inputs", rest.removeprefix("parameters."))
    kind, _, key = rest.partition(".")
    if kind in ("labels", "annotations") and key:
        return member(f"workflow.{kind}", key)
    if rest in _WORKFLOW:
        return name
    raise UnknownTagError(name)


Resolve = Callable[[str], Parts]


def read(text: object, names: Resolve, expression: Callable[[str], Parts] | None = None) -> Parts:
    """Return a text with its tags resolved; `expression` makes something of `{{=...}}`."""
    parts: list[str | Code | Input | Location] = []
    for part in split_tags(plain(text)):
        if isinstance(part, str) or not is_ours(part):
            found: Parts = (part if isinstance(part, str) else part.source,)
        elif part.expression is not None:
            found = expression(part.expression) if expression else (Code(translate(part.expression, names)),)
        else:
            found = names(_tag_name(part))
        for item in found:
            if isinstance(item, str) and parts and isinstance(parts[-1], str):
                parts[-1] += item
            elif item != "":
                parts.append(item)
    return tuple(parts)


def filled(value: Any, names: Resolve) -> Any:  # noqa: ANN401 - parts of manifests
    """Return a tree with the tags in all its texts resolved."""
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    return in_text(read(value, names)) if isinstance(value, str) else value


def plain(value: object) -> str:
    """Return a scalar of a manifest as the text that Argo makes of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value)
    return "" if value is None else str(value)


def has_tag(value: Any) -> bool:  # noqa: ANN401 - parts of manifests
    """Whether a tag stands in a text, or anywhere in a tree."""
    if isinstance(value, dict):
        return any(map(has_tag, value.values()))
    if isinstance(value, list):
        return any(map(has_tag, value))
    return isinstance(value, str) and any(is_ours(part) for part in split_tags(value))


def is_ours(part: str | Tag) -> bool:
    """Whether a part of a text is a tag that Argo replaces."""
    if isinstance(part, str):
        return False
    return part.expression is not None or _tag_name(part).partition(".")[0] in _ROOTS


def _tag_name(tag: Tag) -> str:
    if any(not isinstance(part, str) for part in tag.name):
        raise UnknownTagError(tag.source)
    return "".join(map(str, tag.name)).strip()


def translate(text: str, names: Resolve) -> str:
    """Return an expression of Argo as one of a pipeline."""
    expr, problems = parse(text)
    if expr is None or problems:
        raise UnknownTagError(text)
    found: dict[int, Expr] = {}
    for node, steps in references(expr, _ROOTS):
        if node is not expr and ".".join(step.name for step in steps) == _UNCOMPUTED:
            raise UnknownTagError(text)
        new, _ = parse(in_code(names(".".join(step.name for step in steps))))
        assert new is not None
        found[id(node)] = new
    return print_expr(rewrite(expr, lambda node: found.get(id(node)) if steps_of(node) else None))
