"""Calls of an Argo Server by its Python client. Plain data goes in and comes out: the models refuse unknown fields."""

import json
import socket
from collections.abc import Iterator
from functools import cache
from typing import Any

import urllib3
from argo_workflows.api_client import ApiClient  # type: ignore[import-untyped]
from argo_workflows.configuration import Configuration  # type: ignore[import-untyped]
from argo_workflows.exceptions import ApiException  # type: ignore[import-untyped]
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, InsecureRequestWarning, ReadTimeoutError

import yamlflow
from yamlflow.targets.argo_errors import (
    CONNECT_SECONDS,
    READ_SECONDS,
    Request,
    UnreachableError,
    broken_stream,
    not_json,
    refused,
    unreachable,
)
from yamlflow.targets.argo_settings import Settings

Data = dict[str, Any]
Query = dict[str, str]
_RUNS = "/api/v1/workflows/{namespace}"
_RUN = f"{_RUNS}/{{name}}"
_CHANGES = ("ADDED", "MODIFIED", "DELETED")


class Api:
    """One server and namespace."""

    def __init__(self, settings: Settings, namespace: str) -> None:
        self._settings = settings
        self._namespace = namespace
        self._client = _client(settings)

    def create(self, body: Data) -> Data:
        """Create a run and return it."""
        request = self._request(creates=True)
        return _as_run(self._call("POST", _RUNS, request, body=body), request)

    def runs(self, query: Query) -> list[Data]:
        """Return runs."""
        request = self._request()
        items = self._call("GET", _RUNS, request, query=query).get("items") or ()
        return [_as_run(item, request) for item in items]

    def get(self, name: str) -> Data:
        """Return a run."""
        request = self._request(run=name)
        return _as_run(self._call("GET", _RUN, request), request)

    def end(self, name: str, action: str, more: Data | None = None) -> Data:
        """Have something done with a run: `stop`, `terminate`, `retry`, ...; return the run."""
        body = {"namespace": self._namespace, "name": name, **(more or {})}
        request = self._request(run=name)
        return _as_run(self._call("PUT", f"{_RUN}/{action}", request, body=body), request)

    def delete(self, name: str, *, force: bool) -> None:
        """Remove a run; `force` takes what keeps it away."""
        self._call("DELETE", _RUN, self._request(run=name), query={"force": "true"} if force else {})

    def events(self, name: str, query: Query) -> Iterator[Data]:
        """Yield the changes of a run, each a `type` and an `object`; a stream that is silent for a while ends."""
        request = self._request(run=name)
        try:
            for event in self._stream("/api/v1/workflow-events/{namespace}", request, query, READ_SECONDS):
                if event.get("type") in _CHANGES:
                    yield {"type": event["type"], "object": _as_run(event.get("object"), request)}
        except _SilentError:
            return

    def log(self, name: str, query: Query) -> Iterator[Data]:
        """Yield the lines that a run's pods print."""
        yield from self._stream(f"{_RUN}/log", self._request(run=name), query, None)

    def _request(self, *, run: str = "", creates: bool = False) -> Request:
        return Request(self._settings, self._namespace, run, creates)

    def _call(
        self, method: str, path: str, request: Request, *, query: Query | None = None, body: Data | None = None
    ) -> Data:
        timeout = (CONNECT_SECONDS, READ_SECONDS)
        answer = self._open(method, path, request, timeout, "application/json", query or {}, body)
        try:
            data = json.loads(answer.data)
        except HTTPError as error:
            raise unreachable(request, error) from None
        except ValueError:
            raise not_json(request) from None
        if not isinstance(data, dict):
            raise not_json(request)
        return data

    def _stream(self, path: str, request: Request, query: Query, silence: float | None) -> Iterator[Data]:
        timeout = (CONNECT_SECONDS, silence)
        answer = self._open("GET", path, request, timeout, "text/event-stream", query, None)
        try:
            for line in _lines(answer):
                yield _message(line, request)
        except ReadTimeoutError:
            raise _SilentError(f"{self._settings.url} is silent") from None
        except HTTPError as error:
            raise unreachable(request, error) from None
        finally:
            answer.close()

    def _open(
        self,
        method: str,
        path: str,
        request: Request,
        timeout: tuple[float, float | None],
        accept: str,
        query: Query,
        body: Data | None,
    ) -> urllib3.HTTPResponse:
        """Send a request and return the answer, its body still to be read."""
        try:
            answer: urllib3.HTTPResponse = self._client.call_api(
                path,
                method,
                path_params={"namespace": request.namespace, "name": request.run},
                query_params=list(query.items()),
                header_params={"Accept": accept},
                body=body,
                auth_settings=["BearerToken"],
                _preload_content=False,
                _request_timeout=timeout,
            )
        except ApiException as error:
            raise refused(request, error.status, error.body, error.headers.get("Location") or "") from None
        except UnicodeDecodeError:
            raise not_json(request) from None
        except HTTPError as error:
            raise unreachable(request, error) from None
        return answer


