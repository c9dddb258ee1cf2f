"""Artifacts behind an address: read by GET, written by PUT."""

import os
import urllib.error
import urllib.request
from http.client import HTTPResponse
from typing import Any

from yamlflow.engine.artifacts.driver import DriverError, SecretReader
from yamlflow.engine.redirects import opener

_TIMEOUT = 60.0
_SCHEMES = ("http://", "https://")


def location(artifact: dict[str, Any]) -> str:
    """Return the address."""
    return str(artifact["http"].get("url", ""))


def fetch(artifact: dict[str, Any], target: str, secret: SecretReader) -> None:
    """Write what is at an address to a file."""
    import shutil

    request = urllib.request.Request(_checked(artifact), headers=_headers(artifact, secret))
    with _open(request) as answer, open(target, "xb") as file:
        shutil.copyfileobj(answer, file)


def send(artifact: dict[str, Any], source: str, secret: SecretReader) -> None:
    """Put a file to an address."""
    if os.path.isdir(source):
        raise DriverError("a folder cannot be put to an address; leave `archive` out, or give `tar` or `zip`")
    headers = {"Content-Length": str(os.path.getsize(source)), **_headers(artifact, secret)}
    with open(source, "rb") as file:
        request = urllib.request.Request(_checked(artifact), data=file, method="PUT", headers=headers)
        _open(request).close()


def _checked(artifact: dict[str, Any]) -> str:
    url = location(artifact)
    if not url.startswith(_SCHEMES):
        raise DriverError(f"`{url}` is no http or https address")
    return url


def _headers(artifact: dict[str, Any], secret: SecretReader) -> dict[str, str]:
    headers = {str(item["name"]): str(item.get("value", "")) for item in artifact["http"].get("headers") or []}
    basic = (artifact["http"].get("auth") or {}).get("basicAuth") or {}
    if basic:
        import base64

        pair = f"{secret(basic.get('usernameSecret'))}:{secret(basic.get('passwordSecret'))}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    return headers


def _open(request: urllib.request.Request) -> HTTPResponse:
    try:
        answer: HTTPResponse = opener().open(request, timeout=_TIMEOUT)
        return answer
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise FileNotFoundError(request.full_url) from error
        raise DriverError(f"{request.full_url}: {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise DriverError(f"{request.full_url}: {error.reason}") from error
