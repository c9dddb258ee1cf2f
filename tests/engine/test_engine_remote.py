"""Artifacts outside of the machine: addresses, repositories of git, S3; templates that send requests."""

import http.server
import io
import os
import tarfile
import threading
import time
import zipfile

import pytest
from processes import wait_until

from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along

ALLOWED = ("Basic YW5uYTpwYTU1", "Bearer t0ken")
ODD = {
    "/garbage": b"this is no HTTP\r\n\r\n",
    "/cut": b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nabc",
    "/nothing": b"",
    "/file": b"HTTP/1.0 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
    "/500": b"HTTP/1.0 500 Not today\r\n\r\n",
}


@pytest.fixture
def target(tmp_path):
    return LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)


@pytest.fixture
def site():
    """Return the address of a server and what it holds, by path."""
    files: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path in ODD:
                self.wfile.write(ODD[self.path])
                return
            end = time.monotonic() + 20
            while self.path == "/waits" and "/gate" not in files and time.monotonic() < end:
                time.sleep(0.01)
            content = files.get("/gate" if self.path == "/waits" else self.path)
            if content is None or (self.path == "/private" and self.headers["Authorization"] not in ALLOWED):
                self.send_error(404 if content is None else 401)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            files["/asked"] = self.headers["Authorization"].encode() + b" " + asked
            files["/private"] = b"mine"
            self.do_GET()

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


def test_what_cannot_be_removed_from_an_address_is_told(target, site) -> None:
    address, files = site
    gone = {"archive": {"none": {}}, "artifactGC": {"strategy": "OnWorkflowCompletion"}}
    _run(
        target,
        "echo up > /tmp/up",
        outputs=[{"name": "up", "path": "/tmp/up", "http": {"url": f"{address}/up"}, **gone}],
    )
    wait_until(lambda: "strategiesProcessed" in target.get("wf")["status"]["artifactGCStatus"])
    status = target.get("wf")["status"]
    failed = {"type": "ArtifactGCError", "status": "True"}
    assert {**failed, "message": "up: delete not supported for this artifact storage"} in status["conditions"]
    assert "deleted" not in status["nodes"]["wf"]["outputs"]["artifacts"][0]
    assert files["/up"] == b"up\n"


def test_http_that_is_not_there(target, site) -> None:
    address, _ = site
    node, _ = _run(target, "true", [{"name": "a", "path": "/tmp/a", "http": {"url": f"{address}/none"}}])
    assert node["phase"] == "Error"
    assert node["message"] == f"init: Error (exit code 64): artifact a failed to load: {address}/none: 404 Not Found"


WRONG = {
    "/garbage": "{}/garbage: this is no HTTP",
    "/cut": "{}/cut: the answer was cut off, 97 bytes are missing",
    "/nothing": "{}/nothing: Remote end closed connection without response",
    "/file": "{}/file: 302 Found - Redirection to url 'file:///etc/passwd' is not allowed",
    "/500": "{}/500: 500 Not today",
    "/a b": "{}/a b: URL can't contain control characters. '/a b' (found at least ' ')",
}


def test_http_that_is_wrong(target, site) -> None:
    """Whatever an address answers, the engine goes on."""
    address, _ = site
    inputs = {path: {"name": "a", "path": "/tmp/a", "http": {"url": address + path}} for path in WRONG}
    templates = [
        {
            "name": f"t{at}",
            "inputs": {"artifacts": [item]},
            "container": {"image": "busybox", "command": ["true"]},
        }
        for at, item in enumerate(inputs.values())
    ]
    steps = [{"name": f"t{at}", "template": f"t{at}"} for at in range(len(WRONG))]
    spec = {"entrypoint": "main", "templates": [{"name": "main", "steps": [steps]}, *templates]}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    target.submit({**kind, "metadata": {"name": "wf"}, "spec": spec})
    *_, run = target.watch("wf")
    nodes = {node["displayName"]: node for node in run["status"]["nodes"].values()}
    said = [nodes[f"t{at}"]["message"] for at in range(len(WRONG))]
    begin = "init: Error (exit code 64): artifact a failed to load: "
    assert said == [begin + text.format(address) for text in WRONG.values()]


