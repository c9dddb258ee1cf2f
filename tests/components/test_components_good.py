"""Components as the public writes them: each beside what it comes to. UPDATE_GOLDEN=1 rewrites."""

import os
from pathlib import Path

import pytest

from yamlflow.components import Component, Loader, resolve_command
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_source, write_yaml
from yamlflow.types import type_text

FOLDER = Path(__file__).resolve().parent / "good"
FILES = sorted(FOLDER.glob("*.yaml"))


def _load(path: Path) -> Component:
    sink = Sink()
    node = read_source(SourceText("pipeline.yaml", f"./{path.name}"), sink)
    assert node is not None
    component = Loader(sink).load(node, str(path.parent))
    assert [item for item in sink.items if item.code != "ambiguous-text"] == []
    assert component is not None
    return component


def _runs(component: Component, given: set[str]) -> dict[str, object]:
    constants = dict.fromkeys(given, "yes")
    found = resolve_command(component, given, lambda name: f"<{name}>", component.input_path, constants)
    return {"command": found.command, "args": found.args, "env": dict(found.env)}


def _shown(component: Component) -> str:
    inputs = {
        item.name: {
            "type": type_text(item.type),
            "default": item.default,
            "optional": item.optional,
            "as": sorted(component.consumes(item.name)),
        }
        for item in component.inputs
    }
    outputs = {
        item.name: {"type": type_text(item.type), "path": component.output_path(item.name)}
        for item in component.outputs
    }
    names = {item.name for item in component.inputs}
    optional = {item.name for item in component.inputs if item.optional}
    shown = {
        "name": component.name,
        "inputs": inputs,
        "outputs": outputs,
        "all given": _runs(component, names),
        "required given": _runs(component, names - optional),
    }
    return write_yaml(shown)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_good(path) -> None:
    shown = _shown(_load(path))
    golden = path.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown)
    assert shown == golden.read_text()


def test_digest_is_of_the_file_with_unix_line_ends(tmp_path) -> None:
    unix, windows = tmp_path / "unix.yaml", tmp_path / "windows.yaml"
    text = "name: A\nimplementation:\n  container: {image: 'alpine:3.20'}\n"
    unix.write_bytes(text.encode())
    windows.write_bytes(text.replace("\n", "\r\n").encode())
    assert _load(unix).digest == _load(windows).digest
    assert _load(unix).digest == "342129afa30075514bbfb64bc996a02370dfc76eb0ac47758f4e219b47cc9035"
