"""Probes of daemons: what they ask, and when the daemon counts as ready."""

import http.server
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


def test_http_probe_by_the_name_of_a_port(asked, tmp_path) -> None:
    port, seen = asked
    get = {"path": "/up", "port": "web", "httpHeaders": [{"name": "X-From", "value": "probe"}]}
    server = {
        "image": "busybox",
        "command": ["sleep", "600"],
        "ports": [{"name": "web", "containerPort": port}],
        "readinessProbe": {"httpGet": get, "successThreshold": 2, "timeoutSeconds": 60},
    }
    steps = [[{"name": "server", "template": "server"}], [{"name": "look", "template": "look"}]]
    templates = [
        {"name": "main", "steps": steps},
        {"name": "server", "daemon": True, "container": server},
        {"name": "look", "container": {"image": "busybox", "command": ["true"]}},
    ]
    spec = {"entrypoint": "main", "templates": templates}
    target = LocalTarget(str(tmp_path), "kubeflow")
    target.submit({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}, "spec": spec})
    *_, run = target.watch("wf")
    assert run["status"]["phase"] == "Succeeded"
    assert set(seen) == {("/up", "probe")}
    assert len(seen) == 4
