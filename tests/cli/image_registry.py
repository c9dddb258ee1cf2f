"""A registry of images, as small as it can be: it takes what is pushed."""

import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        return

    def _body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _answer(self, status, headers=()):
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", "0")):
            self.send_header(name, value)
        self.end_headers()

    def do_GET(self):
        self._answer(200 if self.path == "/v2/" else 404)

    def do_HEAD(self):
        self._answer(200 if self.path.rpartition("/")[2] in self.server.blobs else 404)

    def do_POST(self):
        self._body()
        self.server.upload = b""
        self._answer(202, [("Location", f"{self.path}1"), ("Range", "0-0")])

    def do_PATCH(self):
        self.server.upload += self._body()
        self._answer(202, [("Location", self.path), ("Range", f"0-{max(len(self.server.upload) - 1, 0)}")])

    def do_PUT(self):
        content = self._body()
        if "/manifests/" in self.path:
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            self.server.manifests[self.path.rpartition("/")[2]] = digest
        else:
            digest = f"sha256:{hashlib.sha256(self.server.upload + content).hexdigest()}"
            self.server.blobs.add(digest)
        self._answer(201, [("Docker-Content-Digest", digest)])


@contextmanager
def image_registry():
    """Serve a registry on a free port; yield its address, and the digests of what was pushed by tag."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.blobs, server.manifests, server.upload = set(), {}, b""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", server.manifests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
