"""What all tests share: the repository, and `yamlflow` as a user's process."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from yamlflow.cli import main

ROOT = Path(__file__).resolve().parent.parent

# A shell's job in the background ignores Ctrl-C, `nohup` the end of a session, and what they start does so too.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


class Command(Protocol):
    def __call__(self, *args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]: ...


class Golden(Protocol):
    def __call__(self, golden: Path, *args: str) -> str: ...


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Golden:
    """Hold what `yamlflow ARGS` prints, and how it ends, against a golden file. UPDATE_GOLDEN=1 rewrites the file."""

    def run(golden: Path, *args: str) -> str:
        code = main([*args])
        shown = capsys.readouterr()
        if os.environ.get("UPDATE_GOLDEN"):
            golden.write_text(shown.out + shown.err)
        assert shown.out + shown.err == golden.read_text()
        assert code == (1 if "error[" in shown.out + shown.err else 0)
        return shown.err

    return run


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
