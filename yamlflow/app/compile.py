"""From a file to findings and to a manifest: what `validate`, `render` and `run` share."""

import os
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from yamlflow.app.discover import is_object, kind_of, looks_like_ours
from yamlflow.app.layer import NO_LAYER, Layer
from yamlflow.app.parameters import Parameters
from yamlflow.app.severities import settle
from yamlflow.app.workspace import Workspace
from yamlflow.argo.versions import NEWEST
from yamlflow.diagnostics import Diagnostic, Related, Sink
from yamlflow.project.places import FILE
from yamlflow.source import Mapping, Node, read_documents, read_source
from yamlflow.source.collecting import NoCollection
from yamlflow.source.fields import place
from yamlflow.source.files import load_text
from yamlflow.targets.protocol import Along
from yamlflow.templating import is_template

if TYPE_CHECKING:
    from yamlflow.pipeline import Pipeline

_OF_ITS_OWN = "put it into a file of its own"
PACKAGE = "package"
"""A Workflow whose inputs may be left open: Kubeflow Pipelines asks for them."""

_OF_ARGO = ("argo:", "artifact:", "artifacts:", "init:", "metrics:", "sidecars:")
COMPARED = "compared"
_OPEN = {PACKAGE: "Workflow", COMPARED: ""}
_EXPECTED = "a pipeline has `tasks`, a component `implementation`, an Argo manifest `apiVersion`"


_Made = tuple[Callable[[], dict[str, Any]], "Pipeline | Mapping"]


class Compiled(NamedTuple):
    """The manifests of a file, none when there are errors; what is wrong with it; all files that it depends on.

    The files are named as they were opened. `along` is what else the file holds, for the runs of its manifests.
    `origins` are what the manifests were made of: pipelines, or the nodes of those that were written as they are.
    """

    manifests: tuple[dict[str, Any], ...]
    diagnostics: list[Diagnostic]
    files: frozenset[str] = frozenset()
    along: Along = Along()
    origins: tuple["Pipeline | Mapping", ...] = ()

    @property
    def manifest(self) -> dict[str, Any] | None:
        """The manifest, or the first one."""
        return self.manifests[0] if self.manifests else None


def validate_file(path: str, workspace: Workspace, sink: Sink, *, given: bool) -> bool:
    """Check one file and tell whether it is ours; a file that was `given` must be. All files that count are noted."""
    if os.path.basename(path) == FILE:
        from yamlflow.app.projects import check_project

        check_project(path, sink, workspace.shared(path, Sink()).store, workspace.draft(path))
        return True
    found = Sink()
    source = workspace.source(path, found)
    if source is None:
        template = load_text(path, Sink()) if is_template(path) else None
        ours = given or (template is not None and looks_like_ours(template.text))
        if ours:
            sink.take(found)
        sink.files |= found.files
        return ours
    nodes = read_documents(source, found)
    kinds = [kind_of(node) for node in nodes]
    if not given and not any(kinds) and not (found.failed and looks_like_ours(source.text)):
        sink.files |= found.files
        return False
    for node, kind in zip(nodes, kinds, strict=True):
        if not kind:
            if not (any(kinds) and is_object(node)):
                _refuse(node, path, found)
            continue
        if kind == "component" and len(nodes) > 1:
            found.error("several-documents", "a component is one document", place(node), _OF_ITS_OWN)
        _validate_node(node, kind, path, workspace, found)
    sink.take(found)
    return True


def _validate_node(node: Node, kind: str, path: str, workspace: Workspace, sink: Sink) -> None:
    assert isinstance(node, Mapping)
    if kind == "pipeline":
        with NoCollection():
            load_pipeline(node, path, workspace, sink)
    elif kind == "component":
        load_component(node, path, workspace, sink)
    else:
        from yamlflow.argo.check import check

        check(node, sink, workspace.argo)


def _refuse(node: Node, path: str, sink: Sink) -> None:
    from yamlflow.source.fields import kind_name

    what = "a mapping without the keys of any" if isinstance(node, Mapping) else kind_name(node)
    message = f"this is no pipeline, component or Argo manifest, but {what}"
    sink.error("unknown-file", message, place(node), notes=(_EXPECTED,), path=path)


def load_pipeline(node: Mapping, path: str, workspace: Workspace, sink: Sink) -> "Pipeline":
    """Parse, link and check a pipeline, and those that it calls."""
    from yamlflow.pipeline import parse_pipeline

    return _checked(parse_pipeline(node, path, sink, workspace.shared(path, sink)), path, workspace, sink)


def load_component(
    node: Mapping, path: str, workspace: Workspace, sink: Sink, given: Collection[str] | None = None
) -> "Pipeline | None":
    """Check a component; return the pipeline of one that is made of others.

    Of its optional inputs those count as present that are `given`; all of them, when it is not said.
    """
    from yamlflow.components import Origin, parse_spec

    component = parse_spec(node, Origin(path, 1, path), sink)
    if component is None or component.graph is None:
        return None
    from yamlflow.pipeline.graph_component import graph_pipeline

    optional = {item.name for item in component.inputs if item.optional and item.default is None}
    absent = frozenset[str]() if given is None else frozenset(optional - set(given))
    return _checked(graph_pipeline(component, absent, workspace.shared(path, sink), sink), path, workspace, sink)


