"""Manifests that are kept beside their pipelines: `NAME.rendered.yaml` beside `NAME.yaml` or `NAME.yaml.j2`."""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from yamlflow.app.compile import Compiled
from yamlflow.app.errors import reason
from yamlflow.app.folders import yaml_files
from yamlflow.app.output import dump
from yamlflow.diagnostics import Diagnostic

ENDING = ".rendered.yaml"
_SOURCES = (".yaml", ".yml", ".yaml.j2", ".yml.j2")
_COPIES = "pipelines.kubeflow.org/"
_AROUND, _SHOWN = 2, 12


class Kept(NamedTuple):
    """A pipeline and the manifest beside it."""

    source: str
    path: str
    diagnostics: list[Diagnostic]
    """What is wrong with the pipeline."""
    problem: str
    """Why the manifest is not as it should be; "" when it is."""
    difference: list[str]
    """The first lines that differ, as `diff` prints them."""


def place_beside(source: str) -> str:
    """Return where the manifest of a pipeline is kept."""
    return os.path.splitext(source.removesuffix(".j2"))[0] + ENDING


def check_kept(paths: list[str], compile_now: Callable[[str], Compiled]) -> Iterator[Kept]:
    """Hold the manifests of pipelines, and all that are kept in folders, against what is rendered now."""
    for path in paths:
        if not os.path.isdir(path):
            yield _held(path, compile_now(path))
            continue
        for source in filter(None, map(_source, yaml_files(path))):
            compiled = compile_now(source)
            if not any(item.code == "unknown-file" for item in compiled.diagnostics):
                yield _held(source, compiled)


def _source(kept: str) -> str:
    """Return the pipeline whose manifest a file is, "" when it is none."""
    if not kept.endswith(ENDING):
        return ""
    base = kept.removesuffix(ENDING)
    return next((base + ending for ending in _SOURCES if os.path.isfile(base + ending)), "")


def _held(source: str, compiled: Compiled) -> Kept:
    path = place_beside(source)
    if compiled.manifest is None:
        return Kept(source, path, compiled.diagnostics, f"`{source}` cannot be rendered", [])
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            old = file.read()
    except FileNotFoundError:
        return Kept(source, path, compiled.diagnostics, "there is no such file", [])
    except OSError as error:
        return Kept(source, path, compiled.diagnostics, reason(error), [])
    new = dump(compiled.manifest, "yaml")
    if old == new:
        return Kept(source, path, compiled.diagnostics, "", [])
    return Kept(source, path, compiled.diagnostics, f"not what `{source}` renders to", list(_difference(old, new)))


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
