"""What this machine cannot do, or does not, is told before a run begins: a file beside the exact text on stderr."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "here"
RUNNERS = {"privileged-container": "container"}
ALLOWED = {"left-out-allowed": ("--allow-left-out", "nodeSelector", "--allow-left-out", "no-such-field")}


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_here(name, yamlflow, user_env) -> None:
    user_env["YAMLFLOW_CONTAINER_ENGINE"] = "true"  # it answers, and is not asked for more
    done = yamlflow("run", f"{name}.yaml", "--runner", RUNNERS.get(name, "process"), *ALLOWED.get(name, ()), cwd=FOLDER)
    expected = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(done.stderr)
    assert done.stderr == expected.read_text()
    assert done.returncode == (1 if "error[" in done.stderr else 0)
