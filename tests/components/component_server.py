"""A server of component files over TLS, on this machine: what it gives is a table, and it counts who asked for what."""

import ssl
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CERTIFICATE = Path(__file__).resolve().parent.parent / "targets" / "data" / "self-signed.pem"

ADD = """name: Add
inputs: [{name: a, type: Integer}, {name: b, type: Integer, default: '1'}]
outputs: [{name: sum, type: Integer}]
implementation:
  container: {image: "alpine:3.20", command: [add, {inputValue: a}, {inputValue: b}, {outputPath: sum}]}
"""


class ComponentServer:
    """Answers by path: a text, a status, or (status, headers, body)."""

    def __init__(self, *, tls: bool = True) -> None:
        self.answers: dict[str, Any] = {"/add.yaml": ADD}
        self.asked: Counter[str] = Counter()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked[self.path] += 1
                found = owner.answers.get(self.path, 404)
                status, headers, body = found if isinstance(found, tuple) else (200, {}, found)
                if isinstance(found, int):
                    status, body = found, ""
                data = body if isinstance(body, bytes) else body.encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"http{'s' if tls else ''}://localhost:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
