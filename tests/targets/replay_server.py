"""A small server that answers as the real Argo Server does, and remembers what it was asked."""

import json
import select
import ssl
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from replay_runs import ANSWERS, Run

_STREAMED = ("/log", "/workflow-events/")


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    query: dict
    headers: dict
    body: dict | None


class ReplayServer(ThreadingHTTPServer):
    """Listens on loopback.

    `cuts` says after how many messages the next streams break: (count, answer) with an error, negative in good order.

    `planned` are answers that come first: part of a path → names of answers, or (status, text).
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, *, base: str = "", token: str = "", certificate: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base = base
        self.token = token
        self.asked: list[Asked] = []
        self.runs: dict[tuple[str, str], Run] = {}
        self.cuts: dict[str, list] = {}
        self.planned: dict[str, list] = {}
        self.plain_lines = False
        self.noise: list[str] = []
        self.changed = threading.Condition()
        self.closing = False
        self.made = 0
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def env(self, **more: str) -> dict[str, str]:
        """The variables that lead to this server."""
        return {"ARGO_SERVER": self.address, "ARGO_SECURE": "false", **more}

    def close(self) -> None:
        self.closing = True
        with self.changed:
            self.changed.notify_all()
        self.shutdown()
        self.server_close()
        self.thread.join()

    def handle_error(self, request, client_address) -> None:
        """A client that goes away is no failure."""

    def of(self, part: str, method: str = "GET") -> list[Asked]:
        """The requests whose path holds a text."""
        return [item for item in self.asked if part in item.path and item.method == method]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ReplayServer

    def log_message(self, *_) -> None:
        pass

    def do_GET(self) -> None:
        self._do()

    do_POST = do_PUT = do_DELETE = do_GET

    def _do(self) -> None:
        split = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        path = unquote(split.path)
        asked = Asked(self.command, path, dict(parse_qsl(split.query)), dict(self.headers), body)
        self.server.asked.append(asked)
        for part, answers in self.server.planned.items():
            if part in path and answers:
                return self._planned(answers.pop(0), path)
        if not path.startswith(self.server.base + "/api/v1/"):
            return self._text(200, ANSWERS["page"], "text/html; charset=utf-8")
        if self.server.token and self.headers.get("Authorization") != self.server.token:
            return self._error("unauthenticated", stream=any(part in path for part in _STREAMED))
        return self._route(path.removeprefix(self.server.base + "/api/v1/").split("/"), asked)

    def _planned(self, answer: str | tuple[int, str], path: str) -> None:
        if not isinstance(answer, str):
            return self._text(*answer, "text/plain")
        return self._error(answer, stream=any(part in path for part in _STREAMED))

    def _route(self, parts: list[str], asked: Asked) -> None:
        match (asked.method, *parts):
            case "POST", "workflows", namespace:
                self._create(namespace, asked.body)
            case "GET", "workflows", namespace:
                self._list(namespace, asked.query.get("listOptions.labelSelector", ""), asked.query.get("fields", ""))
            case "GET", "workflow-events", namespace:
                name = asked.query["listOptions.fieldSelector"].removeprefix("metadata.name=")
                self._with_run(namespace, name, lambda run: self._watch(run, asked.query))
            case "GET", "workflows", namespace, name:
                self._with_run(namespace, name, lambda run: self._json(200, run.state))
            case "GET", "workflows", namespace, name, "log":
                self._with_run(namespace, name, lambda run: self._log(run, asked.query))
            case "PUT", "workflows", namespace, name, "stop" | "terminate" as how:
                self._with_run(namespace, name, lambda run: self._stop(run, how.title()))
            case "DELETE", "workflows", namespace, name:
                self._with_run(namespace, name, lambda run: self._delete(namespace, run))
            case _:
                self._error("not_implemented")

    def _with_run(self, namespace: str, name: str, action) -> None:
        runs = [run for (space, _), run in self.server.runs.items() if space == namespace]
        if name == "@latest":
            found = max(runs, key=lambda run: run.state["metadata"]["creationTimestamp"], default=None)
        else:
            found = self.server.runs.get((namespace, name))
        if found is None:
            self._error("none_yet" if name == "@latest" else "not_found", name, stream=self._streams)
        else:
            action(found)

    @property
    def _streams(self) -> bool:
        return any(part in self.path for part in _STREAMED)

    def _create(self, namespace: str, body: dict) -> None:
        manifest = body["workflow"]
        if not manifest["spec"].get("entrypoint"):
            return self._error("no_entrypoint")
        if namespace == "nowhere":
            return self._error("no_namespace", namespace)
        metadata = manifest["metadata"] = {**manifest["metadata"], "namespace": namespace}
        self.server.made += 1
        name = metadata.get("name") or f"{metadata['generateName']}x{self.server.made:04}"
        if (namespace, name) in self.server.runs:
            return self._error("conflict", name)
        run = Run(manifest, name, self.server.made, self.server.changed)
        if not body.get("serverDryRun"):
            self.server.runs[namespace, name] = run
        return self._json(200, run.state)

    def _list(self, namespace: str, selector: str, fields: str) -> None:
        if selector.startswith("!!"):
            return self._error("bad_selector")
        found = [run.state for (space, _), run in self.server.runs.items() if space == namespace]
        for term in filter(None, selector.split(",")):
            key, value = term.replace("!=", "=").split("=")
            same = "!=" not in term
            found = [item for item in found if (item["metadata"]["labels"].get(key) == value) is same]
        found.sort(key=lambda item: item["status"]["finishedAt"] or "")
        found = [_only(item, fields) if fields else item for item in found]
        return self._json(200, {**ANSWERS["empty"], "items": found or None})

    def _stop(self, run: Run, how: str) -> None:
        if run.ended:
            return self._error("completed", run.name)
        run.shut_down(how)
        return self._json(200, run.state)

    def _delete(self, namespace: str, run: Run) -> None:
        del self.server.runs[namespace, run.name]
        with self.server.changed:
            run.deleted = True
            self.server.changed.notify_all()
        self._json(200, {})

    def _watch(self, run: Run, query: dict) -> None:
        """Send what came after a version, then what comes; as the real one does, never end by itself."""
        since = int(query.get("listOptions.resourceVersion") or 0)

        def changes():
            at = 0
            while not self.server.closing:
                for state in run.states[at:]:
                    if int(state["metadata"]["resourceVersion"]) > since:
                        yield {"type": "MODIFIED", "object": state}
                at = len(run.states)
                if run.deleted:
                    yield {"type": "DELETED", "object": run.state}
                if run.deleted or not (run.go_on() or self._wait(run, at)):
                    return

        self._stream("workflow-events", changes())

    def _wait(self, run: Run, at: int) -> bool:
        """Wait for a change of a run; False when the client is gone."""
        while len(run.states) == at and not run.deleted:
            with self.server.changed:
                self.server.changed.wait(0.02)
            if self.server.closing or select.select([self.connection], [], [], 0)[0]:
                return False
        return True

    def _log(self, run: Run, query: dict) -> None:
        follow, pod = query.get("logOptions.follow") == "true", query.get("podName")
        tail = int(float(query.get("logOptions.tailLines") or 0))

        def lines():
            seen: dict[str, int] = {}
            while True:
                at = len(run.states)
                for name, texts in run.logs():
                    for text in texts[-tail if tail else seen.get(name, 0) :]:
                        if pod in (None, name):
                            yield {"content": text, "podName": name}
                    seen[name] = len(texts)
                if not follow or (run.ended and at == len(run.states)) or run.deleted:
                    return
                if not run.go_on() and not self._wait(run, at):
                    return

        self._stream("/log", lines())

    def _stream(self, kind: str, messages) -> None:
        """Send messages as they come, cut where that was asked for."""
        cuts = self.server.cuts.get(kind) or []
        left = cuts.pop(0) if cuts else None
        left, error = left if isinstance(left, tuple) else (left, "")
        events = self.headers.get("Accept") == "text/event-stream" and not self.server.plain_lines
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if events else "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for text in self.server.noise:
            self._chunk(text)
        for count, message in enumerate(messages):
            if left is not None and count == abs(left):
                break
            self._message({"result": message}, events=events)
        if error:
            self._message(_in_stream(ANSWERS[error]), events=events)
        elif left is not None and left >= 0:
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")

    def _message(self, data: dict, *, events: bool) -> None:
        text = json.dumps(data)
        self._chunk(f"data: {text} \n\n\n" if events else f"{text}\n")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _error(self, name: str, run: str = "", *, stream: bool = False) -> None:
        data = json.loads(json.dumps(ANSWERS[name]).replace("NAME", run))
        status = data["status"]
        if not stream:
            del data["status"]
        else:
            data = _in_stream(data)
        if stream and self.headers.get("Accept") == "text/event-stream":
            return self._text(status, f"data: {json.dumps(data)} \n\n\n", "text/event-stream")
        return self._json(status, data)

    def _json(self, status: int, data: object) -> None:
        self._text(status, json.dumps(data), "application/json")

    def _text(self, status: int, text: str, kind: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if status == 302:
            self.send_header(*text.split(": ", 1))
        self.end_headers()
        self.wfile.write(data)


def _only(item: dict, fields: str) -> dict:
    """The parts of a run that a query asks for, with those that Argo always writes."""
    kept = {"metadata": item["metadata"], "spec": {"arguments": {}}, "status": {**ANSWERS["created"]}}
    for field in fields.split(","):
        _, _, key = field.removeprefix("items.").partition(".")
        part = field.removeprefix("items.").partition(".")[0]
        if key in item[part]:
            kept[part][key] = item[part][key]
    return kept


def _in_stream(answer: dict) -> dict:
    """An error as it looks inside a stream."""
    status = answer["status"]
    error = {"grpc_code": answer["code"], "http_code": status, "message": answer["message"]}
    return {"error": {**error, "http_status": HTTPStatus(status).phrase}}
