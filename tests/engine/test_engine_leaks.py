"""Secrets given in every way, used in every way, and shown by mistake in every way: they are found nowhere."""

import base64
import http.server
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

MANIFEST = Path(__file__).parent / "leaks.yaml"
LINES = [f"{line:x}MIIEvQIBADANBg/+kqhkiG9w0BAQEFA" for line in range(4)]
LONG = "\n".join(["-----BEGIN KEY-----", *LINES, "-----END-----"])
VALUES = {
    "file": "pa55/w0rd+é&x=1",
    "variable": 'q"uo\\te-7z',
    "along": "with blanks 42%",
    "typed": "typed~at~a~terminal",
    "long": LONG,
}


def _spellings() -> dict[str, bytes]:
    """Return what must be found nowhere."""
    found = {}
    for value in VALUES.values():
        raw = value.encode()
        encoders = (base64.b64encode, base64.urlsafe_b64encode)
        encoded = [encode(text).decode() for encode in encoders for text in (raw, raw + b"\n")]
        wrapped = [*encoded, *base64.encodebytes(raw).decode().split("\n")]
        lines = [line for line in wrapped if len(line) > 8]
        forms = [
            repr(value)[1:-1],
            value,
            quote(value),
            quote(value, safe=""),
            quote_plus(value),
            *lines,
            *value.split("\n"),
        ]
        forms += [text.rstrip("=") for text in encoded]
        found |= {form: form.encode() for form in forms if not form.startswith("-----")}
    return found


FORMS = _spellings()


def _in(content: bytes) -> list[str]:
    return [form for form, raw in FORMS.items() if raw in content]


class _Handler(http.server.BaseHTTPRequestHandler):
    """Says what it was told, as servers that are being looked at do."""

    def do_GET(self) -> None:
        told = "\n".join(self.headers.values()).encode("latin-1", "replace")
        told += b"".join(base64.b64decode(pair) for pair in re.findall(rb"Basic (\S+)", told))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told += self.requestline.encode()
        self.send_response(200 if "echo" in self.path else 403, "no entry for you")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_PUT = do_POST = do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


class Watch:
    """Looks at the command lines of all processes of the machine."""

    def __init__(self):
        self.found: set[str] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self):
        while not self._end.wait(0.005):
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    line = Path(f"/proc/{pid}/cmdline").read_bytes()
                except OSError:
                    continue
                if int(pid) != os.getpid():
                    self.found |= {f"{form} in {line[:60]!r}" for form in _in(line)}

    def end(self):
        self._end.set()
        self._thread.join()
        return self.found


def _at_a_terminal(command, environment, folder, answer):
    """Run a command as a person does, and answer its question; return what was to be seen."""
    main, side = pty.openpty()
    with subprocess.Popen(
        command, stdin=side, stdout=side, stderr=side, env=environment, cwd=folder, start_new_session=True
    ) as process:
        os.close(side)
        seen = b""
        try:
            while part := os.read(main, 4096):
                seen += part
                if answer and b"secret `typed`, `value`: " in seen:
                    os.write(main, answer.encode() + b"\n")
                    answer = ""
        except OSError:  # the other end is closed
            pass
        os.close(main)
    return process.returncode, seen


def _give(tmp_path):
    secrets = tmp_path / "secrets.yaml"
    lines = "".join(f"    {line}\n" for line in LONG.split("\n"))
    secrets.write_text(f"file: {{value: '{VALUES['file']}'}}\nlong:\n  value: |-\n{lines}")
    secrets.chmod(0o600)
    data = base64.b64encode(VALUES["along"].encode()).decode()
    (tmp_path / "with.yaml").write_text(f"kind: Secret\nmetadata: {{name: along}}\ndata: {{value: {data}}}\n")
    return ["--secrets-file", str(secrets), "--with", str(tmp_path / "with.yaml")]


def test_no_leak(tmp_path, user_env, port) -> None:
    VALUES["address"] = f"http://127.0.0.1:{port}/a/secret/address"
    FORMS.update(_spellings())
    given = _give(tmp_path)
    environment = {
        **user_env,
        "YAMLFLOW_SECRET_ADDRESS_VALUE": VALUES["address"],
        "YAMLFLOW_SECRET_VARIABLE_VALUE": VALUES["variable"],
        "TERM": "xterm",
    }
    yamlflow = [sys.executable, "-m", "yamlflow"]
    watch = Watch()
    command = [*yamlflow, "run", str(MANIFEST), "-p", f"port={port}", *given]
    code, seen = _at_a_terminal(command, environment, tmp_path, VALUES["typed"])
    assert watch.end() == set()
    assert (code, _in(seen)) == (1, [])
    assert b"secret `typed`, `value`: " in seen
    shown = {}
    for arguments in (
        ["get", "leaks", "-o", "json"],
        ["get", "leaks", "-o", "yaml"],
        ["get", "leaks"],
        ["list", "-o", "wide"],
        ["logs", "leaks"],
        ["logs", "leaks", "-f"],
        ["list", "-o", "json"],
        ["artifacts", "list", "leaks", "-o", "json"],
        ["artifacts", "lineage", "leaks"],
        ["artifacts", "cat", "leaks", "forms/main-logs"],
    ):
        done = subprocess.run([*yamlflow, *arguments], env=user_env, cwd=tmp_path, capture_output=True, check=False)
        shown[" ".join(arguments)] = done.stdout + done.stderr
    assert {name: _in(text) for name, text in shown.items() if _in(text)} == {}
    assert shown["logs leaks"].count(b"***") > 40
    status = shown["get leaks -o json"]
    for phase in (b"Succeeded", b"Failed", b"Error", b"exit code 3", b"received", b"403"):
        assert phase in status or phase == b"received", phase
    home = Path(user_env["YAMLFLOW_HOME"])
    files = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    assert {str(path): _in(path.read_bytes()) for path in files if _in(path.read_bytes())} == {}
    assert {path.name for path in files} >= {"store.db", "engine.log"}
    assert not [name for name in os.listdir("/dev/shm") if name.startswith("yamlflow-") and _holds(name)]


def _holds(name):
    folder = Path("/dev/shm") / name
    return [path for path in folder.rglob("*") if path.is_file() and _in(path.read_bytes())]
