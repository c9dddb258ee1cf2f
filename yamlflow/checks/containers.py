"""Sidecars and init containers: what Argo and Kubernetes would refuse of them."""

import re
from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import place

_RESERVED = ("init", "main", "supervisor", "wait")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_KINDS = ("container", "containerSet", "dag", "data", "http", "plugin", "resource", "script", "steps", "suspend")


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each wrong container beside that of a task, and each patch that makes a template two things."""
    for task in all_tasks(pipeline):
        seen: set[str] = set()
        for key in ("init", "sidecars"):
            node = task.options.shaped.get(key)
            for item in node.items if isinstance(node, Sequence) else ():
                if isinstance(item, Mapping):
                    yield from _container(item, seen)
        patch = task.options.shaped.get("argo")
        own = "script" if task.script is not None else "container" if task.component is not None else ""
        if own and isinstance(patch, Mapping) and not _taken_away(patch, own):
            for kind in _KINDS:
                if kind in patch and kind != own:
                    message = f"task `{task.name}` is a `{own}` already: a template of Argo is one thing"
                    yield Diagnostic(
                        "several-kinds", "error", message, patch.key_span(kind), f"or take it away: `{own}: null`"
                    )


def _taken_away(patch: Mapping, kind: str) -> bool:
    """Whether a patch says `container: null`, so that another kind can take its place."""
    return kind in patch and patch.data()[kind] is None


def _container(node: Mapping, seen: set[str]) -> Iterator[Diagnostic]:
    for key in ("name", "image"):
        if not _text(node.get(key)):
            yield Diagnostic("missing-key", "error", f"a container needs the key `{key}`", place(node))
    name = node.get("name")
    if not isinstance(name, Scalar) or not name.value:
        return
    if name.value in _RESERVED or name.value.startswith("artifact-plugin-"):
        message = f"`{name.value}` is the name of a container of Argo's own"
        yield Diagnostic("invalid-name", "error", message, place(name), "choose another one")
    elif not _NAME.fullmatch(name.value):
        message = f"`{name.value}` cannot name a container: a-z, 0-9 and `-`, at most 63"
        yield Diagnostic("invalid-name", "error", message, place(name))
    elif name.value in seen:
        yield Diagnostic("duplicate-name", "error", f"a second container is named `{name.value}`", place(name))
    seen.add(name.value)


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) else ""
