"""What an Argo Server refuses and why it cannot be reached, in one line each."""

import json
import ssl
from typing import Any, NamedTuple

from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from yamlflow.targets.argo_settings import Settings
from yamlflow.targets.protocol import RunNotFoundError, TargetError

CONNECT_SECONDS = 10
READ_SECONDS = 60
_LONGEST = 1000
_SHORTEST_SECRET = 6
_UNAVAILABLE = (429, 502, 503, 504)
_HTTP_OF_GRPC = {3: 400, 5: 404, 6: 409, 7: 403, 9: 400, 16: 401}
_WEB_PAGE = "check ARGO_SERVER and ARGO_BASE_HREF"


class UnreachableError(TargetError):
    """The server cannot be reached, or a stream from it was cut."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, exit_code=3, hint=hint)


class ExpiredError(UnreachableError):
    """The server does not know any more what a stream should go on from."""


class Request(NamedTuple):
    """What was asked for, as far as an error has to say."""

    settings: Settings
    namespace: str
    run: str = ""
    creates: bool = False


def refused(request: Request, status: int, body: str, location: str = "") -> TargetError:
    """Return the error for an answer that is no success; `location` is where it leads to."""
    if location:
        hint = "set ARGO_SERVER and ARGO_SECURE to what needs no redirection"
        return UnreachableError(f"the server at {request.settings.url} leads to {_safe(request, location)}", hint)
    data = message_of(body)
    if data is None:
        return _no_api(request, status, body)
    return _explained(request, status, _safe(request, _text(data)))


def broken_stream(request: Request, error: object) -> TargetError:
    """Return the error for a message of a stream that holds one: what may pass is an UnreachableError."""
    data: dict[str, Any] = error if isinstance(error, dict) else {"message": str(error)}
    status = _HTTP_OF_GRPC.get(data.get("grpc_code") or data.get("code") or 0)
    text = _safe(request, _text(data))
    if status is None:
        return UnreachableError(f"the server at {request.settings.url} broke off: {text}")
    return _explained(request, status, text)


def not_json(request: Request) -> TargetError:
    """Return the error for a success that is not Argo's."""
    return UnreachableError(f"what answers at {request.settings.url} is no Argo Server", _WEB_PAGE)


def message_of(body: str) -> dict[str, Any] | None:
    """Return the error in an answer's body: of a plain answer, of a stream, of an event stream."""
    try:
        data = json.loads(body.strip().removeprefix("data:"))
    except ValueError:
        return None
    if isinstance(data, dict) and isinstance(data.get("error"), dict):
        data = data["error"]
    return data if isinstance(data, dict) and "message" in data else None


def _text(data: dict[str, Any]) -> str:
    return str(data.get("message") or "no reason given")


def _safe(request: Request, text: str) -> str:
    """Return a server's words as one line that does not hold the token."""
    for secret in {request.settings.token, request.settings.token.rpartition(" ")[2]}:
        text = text.replace(secret, "***") if len(secret) >= _SHORTEST_SECRET else text
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _explained(request: Request, status: int, text: str) -> TargetError:
    url, namespace = request.settings.url, request.namespace
    if status == 401:
        return TargetError(f"the server at {url} refuses the token: {text}", hint=_token_hint(request))
    if status == 403:
        hint = f"the account of ARGO_TOKEN may not do this in namespace `{namespace}`; another one: -n"
        return TargetError(f"the server at {url} forbids it: {text}", hint=hint)
    if status in (400, 410) and "too old" in text:
        return ExpiredError(f"the server at {url} broke off: {text}")
    if status == 404 and request.run:
        return RunNotFoundError(_no_run(request))
    if status == 404 and text.startswith("namespaces "):
        return TargetError(f"the server at {url} has no namespace `{namespace}`", hint="choose another one with -n")
    if status in _UNAVAILABLE:
        return UnreachableError(f"the server at {url} is not available ({status}): {text}")
    if status == 501:
        return UnreachableError(f"the server at {url} does not know this call", _WEB_PAGE)
    if status == 409 and request.creates:
        return TargetError(f"{text} (namespace `{namespace}`)", hint="choose another name, or delete that run")
    if "cannot shutdown a completed workflow" in text:
        return TargetError(f"run `{request.run}` has already ended")
    return TargetError(f"the server refuses it: {text}" if status < 500 else f"the server failed ({status}): {text}")


def _no_run(request: Request) -> str:
    if request.run == "@latest":
        return f"no runs in namespace `{request.namespace}` of target argo"
    return f"no run `{request.run}` in namespace `{request.namespace}` of target argo"


def _token_hint(request: Request) -> str:
    token = request.settings.token
    if not token:
        return "set ARGO_TOKEN to the whole header: `Bearer ...`"
    if not token.startswith(("Bearer ", "Basic ")):
        return "ARGO_TOKEN must be the whole header: `Bearer ...`"
    return "check ARGO_TOKEN; it may have expired"


def _no_api(request: Request, status: int, body: str) -> TargetError:
    """Return the error for an answer that does not have Argo's form: of a proxy, or of another server."""
    url = request.settings.url
    if "HTTP request to an HTTPS server" in body:
        return UnreachableError(f"the server at {url} wants https", "set ARGO_SECURE=true")
    if status == 401:
        return _explained(request, status, "401 Unauthorized")
    if status == 403:
        return _explained(request, status, "403 Forbidden")
    if status in _UNAVAILABLE:
        return UnreachableError(f"the server at {url} is not available ({status})")
    return UnreachableError(f"what answers at {url} is no Argo Server (status {status})", _WEB_PAGE)


def unreachable(request: Request, error: Exception) -> UnreachableError:
    """Return the error for a request that got no answer."""
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    url = request.settings.url
    unknown = "whether the run was submitted is not known: `yamlflow list` tells" if request.creates else ""
    if isinstance(cause, NameResolutionError):
        return UnreachableError(f"the host of the server at {url} is not known", "check ARGO_SERVER")
    if isinstance(cause, ConnectTimeoutError) and not isinstance(cause, NewConnectionError):
        return UnreachableError(f"no answer from {url} within {CONNECT_SECONDS} s", "check ARGO_SERVER and the network")
    if isinstance(cause, ProxyError):
        return UnreachableError(f"the proxy on the way to {url} does not answer", "check HTTPS_PROXY and NO_PROXY")
    if isinstance(cause, NewConnectionError):
        hint = "check ARGO_SERVER, and that the server or its port-forward runs"
        return UnreachableError(f"no Argo Server at {url}: {_reason(cause)}", hint)
    if isinstance(cause, SSLError):
        return _tls(url, cause)
    if isinstance(cause, ReadTimeoutError):
        return UnreachableError(f"{url} gave no answer within {READ_SECONDS} s", unknown)
    return UnreachableError(f"{url} closed the connection", unknown or "check ARGO_SERVER and ARGO_SECURE")


def _reason(error: Exception) -> str:
    cause = error.__cause__
    text = cause.strerror if isinstance(cause, OSError) else ""
    return (text or "cannot connect").lower()


def _tls(url: str, error: SSLError) -> UnreachableError:
    inner = error.args[0] if error.args else None
    if isinstance(inner, ssl.SSLCertVerificationError):
        hint = "name its CA in SSL_CERT_FILE, or set ARGO_INSECURE_SKIP_VERIFY=true"
        return UnreachableError(f"the certificate of {url} is not trusted: {inner.verify_message.rstrip('.')}", hint)
    return UnreachableError(f"{url} does not speak TLS", "if it is plain http, set ARGO_SECURE=false")
