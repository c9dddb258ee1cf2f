"""What the real controller gave for Argo's own examples, and what the local engine gives.

The recordings are not part of the project; without them nothing is tested here. `YAMLFLOW_SLOW=1` also runs those that
sleep for long; `make conformance` prints a table of all.
"""

import os

import pytest
from engine_conformance import (
    DIFFERENT,
    RECORDS,
    SLOW,
    alone,
    along_of,
    bucket_store,
    differences,
    manifest_of,
    record_of,
    stand_ins,
    unable,
)

from yamlflow.argo.ids import node_id, pod_name
from yamlflow.argo.limits import find_unsupported
from yamlflow.argo.problems import find_problems

pytestmark = pytest.mark.skipif(not RECORDS, reason="the recordings are not here")
FAST = [name for name in RECORDS if name not in DIFFERENT and (name not in SLOW or os.environ.get("YAMLFLOW_SLOW"))]


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """Return an environment in which some programs stand in for those of images."""
    return stand_ins(tmp_path_factory.mktemp("bin"))


@pytest.fixture(scope="module")
def bucket(environment):
    """Return the address of a store that speaks S3."""
    pytest.importorskip("moto.server")
    with bucket_store() as address:
        yield address


@pytest.mark.parametrize("name", FAST)
def test_same_as_argo(name, tmp_path, environment, bucket) -> None:
    if reason := unable(name):
        pytest.skip(reason)
    with alone(name):
        assert differences(name, str(tmp_path / "home"), environment, bucket) == []


@pytest.mark.parametrize("name", RECORDS)
def test_ids(name) -> None:
    record = record_of(name)
    templates = {node["name"]: node for node in record["nodes"]}
    for node, known in record["ids"].items():
        assert node_id(record["name"], node) == known["id"]
        if "podName" in known:
            reference = templates[node].get("templateRef") or {}
            template = reference.get("template") or templates[node].get("templateName") or ""
            assert pod_name(record["name"], node, template) == known["podName"]


@pytest.mark.parametrize("name", RECORDS)
def test_nothing_is_refused(name) -> None:
    manifest = manifest_of(name)
    assert find_problems(manifest) == []
    assert find_unsupported(manifest, along_of(name).objects) == []
