"""The places in a pipeline of what is refused of its manifest, by Argo or by what is to run it."""

from collections.abc import Callable, Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.versions import NEWEST, find_newer
from yamlflow.components import sanitize
from yamlflow.diagnostics import Related, Sink, Span
from yamlflow.pipeline import Pipeline
from yamlflow.pipeline.artifacts import artifact_of
from yamlflow.pipeline.called import with_called
from yamlflow.pipeline.defaults import ITEM_NAMES
from yamlflow.pipeline.model import Body, Task
from yamlflow.pipeline.shapes import Shaped
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import place

_NOTE = "so would Argo refuse the manifest that this gives"
_OPTIONS = {"podSpecPatch": "pod", "script": "run"}
"""Options whose name is another one than that of what they become."""

_FIELDS: dict[str, Path] = {
    "argo": (),
    "init": ("initContainers",),
    "metrics": ("metrics", "prometheus"),
    "sidecars": ("sidecars",),
}
"""Options in Argo's own form, and where they stand in a template or spec."""


def check_patched(pipeline: Pipeline, version: str, sink: Sink) -> None:
    """Report what a version of Argo refuses of the manifest of a right pipeline.

    Only what the pipeline says in Argo's own form, and what an older version does not know, can be wrong with it.
    """
    patches = list(_patches(pipeline))
    if not patches and version == NEWEST:
        return
    from yamlflow.argo.problems import find_problems
    from yamlflow.render import render_owned

    manifest, owners = render_owned(pipeline)
    for found in (find_problems(manifest) if patches else []) or find_newer(manifest, version):
        span = _place(found, manifest, pipeline, owners)
        if found.code == "newer-argo":
            sink.error(found.code, found.message, span or place(pipeline.node), found.hint)
            continue
        related: tuple[Related, ...] = ()
        if span is None:
            span = patches[0]
            related = tuple(Related(other, "this may be why, too") for other in patches[1:])
        sink.error(found.code, found.message, span, found.hint, notes=(*found.notes, _NOTE), related=related)


def places_in(pipeline: Pipeline) -> Callable[[Finding], Span | None]:
    """Return what finds the place in a right pipeline of what is refused of its manifest."""
    from yamlflow.render import render_owned

    manifest, owners = render_owned(pipeline)
    return lambda found: _place_in(found, manifest, pipeline, owners)


def _place_in(
    found: Finding, manifest: dict[str, Any], pipeline: Pipeline, owners: dict[str, Task | Body]
) -> Span | None:
    """Return the place of an option, else of the name of a task."""
    span = _place(found, manifest, pipeline, owners)
    if span is not None:
        return span
    node = pipeline.node
    if found.path[:2] == ("spec", "templates") and len(found.path) > 2:
        owner = owners.get(str(_within(manifest, (*found.path[:3], "name"))))
        task = owner.owner if isinstance(owner, Body) else owner
        node, span = (task.node, task.span) if task is not None else (node, None)
    named = (_OPTIONS.get(str(step), str(step)) for step in reversed(found.path))
    return next((node.key_span(name) for name in named if name in node), span)


def _patches(pipeline: Pipeline) -> Iterator[Span]:
    """Yield the places of all that stands in Argo's own form, patches first."""
    shaped = [(pipeline.run.shaped, pipeline.node)]
    artifacts: list[Span] = []
    for one in with_called(pipeline):
        for body in one.bodies():
            for task in body.all_tasks():
                shaped.append((task.options.shaped, task.node))
                artifacts += [span for span, value in task.arguments.values() if artifact_of(value) is not None]
                artifacts += [span for span, _ in task.destinations.values()]
    given = [(key, own, node) for own, node in shaped for key in _FIELDS if key in own]
    spans = [node.key_span(key) if key in node else place(own[key]) for key, own, node in given]
    yield from dict.fromkeys([*spans, *artifacts])


def _place(found: Finding, manifest: dict[str, Any], pipeline: Pipeline, owners: dict[str, Task | Body]) -> Span | None:
    """Return the place in the pipeline that brought a finding, None if it cannot be told."""
    spec, path = manifest["spec"], found.path[1:]
    own = pipeline.run.shaped
    number = path[1] if path[:1] == ("templates",) and len(path) > 1 else None
    if not isinstance(number, int):
        return _in_options(own, spec, path, found) or _of_locks(pipeline.node, path) or _patch(own, pipeline.node)
    if "argo" in own:
        depth, span = _follow(own["argo"], spec, path, found)
        if depth > 1:
            return span
    return _in_template(spec["templates"][number], path[2:], found, owners)


