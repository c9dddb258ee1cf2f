"""A server that answers as Argo's, and manifests to run."""

import copy
import json

import pytest
from replay_runs import DATA
from replay_server import ReplayServer


@pytest.fixture
def argo():
    """An Argo Server on loopback."""
    server = ReplayServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def manifest():
    """Return a manifest by its name, with other metadata if given."""
    known = json.loads((DATA / "manifests.json").read_text())

    def copied(kind: str, **metadata) -> dict:
        made = copy.deepcopy(known[kind])
        made["metadata"] |= metadata
        return made

    return copied
