"""What all tests share: the repository, and `yamlflow` as a user's process."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Command(Protocol):
    def __call__(self, *args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def user_env(tmp_path: Path) -> dict[str, str]:
    """The environment of a user without a cluster, with a store of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YAMLFLOW_", "ARGO_"))}
    path = os.pathsep.join([os.path.dirname(sys.executable), kept.get("PATH", os.defpath)])
    stores = {"YAMLFLOW_HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return {**kept, **stores, "PATH": path, "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def yamlflow(user_env: dict[str, str]) -> Command:
    """Run `yamlflow ARGS` to its end."""

    def run(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "yamlflow", *args]
        quiet = subprocess.DEVNULL
        return subprocess.run(
            command, cwd=cwd, env=user_env, capture_output=True, text=True, stdin=quiet, timeout=120, check=False
        )

    return run