def _as_run(item: object, request: Request) -> Data:
    """Return a run of an answer as a manifest: Argo leaves out what it is, and shows who wrote which field."""
    if not isinstance(item, dict) or not isinstance(item.get("metadata"), dict):
        raise not_json(request)
    item["metadata"].pop("managedFields", None)
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"} | item


class _SilentError(UnreachableError):
    """Nothing came for a while."""


@cache
def _client(settings: Settings) -> ApiClient:
    """Return the client of a server, whose connections live on: taking them apart can swallow a Ctrl-C."""
    client = ApiClient(_configuration(settings))
    client.user_agent = f"yamlflow/{yamlflow.__version__}"
    return client


def _configuration(settings: Settings) -> Configuration:
    configuration = Configuration(
        host=settings.url, api_key={"BearerToken": settings.token} if settings.token else None
    )
    configuration.verify_ssl = settings.verify
    if not settings.verify:
        urllib3.disable_warnings(InsecureRequestWarning)
    for logger in configuration.logger.values():
        logger.setLevel("CRITICAL")  # errors say it all, and Python would print warnings beside them
    # A run must not be submitted twice, and a token not be sent elsewhere.
    configuration.retries = urllib3.Retry(0, raise_on_redirect=False)
    configuration.socket_options = [*HTTPConnection.default_socket_options, *_keepalive()]
    if settings.proxy:
        parsed = urllib3.util.parse_url(settings.proxy)
        configuration.proxy = parsed._replace(auth=None).url
        configuration.proxy_headers = urllib3.make_headers(proxy_basic_auth=parsed.auth) if parsed.auth else None
        configuration.no_proxy = settings.no_proxy
    return configuration


def _keepalive() -> Iterator[tuple[int, int, int]]:
    """Yield what makes the system find out that the other end of a silent stream is gone."""
    yield socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            yield socket.IPPROTO_TCP, getattr(socket, name), value


def _lines(answer: urllib3.HTTPResponse) -> Iterator[bytes]:
    """Yield lines as they come, without waiting for more."""
    rest = b""
    while data := answer.read1(1 << 16):
        *lines, rest = (rest + data).split(b"\n")
        yield from filter(None, map(_event, lines))
    if _event(rest):
        yield _event(rest)


def _event(line: bytes) -> bytes:
    """Return what a line of an event stream, or of plain JSON lines, holds."""
    line = line.strip()
    return b"" if line.startswith((b":", b"event:", b"id:", b"retry:")) else line.removeprefix(b"data:")


def _message(line: bytes, request: Request) -> Data:
    try:
        data = json.loads(line)
    except ValueError:
        raise UnreachableError(f"{request.settings.url} sent a broken stream") from None
    if isinstance(data, dict) and isinstance(data.get("result"), dict):
        result: Data = data["result"]
        return result
    raise broken_stream(request, data.get("error") if isinstance(data, dict) else data)