def _checked(pipeline: "Pipeline", path: str, workspace: Workspace, sink: Sink) -> "Pipeline":
    from yamlflow.checks import Checks
    from yamlflow.pipeline import link

    checks = Checks(pipeline, workspace.shellcheck(path))
    link(pipeline, sink)
    checks.run(sink)
    if not sink.failed and (_speaks_argo(pipeline) or workspace.argo != NEWEST):
        from yamlflow.app.patched import check_patched

        check_patched(pipeline, workspace.argo, sink)
    return pipeline


def _speaks_argo(pipeline: "Pipeline") -> bool:
    """Whether a pipeline, or one that it calls, may say something in Argo's own form."""
    from yamlflow.pipeline.called import with_called

    pipelines = list(with_called(pipeline))
    given = any(one.defaults.options.shaped for one in pipelines)
    return given or any(word in one.node.span.source.text for one in pipelines for word in _OF_ARGO)


def load_file(path: str, layer: Layer = NO_LAYER) -> tuple["Pipeline | None", list[Diagnostic]]:
    """Return a pipeline, None when there are errors, and all that is wrong with it."""
    workspace, sink = Workspace(layer), Sink()
    with NoCollection():
        source = workspace.source(path, sink)
        node = read_source(source, sink) if source is not None else None
        pipeline = None
        if isinstance(node, Mapping) and kind_of(node) == "pipeline":
            pipeline = load_pipeline(node, path, workspace, sink)
        elif node is not None:
            sink.error("unknown-file", "this is no pipeline", node.span, notes=(_EXPECTED,))
    settle(path, sink, workspace)
    return None if sink.failed else pipeline, sink.sorted()


def compile_file(
    path: str, parameters: Parameters, layer: Layer = NO_LAYER, kind: str = "Workflow", *, several: bool = False
) -> Compiled:
    """Return the manifest of a pipeline or Argo manifest with its run parameters, and all that is wrong with it.

    `kind` is what a pipeline becomes; with "" a schedule makes it a CronWorkflow. `several` documents give several
    manifests; else more than one is an error.
    """
    with NoCollection():
        return _compile(path, parameters, Workspace(layer), Sink(), kind, several)


def _compile(path: str, parameters: Parameters, workspace: Workspace, sink: Sink, kind: str, several: bool) -> Compiled:
    source = workspace.source(path, sink)
    nodes = read_documents(source, sink) if source is not None else []
    along = Along()
    if len(nodes) > 1:
        from yamlflow.app.along import split_off

        to_run, along = split_off(nodes, sink)
        nodes = to_run or [node for node in nodes if kind_of(node)] or nodes
    if len(nodes) > 1 and not several:
        related = (Related(place(nodes[0]), "the first document is here"),)
        message = "one document is expected, and this is another"
        sink.error("several-documents", message, place(nodes[1]), _OF_ITS_OWN, related=related)
    found = [_made_of(node, path, parameters, workspace, sink, kind) for node in nodes]
    settle(path, sink, workspace)
    made = [(make(), origin) for make, origin in filter(None, found)] if not sink.failed else []
    manifests, origins = (tuple(listed) for listed in zip(*made, strict=True)) if made else ((), ())
    return Compiled(manifests, sink.sorted(), frozenset(sink.files), along, origins)


def _made_of(
    node: Node, path: str, parameters: Parameters, workspace: Workspace, sink: Sink, wanted: str
) -> "_Made | None":
    """Check a file; return what makes its manifest, if it is of a kind that has one, and what that is made of."""
    kind = kind_of(node)
    if kind in ("pipeline", "component") and isinstance(node, Mapping):
        return _of_pipeline(node, path, parameters, workspace, sink, wanted)
    if kind == "argo" and isinstance(node, Mapping):
        from yamlflow.app.manifests import compile_manifest

        manifest = compile_manifest(node, parameters, workspace.argo, sink, to_run=wanted not in ("", COMPARED))
        return None if manifest is None else (lambda: manifest, node)
    _refuse(node, path, sink)
    return None


def _of_pipeline(
    node: Mapping, path: str, parameters: Parameters, workspace: Workspace, sink: Sink, wanted: str
) -> "_Made | None":
    from yamlflow.app.run_parameters import check_parameters

    if "implementation" not in node:
        pipeline = load_pipeline(node, path, workspace, sink)
    else:
        made = load_component(node, path, workspace, sink, parameters)
        if made is None:
            if not sink.failed:
                hint = "use it in a pipeline: `tasks: {NAME: {component: ./FILE}}`"
                sink.error("unknown-file", "a component cannot run on its own", node.span, hint)
            return None
        pipeline = made
    given = check_parameters(pipeline, parameters, sink, open_ended=wanted in _OPEN or wanted.endswith("Template"))
    return lambda: _render(pipeline, given, _OPEN.get(wanted, wanted)), pipeline


def _render(pipeline: "Pipeline", parameters: dict[str, str], kind: str) -> dict[str, Any]:
    from yamlflow.render import render

    return render(pipeline, parameters, kind)
