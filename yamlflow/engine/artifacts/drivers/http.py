"""Artifacts behind an address: read by GET, written by PUT."""

import base64
import json
import os
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode

from yamlflow.engine.artifacts.driver import AbsentError, DriverError, SecretReader
from yamlflow.engine.artifacts.secretfile import secret_file
from yamlflow.engine.redirects import opener

_TIMEOUT = 60.0
_SCHEMES = ("http://", "https://")


def location(artifact: dict[str, Any]) -> str:
    """Return the address."""
    return str(artifact["http"].get("url", ""))


def fetch(artifact: dict[str, Any], target: str, secret: SecretReader) -> None:
    """Write what is at an address to a file."""
    url = _checked(location(artifact))
    with _told(url), _context(artifact, secret) as context:
        request = urllib.request.Request(url, headers=_headers(artifact, secret, context))
        with _open(request, context) as answer, open(target, "xb") as file:
            shutil.copyfileobj(answer, file)
            if answer.length:
                raise DriverError(f"{url}: the answer was cut off, {answer.length} bytes are missing")


def send(artifact: dict[str, Any], source: str, secret: SecretReader) -> None:
    """Put a file to an address."""
    if os.path.isdir(source):
        raise DriverError("a folder cannot be put to an address; leave `archive` out, or give `tar` or `zip`")
    url = _checked(location(artifact))
    with _told(url), _context(artifact, secret) as context, open(source, "rb") as file:
        headers = {"Content-Length": str(os.path.getsize(source)), **_headers(artifact, secret, context)}
        request = urllib.request.Request(url, data=file, method="PUT", headers=headers)
        _open(request, context).close()


def _checked(url: str) -> str:
    if not url.startswith(_SCHEMES):
        raise DriverError(f"`{url}` is no http or https address")
    return url


@contextmanager
def _context(artifact: dict[str, Any], secret: SecretReader) -> Iterator[ssl.SSLContext | None]:
    """Have the certificate of a client, where one is to be shown."""
    auth = (artifact["http"].get("auth") or {}).get("clientCert") or {}
    if not auth:
        yield None
        return
    context = ssl.create_default_context()
    with ExitStack() as files:
        certificate, key = (
            files.enter_context(secret_file(secret(auth.get(name)))) for name in ("clientCertSecret", "clientKeySecret")
        )
        try:
            context.load_cert_chain(certificate, key)
        except (ssl.SSLError, OSError) as error:
            raise DriverError("the certificate and the key of `clientCert` cannot be read, or do not match") from error
    yield context


def _headers(artifact: dict[str, Any], secret: SecretReader, context: ssl.SSLContext | None) -> dict[str, str]:
    headers = {str(item["name"]): str(item.get("value", "")) for item in artifact["http"].get("headers") or []}
    auth = artifact["http"].get("auth") or {}
    basic, oauth = auth.get("basicAuth") or {}, auth.get("oauth2") or {}
    if basic:
        headers["Authorization"] = _basic(secret(basic.get("usernameSecret")), secret(basic.get("passwordSecret")))
    elif oauth:
        headers["Authorization"] = "Bearer " + _token(oauth, secret, context)
    return headers


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _token(oauth: dict[str, Any], secret: SecretReader, context: ssl.SSLContext | None) -> str:
    """Return a token for the credentials of a client."""
    url = _checked(secret(oauth.get("tokenURLSecret")))
    form = {"grant_type": "client_credentials"}
    if oauth.get("scopes"):
        form["scope"] = " ".join(map(str, oauth["scopes"]))
    form |= {str(item["key"]): str(item.get("value", "")) for item in oauth.get("endpointParams") or []}
    pair = _basic(secret(oauth.get("clientIDSecret")), secret(oauth.get("clientSecretSecret")))
    with _told(url):
        request = urllib.request.Request(url, urlencode(form).encode(), {"Authorization": pair})
        with _open(request, context) as answer:
            try:
                return str(json.load(answer)["access_token"])
            except (ValueError, KeyError, TypeError) as error:
                raise DriverError(f"{url}: the answer holds no `access_token`") from error


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Say of an error at which address it was."""
    try:
        yield
    except urllib.error.HTTPError as error:
        said = f"{url}: {error.code} {' '.join(str(error.reason).split())}"
        raise (AbsentError if error.code == 404 else DriverError)(said) from error
    except urllib.error.URLError as error:
        raise DriverError(f"{url}: {error.reason}") from error
    except (HTTPException, ValueError, TimeoutError, ConnectionError, ssl.SSLError) as error:
        raise DriverError(f"{url}: {' '.join(str(error).split())}") from error


def _open(request: urllib.request.Request, context: ssl.SSLContext | None) -> HTTPResponse:
    answer: HTTPResponse = opener(context).open(request, timeout=_TIMEOUT)
    return answer
