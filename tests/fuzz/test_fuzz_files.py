"""Whatever is in the files, they are checked: no traceback, no input over 2 s or 300 MB, every place inside its file.

`make fuzz N=50000 SEED=1` checks more of them, and others.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).parent / "fuzz_worker.py"
COUNT = int(os.environ.get("YAMLFLOW_FUZZ_COUNT", "2000"))
SEED = int(os.environ.get("YAMLFLOW_FUZZ_SEED", "0"))
PARTS = [(first, "made" if first % 2000 == 0 else "broken") for first in range(0, COUNT, 500)]


def _shown(line: dict[str, object]) -> str:
    head = f"seed {SEED}, input {line['number']}: {line['trouble']}"
    return f"{head}\n{line['file']} (checked: {line['entry']}):\n{line['text']}"


@pytest.mark.parametrize(("first", "kind"), PARTS)
def test_files(first, kind, user_env) -> None:
    count = min(500, COUNT - first)
    command = [sys.executable, str(WORKER), str(SEED), str(first), str(count), kind]
    done = subprocess.run(command, env=user_env, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    troubles = [line for line in lines if "trouble" in line]
    shown = "\n\n".join(_shown(line) for line in troubles)
    assert not troubles, shown
    assert done.returncode == 0, f"seed {SEED}, input {lines[-1] if lines else first}: killed\n{done.stderr}"
