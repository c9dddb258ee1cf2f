"""Artifacts outside of the machine: addresses, repositories of git, S3; archives, and hostile ones."""

import http.server
import io
import os
import shutil
import subprocess
import tarfile
import threading
import zipfile

import pytest

from yamlflow.engine.artifacts.archives import ArchiveError, unpack
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along


@pytest.fixture
def target(tmp_path):
    return LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)


@pytest.fixture
def site():
    """Return the address of a server and what it holds, by path."""
    files: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = files.get(self.path)
            if content is None or (self.path == "/private" and self.headers["Authorization"] != "Basic YW5uYTpwYTU1"):
                self.send_error(404 if content is None else 401)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_PUT(self):
            files[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", files
    server.shutdown()
    server.server_close()


def _run(target, script, inputs=(), outputs=()):
    template = {
        "name": "main",
        "inputs": {"artifacts": list(inputs)},
        "outputs": {"artifacts": list(outputs)},
        "script": {"image": "busybox", "command": ["sh"], "source": script},
    }
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    target.submit({**kind, "metadata": {"name": "wf"}, "spec": {"entrypoint": "main", "templates": [template]}})
    *_, run = target.watch("wf")
    return run["status"]["nodes"]["wf"], [line.text for line in target.logs("wf")]


def _tgz(**files):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return packed.getvalue()


def test_http(target, site) -> None:
    address, files = site
    files |= {"/plain": b"plain", "/one.tgz": _tgz(only=b"one"), "/private": b"mine"}
    target.bring(Along(secrets={"s": {"user": "anna", "word": "pa55"}}))
    auth = {
        "basicAuth": {"usernameSecret": {"name": "s", "key": "user"}, "passwordSecret": {"name": "s", "key": "word"}}
    }
    inputs = [
        {"name": "plain", "path": "/in/plain", "http": {"url": f"{address}/plain"}},
        {"name": "one", "path": "/in/one", "http": {"url": f"{address}/one.tgz"}},
        {"name": "packed", "path": "/in/packed", "http": {"url": f"{address}/one.tgz"}, "archive": {"none": {}}},
        {"name": "private", "path": "/in/private", "http": {"url": f"{address}/private", "auth": auth}},
        {"name": "no", "path": "/in/no", "http": {"url": f"{address}/no"}, "optional": True},
    ]
    outputs = [
        {"name": "up", "path": "/tmp/up", "http": {"url": f"{address}/up"}, "archive": {"none": {}}},
        {"name": "folder", "path": "/tmp/folder", "http": {"url": f"{address}/folder"}, "archive": {"zip": {}}},
    ]
    script = (
        "cat /in/plain /in/one; echo; tar tzf /in/packed; cat /in/private; echo; ls /in\n"
        "echo back > /tmp/up; mkdir -p /tmp/folder/a; echo b > /tmp/folder/a/b"
    )
    node, lines = _run(target, script, inputs, outputs)
    assert node["phase"] == "Succeeded", node
    assert lines == ["plainone", "only", "mine", "one", "packed", "plain", "private"]
    assert files["/up"] == b"back\n"
    assert zipfile.ZipFile(io.BytesIO(files["/folder"])).read("folder/a/b") == b"b\n"


def test_http_that_is_not_there(target, site) -> None:
    address, _ = site
    node, _ = _run(target, "true", [{"name": "a", "path": "/tmp/a", "http": {"url": f"{address}/none"}}])
    assert node["phase"] == "Error"
    assert node["message"] == "init: Error (exit code 64): required artifact 'a' not supplied"


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
def test_git(target, tmp_path) -> None:
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "file").write_text("first\n")
    author = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    for line in ("init -q -b main .", "add file", "commit -q -m one", "tag v1"):
        subprocess.run(["git", *line.split()], cwd=repo, env={**os.environ, **author}, check=True)
    (repo / "file").write_text("second\n")
    subprocess.run(["git", "commit", "-q", "-a", "-m", "two"], cwd=repo, env={**os.environ, **author}, check=True)
    inputs = [
        {"name": "new", "path": "/src/new", "git": {"repo": f"file://{repo}"}},
        {"name": "old", "path": "/src/old", "git": {"repo": f"file://{repo}", "revision": "v1"}},
    ]
    node, lines = _run(target, "cat /src/new/file /src/old/file", inputs)
    assert node["phase"] == "Succeeded", node
    assert lines == ["second", "first"]


def test_git_without_a_repository(target, tmp_path) -> None:
    node, _ = _run(target, "true", [{"name": "a", "path": "/tmp/a", "git": {"repo": f"file://{tmp_path}/none"}}])
    assert node["phase"] == "Error"
    assert node["message"].startswith("init: Error (exit code 64): artifact a failed to load: git clone: fatal: ")