def test_http_with_a_token(target, site) -> None:
    address, files = site
    files |= {"/token": b'{"access_token": "t0ken", "token_type": "bearer"}'}
    target.bring(Along(secrets={"s": {"url": f"{address}/token", "id": "anna", "word": "pa55"}}))
    keys = {"tokenURLSecret": "url", "clientIDSecret": "id", "clientSecretSecret": "word"}
    oauth = {name: {"name": "s", "key": key} for name, key in keys.items()}
    oauth |= {"scopes": ["read", "all"], "endpointParams": [{"key": "audience", "value": "x"}]}
    source = {"url": f"{address}/private", "auth": {"oauth2": oauth}}
    node, lines = _run(target, "cat /in/a", [{"name": "a", "path": "/in/a", "http": source}])
    assert (node["phase"], lines) == ("Succeeded", ["mine"])
    assert files["/asked"] == b"Basic YW5uYTpwYTU1 grant_type=client_credentials&scope=read+all&audience=x"


def test_a_slow_server_keeps_no_others(target, site) -> None:
    """What comes from elsewhere comes side by side: the second file is there only when the first task has it."""
    address, files = site
    files["/late"] = b"late"

    def task(name, path, script):
        source = {"name": "a", "path": "/in/a", "http": {"url": address + path}}
        return {
            "name": name,
            "inputs": {"artifacts": [source]},
            "script": {"image": "busybox", "command": ["python3"], "source": script},
        }

    open_it = f"import urllib.request as r; r.urlopen(r.Request('{address}/gate', b'', method='PUT'))"
    templates = [task("slow", "/waits", "print(open('/in/a').read())"), task("fast", "/late", open_it)]
    steps = [{"name": name, "template": name} for name in ("slow", "fast")]
    spec = {"entrypoint": "main", "templates": [{"name": "main", "steps": [steps]}, *templates]}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    target.submit({**kind, "metadata": {"name": "wf"}, "spec": spec})
    *_, run = target.watch("wf")
    assert run["status"]["phase"] == "Succeeded", run["status"]


def test_put_that_is_refused(target) -> None:
    output = {"name": "o", "path": "/tmp/o", "http": {"url": "http://127.0.0.1:1/o"}}
    node, _ = _run(target, "echo > /tmp/o", outputs=[output])
    said = "artifact o: http://127.0.0.1:1/o: [Errno 111] Connection refused"
    assert node["message"] == f"wait: Error (exit code 64): failed to save outputs: {said}"


def test_a_folder_goes_out_without_what_its_links_lead_to(target, site, tmp_path) -> None:
    """A task does not see all files of this machine, but what sends its folder does."""
    address, files = site
    (tmp_path / "hidden").write_text("hidden")
    outputs = [{"name": "o", "path": "/tmp/o", "http": {"url": f"{address}/o"}, "archive": {"zip": {}}}]
    node, _ = _run(target, f"mkdir /tmp/o; echo a > /tmp/o/a; ln -s {tmp_path}/hidden /tmp/o/b", outputs=outputs)
    assert node["phase"] == "Succeeded", node
    assert zipfile.ZipFile(io.BytesIO(files["/o"])).namelist() == ["o/a"]


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
    refused = "dial tcp 127.0.0.1:1: connect: connection refused"
    assert said == {
        "good": ("HTTP", "Succeeded", ""),
        "none": ("HTTP", "Failed", "received non-2xx response code: 404"),
        "private": ("HTTP", "Succeeded", ""),
        "put": ("HTTP", "Succeeded", ""),
        "wrong": ("HTTP", "Failed", condition),
        "refused": ("HTTP", "Failed", f'Get "http://127.0.0.1:1/": {refused}'),
    }
    assert nodes["good"]["outputs"] == {"result": '{"a": 1}'}
    assert files["/new"] == b"xwf"
    assert run["status"]["progress"] == "3/6"
