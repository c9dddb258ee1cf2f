"""What the tests of watching share."""

import sys
from pathlib import Path

import pytest
from watching import Watching

sys.path.append(str(Path(__file__).resolve().parent.parent / "targets"))  # the replaying server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a user works."""
    made = tmp_path / "work"
    made.mkdir()
    return made


@pytest.fixture
def watch(user_env, folder, yamlflow):
    """Start `yamlflow watch ARGS` in the folder; at the end it and its runs are ended."""
    started = []

    def start(*arguments: str) -> Watching:
        started.append(Watching(user_env, folder, *arguments))
        return started[-1]

    yield start
    for item in started:
        item.close()
    yamlflow("delete", "--all", "--yes", "--target", "local")


@pytest.fixture
def argo():
    """An Argo Server on loopback."""
    from replay_server import ReplayServer

    server = ReplayServer()
    yield server
    server.close()
