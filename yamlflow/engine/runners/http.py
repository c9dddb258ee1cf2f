"""Making the requests of `http` templates."""

import socket
import ssl
import urllib.error
import urllib.request
from typing import Any

from yamlflow.engine.events import Ended
from yamlflow.engine.redirects import opener
from yamlflow.engine.request import HttpRequest
from yamlflow.engine.scope import SubstitutionError


def perform(request: HttpRequest) -> Ended:
    """Make a request and judge the answer. Called in a thread."""
    if not request.url.startswith(("http://", "https://")):
        return Ended(request.node, None, failure=f'unsupported protocol scheme in "{request.url}"')
    asked = urllib.request.Request(
        request.url, data=request.body or None, method=request.method, headers=dict(request.headers)
    )
    try:
        with opener(tls(verify=request.verify)).open(asked, timeout=request.timeout) as answer:
            return _judge(request, answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return _judge(request, error.code, error.headers, error.read())
    except (OSError, ValueError) as error:
        reason = _reason(request.url, getattr(error, "reason", error))
        return Ended(request.node, None, failure=f'{request.method.capitalize()} "{request.url}": {reason}')


def tls(*, verify: bool) -> ssl.SSLContext:
    """Return how servers are spoken to over TLS; without `verify` any of them is believed."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _reason(url: str, error: object) -> str:
    """Return what kept a request from being answered, in the words of Go."""
    from urllib.parse import urlsplit

    place = urlsplit(url)
    if isinstance(error, ConnectionRefusedError):
        port = place.port or {"http": 80}.get(place.scheme, 443)
        return f"dial tcp {place.hostname}:{port}: connect: connection refused"
    if isinstance(error, socket.gaierror):
        return f"dial tcp: lookup {place.hostname}: no such host"
    if isinstance(error, TimeoutError):
        return "context deadline exceeded"
    if isinstance(error, ConnectionResetError):
        return "read: connection reset by peer"
    return str(error)


def _judge(request: HttpRequest, status: int, headers: Any, body: bytes) -> Ended:  # noqa: ANN401 - a message of email
    text = body.decode(errors="replace")
    outputs = {"result": text}
    if not request.condition:
        failure = "" if 200 <= status < 300 else f"received non-2xx response code: {status}"
        return Ended(request.node, None, outputs, failure=failure)
    scope = {
        "request": {
            "method": request.method,
            "url": request.url,
            "body": request.body.decode(errors="replace"),
            "headers": {name.title(): [value] for name, value in request.headers},
        },
        "response": {
            "statusCode": status,
            "body": text,
            "headers": {name.title(): headers.get_all(name) for name in set(headers.keys())},
        },
    }
    from yamlflow.engine.expression import holds_in

    try:
        good = holds_in(request.condition, scope)
    except SubstitutionError as error:
        return Ended(request.node, None, outputs, error=str(error))
    failure = "" if good else f"successCondition '{request.condition}' evaluated false"
    return Ended(request.node, None, outputs, failure=failure)
