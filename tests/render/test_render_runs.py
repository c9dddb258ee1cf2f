"""What a rendered pipeline does in the local engine: how each node ends, what it puts out. UPDATE_GOLDEN=1 writes."""

import json
import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "pairs"
GOLDENS = sorted(FOLDER.glob("*-run.txt"))


def _line(node: dict, name: str) -> str:
    outputs = node.get("outputs") or {}
    values = {item["name"]: item.get("value") for item in outputs.get("parameters") or []}
    if "result" in outputs:
        values["result"] = outputs["result"]
    where = node["name"].removeprefix(f"{name}.").replace(name, "RUN")
    message = f" ({node['message']})" if node.get("message") else ""
    shown = f" {json.dumps(values, ensure_ascii=False)}" if values else ""
    return f"{where}: {node['phase']}{message}{shown}"


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem.removesuffix("-run"))
def test_run(golden, yamlflow) -> None:
    done = yamlflow("run", golden.name.replace("-run.txt", ".yaml"), cwd=FOLDER)
    shown = yamlflow("get", "@latest", "-o", "json")
    assert shown.returncode == 0, done.stdout + done.stderr + shown.stderr
    manifest = json.loads(shown.stdout)
    name = manifest["metadata"]["name"]
    text = "".join(sorted(f"{_line(node, name)}\n" for node in manifest["status"]["nodes"].values()))
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()
