"""What a rendered pipeline does on this machine: a transcript beside each pair. UPDATE_GOLDEN=1 writes.

The lines that begin with `$` are run; below stands how each node ended, what it put out, and what was printed.
"""

import json
import os
import re
import shlex
import time
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "pairs"
PAIRS = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.endswith("-rendered"))
PROMPT = "$ yamlflow "


MADE = re.compile(r"\b(RUN-[a-z]+-)[b-z2-9]{5}\b")
"""The random end of a claim's name."""


def _line(node: dict, name: str) -> str:
    outputs = node.get("outputs") or {}
    values = {item["name"]: item.get("value") for item in outputs.get("parameters") or []}
    if "result" in outputs:
        values["result"] = outputs["result"]
    where = node["name"].removeprefix(f"{name}.").replace(name, "RUN")
    message = f" ({node['message']})" if node.get("message") else ""
    shown = f" {json.dumps(values, ensure_ascii=False)}" if values else ""
    return f"{where}: {node['phase']}{message}{shown}"


def _ended(yamlflow, name: str) -> str:
    status = json.loads(yamlflow("get", name, "-o", "json").stdout)["status"]
    whole = {"name": name, "phase": status["phase"], "message": status.get("message", "")}
    nodes = sorted(_line(node, name) for node in (status.get("nodes") or {"": whole}).values())
    logs = sorted(f"| {line}" for line in yamlflow("logs", name).stdout.splitlines())
    return MADE.sub(r"\1...", "".join(f"{line}\n" for line in [*nodes, *logs]).replace(name, "RUN"))


def _answer(yamlflow, arguments: list[str]) -> str:
    """Say something to a run, again until it has come to where it waits for that."""
    for _ in range(200):
        done = yamlflow(*arguments)
        if done.returncode == 0:
            return ""
        time.sleep(0.1)
    return done.stdout + done.stderr


def _shown(yamlflow, arguments: list[str]) -> str:
    if arguments[0] in ("approve", "reject", "resume", "set"):
        return _answer(yamlflow, arguments)
    done = yamlflow(*arguments, cwd=FOLDER)
    if not done.stdout:
        return done.stderr.replace("; spec.", "\nspec.")
    named = re.search(r"^(?:Name: +)?([\w-]+)", done.stdout)
    return _ended(yamlflow, named[1]) if named and arguments[0] != "submit" else ""


@pytest.mark.parametrize("name", PAIRS)
def test_run(name, yamlflow) -> None:
    golden = FOLDER / f"{name}-run.txt"
    asked = [line for line in golden.read_text().splitlines() if line.startswith(PROMPT)] if golden.exists() else []
    text = ""
    for line in asked or [f"{PROMPT}run {name}.yaml"]:
        text += f"{line}\n{_shown(yamlflow, shlex.split(line.removeprefix(PROMPT)))}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


def test_no_stray_run() -> None:
    assert {path.stem.removesuffix("-run") for path in FOLDER.glob("*-run.txt")} == {*PAIRS}
