"""Pictures of pipelines in each format, beside what is expected. `UPDATE_GOLDEN=1` writes them anew."""

import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from yamlflow.cli import main

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = Path(__file__).resolve().parent / "golden"
FILES = {"edges": GOLDEN / "edges.yaml", "flip-coin": ROOT / "examples" / "flip-coin" / "pipeline.yaml"}
FORMATS = {"text": "txt", "mermaid": "mmd", "dot": "dot", "svg": "svg"}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", FILES)
def test_format(name, form, capsys) -> None:
    assert main(["graph", str(FILES[name]), "-o", form]) == 0
    shown = capsys.readouterr().out
    golden = GOLDEN / f"{name}.{FORMATS[form]}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown)
    assert shown == golden.read_text()


@pytest.mark.parametrize("name", FILES)
def test_svg_draws_every_task_and_arrow(name, tmp_path) -> None:
    target = tmp_path / "graph.svg"
    assert main(["graph", str(FILES[name]), "-o", "svg", "--out", str(target)]) == 0
    drawing = ElementTree.parse(target)
    tags = [element.tag.rpartition("}")[2] for element in drawing.iter()]
    text = (GOLDEN / f"{name}.txt").read_text().splitlines()[1:]
    arrows = sum(
        line.split("   when ")[0].split("   for ")[0].split("←")[1].count(",") + 1 for line in text if "←" in line
    )
    joined = sum(line.count(", y: CSV") for line in text)
    assert sum(element.get("class") in ("task", "group") for element in drawing.iter()) == len(text)
    assert tags.count("path") - 1 == arrows - joined


def test_a_wrong_pipeline_is_told(tmp_path, capsys) -> None:
    file = tmp_path / "pipeline.yaml"
    file.write_text('name: a\ntasks:\n  b: {image: "alpine:3.20", run: echo, after: [c]}\n')
    assert main(["graph", str(file), "-o", "svg"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "unknown-task" in shown.err


@pytest.mark.parametrize("name", ["a.svg", "a.mmd", "a.dot", "a.gv", "a.txt", "a", "a.SVG"])
def test_the_ending_chooses(name, tmp_path, capsys) -> None:
    file = str(FILES["flip-coin"])
    form = {"svg": "svg", "mmd": "mermaid", "dot": "dot", "gv": "dot"}.get(name.rpartition(".")[2].lower(), "text")
    assert main(["graph", file, "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_text() == (GOLDEN / f"flip-coin.{FORMATS[form]}").read_text()
    assert main(["graph", file, "--out", str(tmp_path / name), "-o", "dot"]) == 0
    assert (tmp_path / name).read_text() == (GOLDEN / "flip-coin.dot").read_text()


def test_no_such_picture(tmp_path, capsys) -> None:
    assert main(["graph", str(FILES["flip-coin"]), "--out", str(tmp_path / "a.png")]) == 2
    assert "no picture of this kind is drawn; known: .txt, .mmd, .dot, .gv, .svg" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


MANIFEST = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: two-}
spec:
  entrypoint: main
  templates:
    - name: main
      steps: [[{name: one, template: say}], [{name: two, template: say, when: "1 == 2"}]]
    - {name: say, container: {image: "alpine:3.20", command: [echo]}}
"""


def test_a_manifest(tmp_path, capsys) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text(MANIFEST)
    assert main(["graph", str(file)]) == 0
    assert capsys.readouterr().out == "two\n├─ one   say\n└─ two   say   ← one   when 1 == 2\n"
    file.write_text(MANIFEST.replace("template: say", "template: sai", 1))
    assert main(["graph", str(file)]) == 1
    assert "unknown-template" in capsys.readouterr().err
