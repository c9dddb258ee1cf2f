"""What a command imports before it does its work: start-up time is a feature."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = {
    *("argo_workflows", "asyncio", "dataclasses", "email", "http", "importlib.metadata", "inspect", "jinja2"),
    *("jsonschema", "kubernetes", "logging", "multiprocessing", "pathlib", "pydantic", "rich", "socket", "sqlite3"),
    *("subprocess", "tempfile", "typing_extensions", "urllib.request", "urllib3", "watchdog"),
}
SCRIPT = "import sys, yamlflow.cli; code = yamlflow.cli.main(sys.argv[1:]); print(*sys.modules); sys.exit(code)"


def _modules(user_env: dict[str, str], *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], cwd=ROOT, env=user_env, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("example", ["calc", "flip-coin", "download-join", "exit-handler"])
@pytest.mark.parametrize("command", ["validate", "render"])
def test_pipeline(command, example, user_env) -> None:
    assert _modules(user_env, command, f"examples/{example}/pipeline.yaml") & HEAVY == set()


def test_version(user_env) -> None:
    assert _modules(user_env, "--version") & (HEAVY | {"argparse", "json", "yaml"}) == set()
