"""Artifacts in S3, on a real server; and when they are removed from there."""

import json
import os
import time

import pytest
from engine_tasks import one_task, run_task

from yamlflow.cli import main
from yamlflow.engine.lock import is_held
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along, TargetError

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of the server's sockets
CREDENTIALS = {"accessKeySecret": {"name": "s", "key": "id"}, "secretKeySecret": {"name": "s", "key": "word"}}
SECRETS = {"s": {"id": "minio-id", "word": "minio-word", "own": "k" * 32}}
BEGIN = "init: Error (exit code 64): artifact a failed to load: "


@pytest.fixture(scope="module")
def client():
    boto3 = pytest.importorskip("boto3")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "minio-id", "aws_secret_access_key": "minio-word"}
    yield boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1", **keys)
    server.stop()


@pytest.fixture
def place(client):
    """Return the place of an artifact, in a bucket that is empty."""
    client.create_bucket(Bucket="bucket")
    yield {
        "endpoint": client.meta.endpoint_url.removeprefix("http://"),
        "insecure": True,
        "bucket": "bucket",
        "region": "us-east-1",
        **CREDENTIALS,
    }
    for bucket in client.list_buckets()["Buckets"]:
        for name in _names(client, bucket["Name"]):
            client.delete_object(Bucket=bucket["Name"], Key=name)
        client.delete_bucket(Bucket=bucket["Name"])


@pytest.fixture
def target(tmp_path):
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)
    target.bring(Along(secrets=SECRETS))
    return target


def _names(client, bucket="bucket"):
    return [item["Key"] for item in client.list_objects_v2(Bucket=bucket).get("Contents") or ()]


def test_files_and_folders(target, client, place) -> None:
    outputs = [
        {"name": "file", "path": "/tmp/file", "s3": {**place, "key": "file.tgz"}},
        {"name": "all", "path": "/tmp/all", "s3": {**place, "key": "all"}, "archive": {"none": {}}},
    ]
    script = "echo f > /tmp/file; mkdir -p /tmp/all/x; echo a > /tmp/all/x/a; ln -s /etc/passwd /tmp/all/link"
    node, _ = run_task(target, script, outputs=outputs)
    assert node["phase"] == "Succeeded", node
    assert _names(client) == ["all/x/a", "file.tgz"]
    target.delete("wf")
    client.put_object(Bucket="bucket", Key="all/empty/")
    inputs = [
        {"name": "file", "path": "/in/file", "s3": {**place, "key": "file.tgz"}},
        {"name": "all", "path": "/in/all", "s3": {**place, "key": "all"}},
        {"name": "none", "path": "/in/none", "s3": {**place, "key": "none"}, "optional": True},
    ]
    node, lines = run_task(target, "cat /in/file /in/all/x/a; ls /in /in/all", inputs)
    assert lines == ["f", "a", "/in:", "all", "file", "", "/in/all:", "empty", "x"], node


def test_a_bucket_that_is_made(target, client, place) -> None:
    there = {**place, "bucket": "fresh", "region": "eu-west-1", "createBucketIfNotPresent": {}}
    options = {"enableEncryption": True, "kmsKeyId": "mine"}
    outputs = [
        {"name": "a", "path": "/tmp/a", "s3": {**there, "key": "a"}},
        {"name": "b", "path": "/tmp/a", "s3": {**there, "key": "b", "encryptionOptions": options}},
    ]
    node, _ = run_task(target, "echo a > /tmp/a", outputs=outputs)
    assert node["phase"] == "Succeeded", node
    assert client.get_bucket_location(Bucket="fresh")["LocationConstraint"] == "eu-west-1"
    assert client.head_object(Bucket="fresh", Key="b")["SSEKMSKeyId"] == "mine"


