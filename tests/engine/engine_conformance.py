"""Runs Argo's own examples on this machine and holds them against what the real controller gave."""

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from engine_normal import normal_nodes, recorded_nodes

from yamlflow.app.along import read_along
from yamlflow.diagnostics import Sink
from yamlflow.source import read_file
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along, TargetError

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "conformance"
RECORDS = sorted(path.stem for path in FOLDER.glob("*.json"))

DIFFERENT = {
    "timeouts-workflow": "the recording's cluster had no machine for three pods, which asks for an unknown processor",
}
"""What does not agree, and why."""

SLOW = {
    *(
        "dag-disable-failFast",
        "dag-task-level-timeout",
        "loops-param-result",
        "parallelism-limit",
        "parallelism-nested",
    ),
    *("synchronization-mutex-tmpl-level", "timeouts-workflow", "parallelism-nested-dag", "step-level-timeout"),
    *("timeouts-step", "daemon-step", "sidecar", "parallelism-nested"),
}
"""What sleeps for long."""

_SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"here")
    do_POST = do_GET
    log_message = lambda *_: None
http.server.ThreadingHTTPServer.allow_reuse_address = True
http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
"""
_STAND_INS = {
    "argosay": '#!/bin/sh\ncase "$1" in echo) if [ "$3" ]; then echo "$2" > "$3"; else echo "$2"; fi;; cat) cat "$2";; '
    'sleep) sleep "$2";; exit) exit "$2";; "") echo "hello argo";; esac\n',
    "cowsay": '#!/bin/sh\necho "< $* >"\n',
    "apk": "#!/bin/sh\n",
    "sh": '#!/bin/bash\nexec -a sh /bin/bash "$@"\n',
    "nginx": f"#!/usr/bin/env python3\n{_SERVER.replace('PORT', '80')}",
    "influxd": f"#!/usr/bin/env python3\n{_SERVER.replace('PORT', '8086')}",
}
_IMAGES = {
    "argoproj/argosay:v2": {"entrypoint": ["argosay"]},
    "nginx:1.13": {"cmd": ["nginx", "-g", "daemon off;"]},
    "influxdb:1.2": {"entrypoint": ["influxd"]},
    **{name: {"cmd": ["sh"]} for name in ("argoproj/argosay:v1", "alpine:latest", "alpine:3.23")},
}
PORTS = {"daemon-nginx": 80, "sidecar-nginx": 80, "daemon-step": 8086, "sidecar": 8086}
PORTS |= {"dag-daemon-retry-strategy": 80, "steps-daemon-retry-strategy": 80}
"""Where the servers of some records listen."""
BUCKET = "minio:9000"
"""Where the store of the recordings was."""


def stand_ins(folder: Path) -> dict[str, str]:
    """Return an environment in which programs of a folder stand in for those of some images."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _STAND_INS.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


@contextmanager
def bucket_store() -> Iterator[str]:
    """Run a store that speaks S3, with the bucket of the recordings; yield its address."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "r"}
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys)
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):  # servers of one process share what they hold
        client.create_bucket(Bucket="my-bucket", CreateBucketConfiguration={"LocationConstraint": "r"})
    try:
        yield f"{host}:{port}"
    finally:
        server.stop()


def unable(name: str) -> str:
    """Return why a record cannot be held against this machine, or ""."""
    if name in PORTS and PORTS[name] < 1024 and os.geteuid() != 0:
        return f"only root may listen on port {PORTS[name]}"
    return ""


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Keep other tests from the port of a record's server, in whichever process they are."""
    with open(
        Path(tempfile.gettempdir()) / f"yamlflow-tests-{os.getuid()}-{PORTS.get(name)}", "w", encoding="utf-8"
    ) as file:
        if name in PORTS:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def manifest_of(name: str, bucket: str = BUCKET) -> dict[str, Any]:
    """Return a manifest as plain data, with another address of the store that speaks S3."""
    sink = Sink()
    node = read_file(str(FOLDER / f"{name}.yaml"), sink)
    assert node is not None, sink.items
    found: dict[str, Any] = json.loads(json.dumps(node.data()).replace(BUCKET, bucket))
    return found


