"""Probes of daemons: what they ask, and when the daemon counts as ready."""

import http.server
import shutil
import threading

import pytest

from yamlflow.targets.local import LocalTarget


@pytest.fixture
def asked():
    """Return a server that answers the first two questions with 503; (port, the headers of all questions)."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((self.path, self.headers.get("X-From")))
            self.send_response(200 if len(seen) > 2 else 503)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, seen
    server.shutdown()
    server.server_close()


def _run(target, server):
    """Run a daemon, and a step after it."""
    steps = [[{"name": "server", "template": "server"}], [{"name": "look", "template": "look"}]]
    templates = [
        {"name": "main", "steps": steps},
        {"name": "server", "daemon": True, "container": server},
        {"name": "look", "container": {"image": "busybox", "command": ["/bin/true"]}},
    ]
    spec = {"entrypoint": "main", "templates": templates}
    target.submit({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}, "spec": spec})
    *_, run = target.watch("wf")
    return run


def test_http_probe_by_the_name_of_a_port(asked, tmp_path) -> None:
    port, seen = asked
    get = {"path": "/up", "port": "web", "httpHeaders": [{"name": "X-From", "value": "probe"}]}
    server = {
        "image": "busybox",
        "command": ["sleep", "120"],
        "ports": [{"name": "web", "containerPort": port}],
        "readinessProbe": {"httpGet": get, "successThreshold": 2, "timeoutSeconds": 60},
    }
    run = _run(LocalTarget(str(tmp_path), "kubeflow"), server)
    assert run["status"]["phase"] == "Succeeded"
    assert set(seen) == {("/up", "probe")}
    assert len(seen) == 4


def test_a_probe_that_cannot_be_asked_is_told(tmp_path) -> None:
    """Without `nsenter` nothing can be run in a sandbox: the daemon is ready when it runs, and the run says so."""
    probe = {"exec": {"command": ["/bin/false"]}}
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "true").symlink_to(shutil.which("true"))  # by which bubblewrap is tried
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment={"PATH": str(tmp_path / "bin")})
    run = _run(target, {"image": "busybox", "command": ["/bin/sleep", "120"], "readinessProbe": probe})
    assert run["status"]["phase"] == "Succeeded"
    assert "[left-out] not in force on this machine: readinessProbe.exec" in target.notices("wf")
