"""Good pipelines with one mistake put in: each is found, on its line."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from yamlflow.app.compile import validate_file
from yamlflow.app.layer import Layer
from yamlflow.app.workspace import Workspace
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.pipeline import Pipeline, link, parse_pipeline
from yamlflow.source import Mapping, Node, Scalar, read_source
from yamlflow.source.removal import entry_removal

ROOT = Path(__file__).resolve().parent.parent.parent
_FOLDERS = ("tests/render/pairs", "tests/golden/validate", "examples")
_NAME = re.compile(r"(?<![\w.'])(?:inputs|tasks\.[\w-]+\.outputs|tasks)\.([A-Za-z_][\w-]*)")
_TAG = re.compile(r"\$\{\{(?:(?!\}\}).)*\}\}")


class Mutant(NamedTuple):
    """A text with a mistake, the lines where it may be told, and what was done."""

    text: str
    lines: tuple[int, ...]
    what: str


def _good() -> Iterator[Path]:
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            out = path.with_suffix(".out")
            text = path.read_text()
            if "rendered" in path.name or "parts" in path.parts or (out.exists() and "error[" in out.read_text()):
                continue
            if re.search(r"^tasks:", text, re.MULTILINE) and "apiVersion:" not in text:
                yield path


GOOD = list(_good())


@pytest.fixture(autouse=True)
def no_shellcheck(monkeypatch) -> None:
    """What these tests are about is found without it."""
    monkeypatch.setattr(sys, "executable", "")


def _errors(path: Path, text: str) -> list[tuple[int, str]]:
    sink = Sink()
    validate_file(str(path), Workspace(Layer(), {str(path): text}), sink, given=True)
    return [(item.line or 0, item.code) for item in sink.sorted() if item.severity == "error"]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _renamed(text: str) -> Iterator[Mutant]:
    """Change one name where an expression uses it."""
    for tag in _TAG.finditer(text):
        for name in _NAME.finditer(tag[0]):
            at = tag.start() + name.end(1)
            yield Mutant(f"{text[:at]}zz{text[at:]}", (_line(text, at),), f"{name[1]}zz")


def _dropped(pipeline: Pipeline, text: str) -> Iterator[Mutant]:
    """Drop one argument that is required."""
    for body in pipeline.bodies():
        for task in body.all_tasks():
            owner = task.node.get("arguments")
            if not isinstance(owner, Mapping) or owner.alias is not None or not _is_here(owner, pipeline):
                continue
            for name, port in (task.inputs or {}).items():
                part = entry_removal(owner, name) if port.required and name in owner else None
                if part is not None:
                    lines = (task.span.line, task.node.key_span("arguments").line)
                    yield Mutant(text[: part.start] + text[part.end :], lines, f"{task.name}: without {name}")


def _swapped(pipeline: Pipeline, text: str) -> Iterator[Mutant]:
    """Give a number, a truth or a list as a constant that is none."""
    for body in pipeline.bodies():
        for task in body.all_tasks():
            for name, (_, value) in task.arguments.items():
                type_ = (task.inputs or {}).get(name) and task.inputs[name].type
                node = value.node
                if type_ is None or not (type_.is_number or type_.name in ("Bool", "List", "JsonArray")):
                    continue
                if (
                    isinstance(node, Scalar)
                    and node.alias is None
                    and _is_here(node, pipeline)
                    and node.style not in "|>"
                ):
                    start, end = node.span.start, node.span.end
                    swapped = f'{text[:start]}"no such {type_.name}"{text[end:]}'
                    yield Mutant(swapped, (node.span.line,), f"{task.name}: {name} is no {type_.name}")


def _is_here(node: Node, pipeline: Pipeline) -> bool:
    return node.span.source is pipeline.node.span.source


def _mutants(path: Path) -> Iterator[Mutant]:
    text = path.read_text()
    yield from _renamed(text)
    sink = Sink()
    node = read_source(SourceText(str(path), text), sink)
    assert isinstance(node, Mapping)
    pipeline = parse_pipeline(node, str(path), sink)
    link(pipeline, sink)
    yield from _dropped(pipeline, text)
    yield from _swapped(pipeline, text)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_mutant_is_found(path) -> None:
    assert _errors(path, path.read_text()) == []
    missed = []
    for mutant in _mutants(path):
        found = _errors(path, mutant.text)
        if not any(line in mutant.lines for line, _ in found):
            missed.append((mutant.what, mutant.lines, found))
    assert missed == []


def test_there_are_many() -> None:
    assert sum(len(list(_mutants(path))) for path in GOOD) > 150