def record_of(name: str) -> dict[str, Any]:
    """Return what the real controller gave."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def along_of(name: str) -> Along:
    """Return what was on the cluster, and what the images run."""
    sink = Sink()
    files = [str(path) for path in (FOLDER / "_cluster.yaml", FOLDER / f"{name}.with.yaml") if path.exists()]
    along = read_along(files, None, sink)
    assert not sink.items, sink.items
    settings = {"metadata": {"name": "workflow-controller-configmap"}, "data": {"images": json.dumps(_IMAGES)}}
    return along._replace(objects=(*along.objects, {"kind": "ConfigMap", **settings}))


def differences(name: str, home: str, environment: dict[str, str], bucket: str = BUCKET) -> list[str]:
    """Run a manifest as it was recorded; return in what it differs."""
    record, target = record_of(name), LocalTarget(home, "kubeflow", environment=environment)
    if name == "data-transformations":
        _keep_logs(target)
    target.bring(along_of(name))
    run = target.submit(manifest_of(name, bucket))
    found = _replay(target, run["metadata"]["name"], record.get("actions") or [])
    *_, run = target.watch(run["metadata"]["name"])
    return found + _compare(record, run["status"])


def _keep_logs(target: LocalTarget) -> None:
    """Have two runs keep their logs, as was done before the recording."""
    program = {"name": "main", "container": {"image": "busybox", "command": ["true"]}}
    spec = {"entrypoint": "main", "archiveLogs": True, "templates": [program]}
    for name in ("archive-location", "artifact-repository-ref"):
        kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
        target.submit({**kind, "metadata": {"name": name}, "spec": spec})
        list(target.watch(name))


def _replay(target: LocalTarget, name: str, actions: list[dict[str, Any]]) -> list[str]:
    """Do what a person did; return where this did not go as it went there."""
    found = []
    for action in actions:
        node = action.get("node") or action["nodes"][0]
        _wait_for(target, name, node)
        refused = ""
        try:
            if action["do"] == "set":
                target.set_nodes(name, f"displayName={node}", outputs=action["values"])
            else:
                target.resume(name, f"displayName={node}")
        except TargetError as error:
            refused = str(error)
        if bool(refused) != (action["http"] != 200) or not action.get("error", "").endswith(refused):
            found.append(f"{action['do']} {node}: {refused or 'done'}")
    return found


def _wait_for(target: LocalTarget, name: str, node: str) -> None:
    while not any(
        item["displayName"] == node and item["type"] == "Suspend" and item["phase"] == "Running"
        for item in target.get(name)["status"]["nodes"].values()
    ):
        time.sleep(0.05)


def _compare(record: dict[str, Any], status: dict[str, Any]) -> list[str]:
    varied = record.get("differs") or []
    only_inputs = bool(varied) and all(".inputs.parameters[" in field for field in varied)
    if record.get("nondeterministic") and not only_inputs:
        return [] if status["phase"] in ("Succeeded", "Failed", "Error") else [f"phase {status['phase']}"]
    keys = ("phase", "message", "progress")
    wanted = {key: record.get(key) or None for key in keys} | {"conditions": record["conditions"]}
    given = {key: status.get(key) or None for key in keys}
    given["conditions"] = {item["type"]: item["status"] for item in status["conditions"]}
    found = [f"{key}: {given[key]!r}, not {wanted[key]!r}" for key in wanted if given[key] != wanted[key]]
    here, there = normal_nodes(status["nodes"]), recorded_nodes(record)
    found += [f"node {name}" for name in sorted(here.keys() ^ there.keys())]
    for name in sorted(here.keys() & there.keys()):
        left_out = [field for field in there[name] if any(f"[{name}].{field}" in item for item in varied)]
        if str(there[name].get("message", "")).startswith("Resumed by"):
            left_out.append("message")  # it names the user of the API
        fields = (here[name].keys() | there[name].keys()) - set(left_out)
        found += [f"{name}: {field}" for field in sorted(fields) if here[name].get(field) != there[name].get(field)]
    return found