def _in_template(template: dict[str, Any], path: Path, found: Finding, owners: dict[str, Task | Body]) -> Span | None:
    owner = owners.get(str(template.get("name")))
    task = owner.owner if isinstance(owner, Body) else owner
    span = _in_options(task.options.shaped, template, path, found) if task is not None else None
    if span is None and task is not None:
        span = _of_locks(task.node, path)
    if span is None and task is owner and task is not None:
        places = {name: value.node for name, (_, value) in task.destinations.items()}
        span = _in_artifact(places, template, ("outputs", "artifacts"), path, found)
    if span is None and isinstance(owner, Body) and path[:2] == ("dag", "tasks") and len(path) > 2:
        call = template["dag"]["tasks"][path[2]]
        called, member = owners.get(str(call.get("template"))), owner.tasks.get(str(call.get("name")))
        given = ((name, artifact_of(value)) for name, (_, value) in (member.arguments if member else {}).items())
        sources: dict[str, Node] = {name: node for name, node in given if node is not None}
        span = _in_artifact(sources, call, ("arguments", "artifacts"), path[3:], found)
        if span is None and isinstance(called, Task) and path[3:] == ("name",):
            span = _patch(called.options.shaped, called.node)
    return span or (_patch(task.options.shaped, task.node) if task is not None else None)


def _of_locks(node: Mapping, path: Path) -> Span | None:
    """Return the place of the locks of a task or pipeline, if a path is in them."""
    key = (
        {"mutexes": "mutex", "semaphores": "semaphore"}.get(str(path[1])) if path[:1] == ("synchronization",) else None
    )
    return node.key_span(key) if key and key in node else None


def _in_artifact(nodes: dict[str, Node], data: dict[str, Any], start: Path, path: Path, found: Finding) -> Span | None:
    """Return the place of a path in what says where a file comes from or goes to; these stand in a list at `start`."""
    depth = len(start) + 1
    if path[: len(start)] != start or len(path) < depth:
        return None
    item = _within(data, path[:depth])
    name = _within(item, ("name",))
    node = next((node for known, node in nodes.items() if sanitize(known) == name), None)
    return _follow(node, item, path[depth:], found)[1] if node is not None else None


def _in_options(shaped: Shaped, data: object, path: Path, found: Finding) -> Span | None:
    """Return the place of a path of a template or spec in the options that are merged into it."""
    for key, start in _FIELDS.items():
        if key in shaped and path[: len(start)] == start and (inside := _within(data, start)) is not None:
            depth, span = _follow(shaped[key], inside, path[len(start) :], found)
            if depth:
                return span
    return None


def _patch(shaped: Shaped, node: Mapping) -> Span | None:
    """Return the place of a patch as a whole."""
    if "argo" not in shaped:
        return None
    return node.key_span("argo") if "argo" in node else place(shaped["argo"])


def _within(data: object, path: Path) -> object:
    for step in path:
        if isinstance(data, list) and isinstance(step, int):
            data = data[step]
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def _follow(node: Node, data: object, path: Path, found: Finding) -> tuple[int, Span]:
    """Return how many steps of a path a patch goes along with what it was merged into, and the place at the end."""
    span = place(node)
    for depth, step in enumerate(path):
        child = _child(node, data, step)
        if child is None:
            return depth, span
        is_last = depth == len(path) - 1
        if isinstance(node, Mapping) and (not isinstance(child, Scalar) or (is_last and found.key)):
            span = node.key_span(str(step))
        else:
            span = place(child)
        node, data = child, _within(data, (step,))
    return len(path), span


def _child(node: Node, data: object, step: str | int) -> Node | None:
    """Return the part of a patch that belongs to a part of what it was merged into: items are told by their names."""
    if isinstance(node, Mapping) and isinstance(step, str) and isinstance(data, dict) and step in data:
        return node.get(step)
    if not isinstance(node, Sequence) or not isinstance(step, int) or not isinstance(data, list):
        return None
    item = data[step]
    for name in ITEM_NAMES:
        if isinstance(item, dict) and name in item:
            same = (one for one in node.items if isinstance(one, Mapping) and _text(one.get(name)) == item[name])
            return next(same, None)
    return node.items[step] if step < len(node.items) else None


def _text(node: Node | None) -> object:
    return node.data() if node is not None else None
