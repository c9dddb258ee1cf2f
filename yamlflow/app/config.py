"""Every setting in force, with its value and where it came from."""

import os
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from yamlflow.app.layer import Layer
from yamlflow.app.workspace import Workspace
from yamlflow.diagnostics import Diagnostic, Sink, Span
from yamlflow.engine.home import default_home
from yamlflow.project.model import Project
from yamlflow.project.places import BUILT_IN, cache
from yamlflow.project.settings import Setting, container_engine, container_options, namespace, runner, target
from yamlflow.source import Mapping as MappingNode
from yamlflow.source import Node

HIDDEN = "***"
_SECRET = frozenset(
    (
        *("auth", "authorization", "credential", "credentials", "passphrase", "passwd", "password", "pwd"),
        *("secret", "secrets", "token", "tokens", "apikey", "accesskey", "privatekey", "secretkey"),
    )
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_LOGIN = re.compile(r"(://[^:/@\s]+):[^@/\s]+@")
_VARIABLES = ("ARGO_SERVER", "ARGO_TOKEN", "ARGO_SECURE", "ARGO_INSECURE_SKIP_VERIFY", "ARGO_BASE_HREF")


class Row(NamedTuple):
    """A setting, its value and its origin; the file and the line if it stands in one."""

    setting: str
    value: Any
    origin: str
    file: str = ""
    line: int = 0


class Flags(NamedTuple):
    """What the command line says."""

    namespace: str | None
    target: str | None
    layer: Layer


def settings_in_force(folder: str, flags: Flags) -> tuple[list[Row], list[Diagnostic]]:
    """Return the settings that hold for the files of a folder, and what is wrong in the files that say so."""
    sink = Sink()
    workspace = Workspace(flags.layer)
    beside = os.path.join(folder, "pipeline.yaml.j2")
    project = workspace.project(beside, sink)
    rows = [*_general(project, flags), *_of_project(project), *_values(workspace, beside, project, flags.layer, sink)]
    return rows, sink.sorted()


def _general(project: Project | None, flags: Flags) -> Iterator[Row]:
    env = flags.layer.env
    path = project.path if project is not None else None
    yield Row("project", path, "found upwards" if path else "there is none")
    yield Row("profile", flags.layer.profile or None, "--profile" if flags.layer.profile else "not chosen")
    yield _row("target", target(flags.target, env, project))
    yield _row("namespace", namespace(flags.namespace, env, project))
    yield _row("runner", runner(None, env, project))
    for name, setting in (
        ("containerEngine", container_engine(env, project)),
        ("containerOptions", container_options(env, project)),
    ):
        if setting.value:
            yield _row(name, setting)
    given = next((name for name in ("YAMLFLOW_HOME", "XDG_STATE_HOME") if env.get(name)), BUILT_IN)
    yield Row("home", default_home(env), given)
    yield _row("cache", Setting(*cache(env, path)))
    for name in _VARIABLES:
        if env.get(name):
            yield Row(name.lower().replace("_", ".", 1), _shown(name, env[name]), name)


def _row(name: str, setting: Setting) -> Row:
    return _placed(name, setting.value, setting.span) if setting.span else Row(name, setting.value, setting.origin)


def _placed(name: str, value: object, span: Span, note: str = "") -> Row:
    file, line = span.source.name, span.line
    return Row(name, value, f"{file}:{line}{f' ({note})' if note else ''}", file, line)


def _of_project(project: Project | None) -> Iterator[Row]:
    if project is None:
        return
    for number, pattern in enumerate(project.pipelines):
        yield _placed(f"pipelines[{number}]", pattern.value, pattern.span)
    for name, node in project.components.items():
        yield from _leaves(("components", name), node)
    for code, level in project.checks.items():
        yield _placed(f"checks.{code}", level, project.check_spans[code])
    if project.defaults is not None:
        yield from _leaves(("defaults",), project.defaults)


def _leaves(path: tuple[str, ...], node: Node) -> Iterator[Row]:
    if isinstance(node, MappingNode) and node.entries:
        for key, value in node:
            yield from _leaves((*path, key.value), value)
    else:
        yield _placed(path_text(path), _shown(path[-1], node.data()), node.alias or node.span)


def _values(workspace: Workspace, beside: str, project: Project | None, layer: Layer, sink: Sink) -> Iterator[Row]:
    from yamlflow.templating.placed import leaves
    from yamlflow.templating.values import parse_set_file

    files = {parse_set_file(pair)[1] for pair in layer.file_pairs}
    profiles = project.lineage(layer.profile) if project is not None else []
    for path, value, span in leaves(workspace.values(beside, sink)):
        name, shown = path_text(("values", *path)), _shown(" ".join(path), value)
        if span is None:
            yield Row(name, shown, "")
        elif span.source.name in files:
            yield Row(name, shown, f"--set-file {span.source.name}", span.source.name, 1)
        elif span.source.name.startswith("--"):
            yield Row(name, shown, span.source.name)
        else:
            inside = [item.name for item in profiles if item.values is not None and _holds(item.values.span, span)]
            yield _placed(name, shown, span, f"profile {inside[-1]}" if inside else "")


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start < outer.end


def path_text(path: tuple[str, ...]) -> str:
    """Return a path as `--set` takes it."""
    return ".".join(key.replace(".", "\\.") for key in path)


def _shown(name: str, value: Any) -> Any:  # noqa: ANN401  # plain data of any kind
    """Return a value without what is nobody's business."""
    words = [word.lower() for word in _WORD.findall(name)]
    if value not in (None, "") and (_SECRET.intersection(words) or _SECRET.intersection(map("".join, pairwise(words)))):
        return HIDDEN
    if isinstance(value, str):
        return _LOGIN.sub(rf"\1:{HIDDEN}@", value)
    if isinstance(value, Mapping):
        return {str(key): _shown(str(key), item) for key, item in value.items()}
    return [_shown(name, item) for item in value] if isinstance(value, list) else value