WRONG = {
    "absent": ({"key": "none"}, "s3://bucket/none: there is no such object, and none below it"),
    "bucket": ({"bucket": "none", "key": "a"}, "s3://none/a: An error occurred (NoSuchBucket) when calling"),
    "name": ({"bucket": "B AD", "key": "a"}, 's3://B AD/a: Parameter validation failed: Invalid bucket name "B AD"'),
    "server": ({"endpoint": "127.0.0.1:1", "key": "a"}, "s3://bucket/a: Could not connect to the endpoint URL"),
    "tls": ({"insecure": False, "key": "a"}, "s3://bucket/a: SSL validation failed for https://"),
    "style": ({"addressingStyle": "x", "key": "a"}, "s3://bucket/a: S3 addressing style x is invalid"),
    "climbs": ({"key": "up"}, "`../out` leads out of the folder"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(target, client, place, name) -> None:
    client.put_object(Bucket="bucket", Key="up/../out")
    more, said = WRONG[name]
    node, _ = run_task(target, "true", [{"name": "a", "path": "/tmp/a", "s3": {**place, **more}}])
    assert node["message"].startswith(BEGIN + said)


def _wait_for_the_engine(tmp_path):
    while is_held(str(*tmp_path.glob("home/runs/*/lock"))):
        time.sleep(0.01)


def _kept(place):
    """Return outputs, one for each strategy, in the order of their names."""
    strategies = {"completion": "OnWorkflowCompletion", "deletion": "", "never": "Never"}
    return [
        {
            "name": name,
            "path": "/tmp/a",
            "s3": {**place, "key": name},
            **({"artifactGC": {"strategy": strategy}} if strategy else {}),
        }
        for name, strategy in strategies.items()
    ]


def test_removed_with_the_run(target, client, place, tmp_path) -> None:
    node, _ = run_task(target, "echo a > /tmp/a", outputs=_kept(place), artifactGC={"strategy": "OnWorkflowDeletion"})
    assert node["phase"] == "Succeeded", node
    _wait_for_the_engine(tmp_path)
    assert _names(client) == ["deletion", "never"]
    without = LocalTarget(str(tmp_path / "home"), "kubeflow", environment={})
    with pytest.raises(TargetError) as refused:
        without.delete("wf")
    assert str(refused.value) == "artifacts of `wf` go with it: secret `s` has no `id`; secret `s` has no `word`"
    assert refused.value.hint.endswith("=...; `--force` deletes the run and leaves them")
    variables = {"YAMLFLOW_SECRET_S_ID": "minio-id", "YAMLFLOW_SECRET_S_WORD": "minio-word"}
    LocalTarget(str(tmp_path / "home"), "kubeflow", environment=variables).delete("wf")
    assert _names(client) == ["never"]


def test_a_bucket_that_is_gone(target, client, place, tmp_path, monkeypatch, capsys) -> None:
    outputs = _kept({**place, "bucket": "fresh", "createBucketIfNotPresent": {}})
    run_task(target, "echo a > /tmp/a", outputs=outputs, artifactGC={"strategy": "OnWorkflowDeletion"})
    _wait_for_the_engine(tmp_path)
    for name in _names(client, "fresh"):
        client.delete_object(Bucket="fresh", Key=name)
    client.delete_bucket(Bucket="fresh")
    monkeypatch.setenv("YAMLFLOW_HOME", str(tmp_path / "home"))
    secrets = tmp_path / "secrets.yaml"
    secrets.write_text("s: {id: minio-id, word: minio-word}\n")
    secrets.chmod(0o600)
    assert main(["delete", "wf", "--secrets-file", str(secrets)]) == 1
    said = "error: artifacts of `wf` are not removed: artifact `deletion`: s3://fresh/deletion: An error occurred"
    assert capsys.readouterr().err.startswith(said)
    assert main(["delete", "wf", "--force"]) == 0


def test_runs_whose_time_is_over(target, client, place, tmp_path) -> None:
    """A list removes them; what cannot be removed stays in it."""
    manifest = one_task("echo a > /tmp/a", outputs=_kept(place), artifactGC={"strategy": "OnWorkflowDeletion"})
    manifest["spec"]["ttlStrategy"] = {"secondsAfterCompletion": 0}
    target.submit(manifest)
    *_, _ = target.watch("wf")
    without = LocalTarget(str(tmp_path / "home"), "kubeflow", environment={})
    assert [run["metadata"]["name"] for run in without.list()] == ["wf"]
    assert target.list() == []
    assert _names(client) == ["never"]


def test_the_bucket_of_the_repository(client, place, tmp_path) -> None:
    """Its secrets are taken where they are given; they are needed only when something is read from it."""
    client.put_object(Bucket="bucket", Key="theirs", Body=b"theirs")
    where = "\n".join(f"  {key}: {json.dumps(value)}" for key, value in place.items())
    data = {"main": f"s3:\n{where}\n"}
    annotations = {"workflows.argoproj.io/default-artifact-repository": "main"}
    config = {
        "kind": "ConfigMap",
        "metadata": {"name": "artifact-repositories", "annotations": annotations},
        "data": data,
    }
    variables = {"YAMLFLOW_SECRET_S_ID": "minio-id", "YAMLFLOW_SECRET_S_WORD": "minio-word"}
    inputs = [{"name": "a", "path": "/in/a", "s3": {"key": "theirs"}}]
    said = []
    for environment in (os.environ, {**os.environ, **variables}):
        target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=environment)
        target.bring(Along((config,)))
        node, lines = run_task(target, "cat /in/a; echo; echo minio-word", inputs)
        said.append((node.get("message"), lines))
        target.delete("wf")
    assert said == [(f"{BEGIN}secret `s` has no `id`", []), (None, ["theirs", "***"])]


def test_many_at_once(target, client, place) -> None:
    """Clients are made in several threads."""
    for at in range(12):
        client.put_object(Bucket="bucket", Key=f"file{at}", Body=b"x")
    inputs = {"artifacts": [{"name": "a", "path": "/in/a", "s3": {**place, "key": "file{{inputs.parameters.n}}"}}]}
    one = {
        "name": "one",
        "inputs": {"parameters": [{"name": "n"}], **inputs},
        "container": {"image": "busybox", "command": ["cat", "/in/a"]},
    }
    arguments = {"parameters": [{"name": "n", "value": "{{item}}"}]}
    each = {"name": "each", "template": "one", "arguments": arguments, "withSequence": {"count": "12"}}
    manifest = one_task("true")
    manifest["spec"]["templates"] = [{"name": "main", "steps": [[each]]}, one]
    target.submit(manifest)
    *_, run = target.watch("wf")
    assert run["status"]["phase"] == "Succeeded", run["status"]
