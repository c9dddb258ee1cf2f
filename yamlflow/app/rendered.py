"""Manifests that are kept beside their pipelines: `NAME.rendered.yaml` beside `NAME.yaml` or `NAME.yaml.j2`.

`NAME.PROFILE.rendered.yaml` is the one of a profile.
"""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from yamlflow.app.compile import Compiled
from yamlflow.app.errors import reason
from yamlflow.app.folders import yaml_files
from yamlflow.app.output import dump_all
from yamlflow.diagnostics import Diagnostic

_ENDING = ".rendered.yaml"
_SOURCES = (".yaml", ".yml", ".yaml.j2", ".yml.j2")
_COPIES = "pipelines.kubeflow.org/"
_AROUND, _SHOWN = 2, 12

Compile = Callable[[str, str], Compiled]
"""Compiles a file with the values of a profile."""


class Kept(NamedTuple):
    """A manifest that is kept beside its pipeline."""

    path: str
    source: str
    profile: str
    diagnostics: list[Diagnostic]
    """What is wrong with the pipeline."""
    problem: str
    """Why the manifest is not as it should be; "" when it is."""
    difference: list[str]
    """The first lines that differ, as `diff` prints them."""


def place_beside(source: str, profile: str) -> str:
    """Return where the manifest of a pipeline is kept."""
    base = os.path.splitext(source.removesuffix(".j2"))[0]
    return f"{base}.{profile}{_ENDING}" if profile else base + _ENDING


def check_kept(paths: list[str], profile: str, compile_now: Compile) -> Iterator[Kept]:
    """Hold the manifests that are kept beside pipelines, and all in folders, against what is rendered now."""
    for path in paths:
        folder = os.path.isdir(path)
        found = 0
        for kept in yaml_files(path) if folder else _siblings(path):
            source, of = _origin(kept)
            if source and (folder or source == path) and profile in ("", of):
                compiled = compile_now(source, of)
                if not folder or not any(item.code == "unknown-file" for item in compiled.diagnostics):
                    found += 1
                    yield _held(kept, source, of, compiled)
        if not folder and not found:
            yield _held(place_beside(path, profile), path, profile, compile_now(path, profile))


def _siblings(path: str) -> list[str]:
    folder = os.path.dirname(path)
    try:
        return sorted(os.path.join(folder, name) for name in os.listdir(folder or "."))
    except OSError:
        return []


def _origin(kept: str) -> tuple[str, str]:
    """Return the pipeline and the profile of which a file is the manifest; "" when it is none."""
    if not kept.endswith(_ENDING):
        return "", ""
    name = kept.removesuffix(_ENDING)
    for base, profile in ((name, ""), os.path.splitext(name)):
        for ending in _SOURCES:
            if os.path.isfile(base + ending):
                return base + ending, profile[1:]
    return "", ""


def _held(path: str, source: str, profile: str, compiled: Compiled) -> Kept:
    kept = Kept(path, source, profile, compiled.diagnostics, "", [])
    if compiled.manifest is None:
        return kept._replace(problem=f"`{source}` cannot be rendered")
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            old = file.read()
    except FileNotFoundError:
        return kept._replace(problem="there is no such file")
    except OSError as error:
        return kept._replace(problem=reason(error))
    new = dump_all(compiled.manifests, "yaml")
    if old == new:
        return kept
    return kept._replace(problem=f"not what `{source}` renders to", difference=list(_difference(old, new)))


def _difference(old: str, new: str) -> Iterator[str]:
    """Yield the first lines that differ, as `diff` prints them."""
    from difflib import unified_diff
    from itertools import zip_longest

    had, has = _telling(old), _telling(new)
    if had == has:
        had, has = old.splitlines(), new.splitlines()
    start = next((at for at, pair in enumerate(zip_longest(had, has)) if pair[0] != pair[1]), 0)
    part = slice(max(start - _AROUND, 0), start + 2 * _SHOWN)
    for line in list(unified_diff(had[part], has[part], n=_AROUND, lineterm=""))[3 : 3 + _SHOWN]:
        if line.startswith("@@"):
            return
        yield line


def _telling(text: str) -> list[str]:
    """Return the lines of a manifest without the annotations that say once more, on one line, what stands below."""
    return [line for line in text.splitlines() if not line.lstrip().startswith(_COPIES)]