def test_s3(target) -> None:
    server = pytest.importorskip("moto.server").ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        keys = {"accessKeySecret": {"name": "s", "key": "id"}, "secretKeySecret": {"name": "s", "key": "word"}}
        place = {"endpoint": f"{host}:{port}", "insecure": True, "bucket": "bucket", "region": "us-east-1", **keys}
        _bucket(f"http://{host}:{port}")
        target.bring(Along(secrets={"s": {"id": "minio-id", "word": "minio-word"}}))
        outputs = [
            {"name": "file", "path": "/tmp/file", "s3": {**place, "key": "file.tgz"}},
            {"name": "all", "path": "/tmp/all", "s3": {**place, "key": "all"}, "archive": {"none": {}}},
        ]
        node, _ = _run(target, "echo f > /tmp/file; mkdir -p /tmp/all/x; echo a > /tmp/all/x/a", outputs=outputs)
        assert node["phase"] == "Succeeded", node
        target.delete("wf")
        inputs = [
            {"name": "file", "path": "/in/file", "s3": {**place, "key": "file.tgz"}},
            {"name": "all", "path": "/in/all", "s3": {**place, "key": "all"}},
            {"name": "none", "path": "/in/none", "s3": {**place, "key": "none"}, "optional": True},
        ]
        node, lines = _run(target, "cat /in/file /in/all/x/a; ls /in", inputs)
        assert lines == ["f", "a", "all", "file"], node
    finally:
        server.stop()


def _bucket(address) -> None:
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="minio-id",
        aws_secret_access_key="minio-word",
    )
    client.create_bucket(Bucket="bucket")


def _hostile_tar(change):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("x")
        change(member)
        archive.addfile(member)
    return packed.getvalue()


def _set(**values):
    return lambda member: [setattr(member, key, value) for key, value in values.items()]


HOSTILE = {
    "climbs": _hostile_tar(_set(name="../../out")),
    "device": _hostile_tar(_set(type=tarfile.CHRTYPE)),
    "link": _hostile_tar(_set(type=tarfile.SYMTYPE, linkname="/etc/passwd")),
    "link-up": _hostile_tar(_set(type=tarfile.SYMTYPE, linkname="../../x")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tar(tmp_path, name) -> None:
    (tmp_path / "a").write_bytes(HOSTILE[name])
    with pytest.raises(ArchiveError, match="the archive is refused"):
        unpack(str(tmp_path / "a"), str(tmp_path / "in" / "b"), {"tar": {}})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "in"]


def test_hostile_zip(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr("../out", "x")
    with pytest.raises(ArchiveError, match="leads out of its folder"):
        unpack(str(tmp_path / "a"), str(tmp_path / "b"), {"zip": {}})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_http_templates(target, site) -> None:
    address, files = site
    files |= {"/yes": b'{"a": 1}', "/private": b"mine"}
    target.bring(Along(secrets={"s": {"word": "Basic YW5uYTpwYTU1"}}))
    secret = {"name": "Authorization", "valueFrom": {"secretKeyRef": {"name": "s", "key": "word"}}}
    requests = {
        "good": {"url": f"{address}/{{{{workflow.parameters.p}}}}", "successCondition": "response.body contains '1'"},
        "none": {"url": f"{address}/none"},
        "private": {"url": f"{address}/private", "headers": [secret]},
        "put": {"url": f"{address}/new", "method": "PUT", "body": "x{{workflow.name}}"},
        "wrong": {"url": f"{address}/yes", "successCondition": "response.statusCode == 201"},
        "refused": {"url": "http://127.0.0.1:1/"},
    }
    steps = [{"name": name, "template": name, "continueOn": {"failed": True}} for name in requests]
    spec = {
        "entrypoint": "main",
        "arguments": {"parameters": [{"name": "p", "value": "yes"}]},
        "templates": [
            {"name": "main", "steps": [steps]},
            *({"name": name, "http": value} for name, value in requests.items()),
        ],
    }
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    target.submit({**kind, "metadata": {"name": "wf"}, "spec": spec})
    *_, run = target.watch("wf")
    nodes = {node["displayName"]: node for node in run["status"]["nodes"].values()}
    said = {name: (nodes[name]["type"], nodes[name]["phase"], nodes[name].get("message", "")) for name in requests}
    condition = "successCondition 'response.statusCode == 201' evaluated false"
    assert said == {
        "good": ("HTTP", "Succeeded", ""),
        "none": ("HTTP", "Failed", "received non-2xx response code: 404"),
        "private": ("HTTP", "Succeeded", ""),
        "put": ("HTTP", "Succeeded", ""),
        "wrong": ("HTTP", "Failed", condition),
        "refused": ("HTTP", "Failed", 'Get "http://127.0.0.1:1/": [Errno 111] Connection refused'),
    }
    assert nodes["good"]["outputs"] == {"result": '{"a": 1}'}
    assert files["/new"] == b"xwf"
    assert run["status"]["progress"] == "3/6"
