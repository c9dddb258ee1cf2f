"""Artifacts that are repositories of git."""

import base64
import http.server
import os
import shutil
import subprocess
import threading
import urllib.parse
from pathlib import Path

import pytest
from engine_tasks import run_task

from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git")

AUTHOR = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
SSH = """#!/bin/sh
printf '%s\\n' "$@" > {log}
while [ "$1" != -i ]; do shift; done
stat -L -c %a "$2" >> {log}
cat "$2" >> {log}
while [ $# -gt 1 ]; do shift; done
exec sh -c "$1"
"""


@pytest.fixture
def target(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/of/a/hook")
    return LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)


def _git(folder, *arguments) -> None:
    environment = {**os.environ, **AUTHOR, "GIT_ALLOW_PROTOCOL": "file"}
    environment.pop("GIT_DIR", None)
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path):
    """Return a repository: two commits on `main` (the first one tagged v1), one more on `side`, a ref beside."""
    folder = tmp_path / "repo"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main", ".")
    for name, after in (("first", ("tag", "v1")), ("second", ("checkout", "-b", "side")), ("third", ("tag", "v3"))):
        (folder / "file").write_text(f"{name}\n")
        _git(folder, "add", "file")
        _git(folder, "commit", "-q", "-m", name)
        _git(folder, *after)
    _git(folder, "update-ref", "refs/changes/1", "v1")
    _git(folder, "checkout", "-q", "main")
    return folder


def test_revisions(target, repo) -> None:
    asked = {
        "main": {},
        "tag": {"revision": "v1"},
        "branch": {"branch": "side"},
        "one": {"branch": "side", "singleBranch": True, "depth": 1},
        "fetched": {"fetch": ["refs/changes/1:refs/heads/change"], "revision": "change"},
    }
    inputs = [
        {"name": name, "path": f"/src/{name}", "git": {"repo": f"file://{repo}", **more}}
        for name, more in asked.items()
    ]
    script = "for i in main tag branch one fetched; do cat /src/$i/file; done; git -C /src/one log --oneline | wc -l"
    script += "; git -C /src/one branch -r | wc -l"
    node, lines = run_task(
        target, f"export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'\n{script}", inputs
    )
    assert node["phase"] == "Succeeded", node
    assert lines == ["second", "first", "third", "third", "first", "1", "1"]


WRONG = {
    "no repository": (
        {"repo": "file:///none/there"},
        "git clone: fatal: '/none/there' does not appear to be a git repository",
    ),
    "no branch": ({"branch": "none"}, "git clone: fatal: Remote branch none not found in upstream origin"),
    "no revision": ({"revision": "none"}, "git checkout: fatal: invalid reference: none"),
    "option": ({"revision": "--orphan"}, "`--orphan` is no revision"),
    "option as branch": ({"branch": "--bare"}, "`--bare` is no revision"),
    "option as ref": ({"fetch": ["--upload-pack=x"]}, "`--upload-pack=x` is no revision"),
    "protocol": ({"repo": "ext::sh -c true"}, "git clone: fatal: transport 'ext' not allowed"),
    "single branch": ({"singleBranch": True}, "`singleBranch` needs a `branch`"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(target, repo, name) -> None:
    more, said = WRONG[name]
    node, _ = run_task(target, "true", [{"name": "a", "path": "/tmp/a", "git": {"repo": f"file://{repo}", **more}}])
    assert node["message"] == f"init: Error (exit code 64): artifact a failed to load: {said}"


def test_key(target, repo, tmp_path, monkeypatch) -> None:
    """A key of ssh is in a file that nobody else can read, as long as it is needed."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "ssh").write_text(SSH.format(log=tmp_path / "log"))
    (programs / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)
    target.bring(Along(secrets={"s": {"key": "-----KEY-----\nabc\n-----END-----"}}))
    git = {
        "repo": f"ssh://host{repo}",
        "sshPrivateKeySecret": {"name": "s", "key": "key"},
        "insecureIgnoreHostKey": True,
    }
    node, lines = run_task(target, "cat /src/file", [{"name": "a", "path": "/src", "git": git}])
    assert (node["phase"], lines) == ("Succeeded", ["second"]), node
    told = (tmp_path / "log").read_text().splitlines()
    key = Path(told[told.index("-i") + 1])
    assert told[-4:] == ["600", "-----KEY-----", "abc", "-----END-----"]
    assert "StrictHostKeyChecking=no" in told
    assert not key.is_file() or "KEY" not in key.read_text(errors="replace")  # its number may mean another file now


def test_credentials_are_for_one_server(target, repo, tmp_path) -> None:
    """A repository may name others as its parts; these do not get what is for its own server."""
    seen: list[tuple[int, str]] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given):
            super().__init__(*given, directory=str(tmp_path))

        def do_GET(self):
            seen.append((self.server.server_port, self.headers["Authorization"] or ""))
            self.path = urllib.parse.urlsplit(self.path).path
            super().do_GET()

        def log_message(self, *_):
            pass

    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    own, other = (server.server_port for server in servers)
    _git(repo, "-c", "protocol.file.allow=always", "submodule", "add", f"file://{repo}", "part")
    _git(repo, "config", "-f", ".gitmodules", "submodule.part.url", f"http://127.0.0.1:{other}/repo/.git")
    _git(repo, "commit", "-q", "-a", "-m", "part")
    _git(repo, "update-server-info")
    keys = {name: {"name": "s", "key": name[:4]} for name in ("usernameSecret", "passwordSecret")}
    target.bring(Along(secrets={"s": {"user": "anna", "pass": "pa55"}}))
    source = {"repo": f"http://127.0.0.1:{own}/repo/.git", **keys}
    node, lines = run_task(target, "cat /src/file /src/part/file", [{"name": "a", "path": "/src", "git": source}])
    for server in servers:
        server.shutdown()
        server.server_close()
    assert (node["phase"], lines) == ("Succeeded", ["second", "second"]), node
    expected = "Basic " + base64.b64encode(b"anna:pa55").decode()
    assert {port: {told for at, told in seen if at == port} for port in (own, other)} == {own: {expected}, other: {""}}
