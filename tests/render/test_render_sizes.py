"""What a cluster would refuse for its size is told before it is sent; equal templates are shared."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from yamlflow.cli import main

_BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "generate.py"
_SPEC = importlib.util.spec_from_file_location("generate", _BENCHMARK)
assert _SPEC is not None and _SPEC.loader is not None
GENERATE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(GENERATE)

GOLDEN = Path(__file__).resolve().parent / "sizes.txt"
NO_SERVER = "http://localhost:1"


def _scripts(count: int, length: int) -> str:
    """Return a pipeline of different scripts, in groups of ten."""
    lines = ["name: scripts", 'defaults: {image: "python:3.12"}', "tasks:"]
    for number in range(count):
        lines += [f"  group{number // 10}:", "    tasks:"] if number % 10 == 0 else []
        lines.append(f"      task{number}: {{shell: python3, run: 'print({number}) # {'x' * length}'}}")
    return "\n".join(lines) + "\n"


def test_two_thousand_tasks(tmp_path, capsys) -> None:
    (tmp_path / "a.yaml").write_text(GENERATE.mixed(2000))
    assert main(["render", str(tmp_path / "a.yaml"), "-o", "json"]) == 0
    out, err = capsys.readouterr()
    manifest = json.loads(out)
    assert len(json.dumps(manifest)) < 2**20
    assert [template["name"] for template in manifest["spec"]["templates"]] == ["mixed", "make", "add"]
    assert "warning[too-many-tasks]" in err
    assert "manifest-too-large" not in err


@pytest.mark.parametrize(
    ("count", "length", "code", "told"),
    [
        (20, 10_000, 3, ""),
        (100, 11_000, 3, "warning[manifest-too-large]: the manifest has 1,114,474 bytes as JSON; Argo keeps"),
        (150, 11_000, 1, "error[manifest-too-large]: the manifest has 1,671,809 bytes as JSON, 98,945 more"),
        (
            250,
            10,
            3,
            "warning[manifest-too-large]: the manifest has 276 templates; Argo 4, as it is installed, takes 200",
        ),
    ],
)
def test_told_before_it_is_submitted(count, length, code, told, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "a.yaml").write_text(_scripts(count, length))
    monkeypatch.setenv("ARGO_SERVER", NO_SERVER)
    assert main(["submit", str(tmp_path / "a.yaml")]) == code
    err = capsys.readouterr().err
    assert (told in err) if told else "manifest-too-large" not in err
    assert ("no Argo Server" in err) == (code == 3)
    assert main(["render", str(tmp_path / "a.yaml"), "--out", str(tmp_path / "b.yaml")]) == 0
    assert told.replace("error", "warning") in capsys.readouterr().err


def test_all_that_is_told(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(_scripts(210, 8_000) + f"annotations: {{note: {'x' * 300_000}}}\n")
    assert main(["render", "a.yaml", "--out", "b.yaml"]) == 0
    shown = capsys.readouterr().err
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(shown)
    assert shown == GOLDEN.read_text()


def test_this_machine_takes_all(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("YAMLFLOW_HOME", str(tmp_path / "home"))
    note = "x" * 300_000
    (tmp_path / "a.yaml").write_text(f"name: a\nannotations: {{note: {note}}}\ntasks: {{wait: {{sleep: 1s}}}}\n")
    assert main(["submit", str(tmp_path / "a.yaml"), "--target", "local", "--dry-run", "-o", "json"]) == 0
    assert "manifest-too-large" not in capsys.readouterr().err
