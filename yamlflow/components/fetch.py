"""Fetching a file by its address: over TLS, within limits of time and size, with a clear reason when it fails."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

CONNECT_SECONDS = 10.0
READ_SECONDS = 15.0
MAX_BYTES = 10 * 1024 * 1024
_REDIRECTS = 5
_CHUNK = 65536
_MOVED = (301, 302, 303, 307, 308)

Allowed = Callable[[str], bool]
"""Whether an address may be asked."""


class FetchError(Exception):
    """A file could not be fetched; `hint` says what to do about it, `missing` that there is none."""

    def __init__(self, message: str, hint: str = "", *, missing: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.missing = missing


def fetch(url: str, env: Mapping[str, str], allowed: Allowed, seconds: float) -> bytes:
    """Return what an address holds; after so many seconds it is given up, whatever the server does."""
    from threading import Thread

    found: list[bytes | Exception] = []

    def work() -> None:
        try:
            found.append(_fetch(url, env, allowed, monotonic() + seconds))
        except Exception as error:
            found.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(max(seconds, 0))
    if not found:
        raise FetchError(f"it was not there after {seconds:.0f} s")
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _fetch(url: str, env: Mapping[str, str], allowed: Allowed, deadline: float) -> bytes:
    from urllib3.exceptions import HTTPError

    try:
        for _ in range(_REDIRECTS + 1):
            answer = _ask(url, env)
            if answer.status not in _MOVED:
                return _body(answer, deadline)
            from urllib.parse import urljoin

            answer.close()
            url = urljoin(url, answer.headers.get("Location") or "")
            if not allowed(url):
                raise FetchError(f"it leads on to {url}, which is not https")
    except HTTPError as error:
        raise _reason(error) from None
    raise FetchError(f"it leads on more than {_REDIRECTS} times")


def _ask(url: str, env: Mapping[str, str]) -> "BaseHTTPResponse":
    from urllib3 import Timeout

    timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    headers = {"User-Agent": "yamlflow", "Accept-Encoding": "identity"}
    pool = _pool(url, env)
    return pool.request(
        "GET", url, redirect=False, retries=False, preload_content=False, timeout=timeout, headers=headers
    )


def _pool(url: str, env: Mapping[str, str]) -> "PoolManager":
    from ssl import create_default_context

    from urllib3 import PoolManager, ProxyManager, make_headers
    from urllib3.util import parse_url

    context = create_default_context()
    proxy = _proxy(url, env)
    if not proxy:
        return PoolManager(ssl_context=context)
    at = parse_url(proxy)
    if at.scheme not in ("http", "https") or not at.host:
        raise FetchError(f"the proxy `{at.host or proxy}` is none that can be used", "it is an http:// address")
    headers = make_headers(proxy_basic_auth=at.auth) if at.auth else None
    return ProxyManager(proxy, ssl_context=context, proxy_ssl_context=context, proxy_headers=headers)


def _proxy(url: str, env: Mapping[str, str]) -> str:
    from urllib3.util import parse_url

    at = parse_url(url)
    host = (at.host or "").lower()
    for name in (env.get("no_proxy") or env.get("NO_PROXY") or "").split(","):
        item = name.strip().lstrip(".").lower()
        if item == "*" or (item and (host == item or host.endswith(f".{item}") or f"{host}:{at.port}" == item)):
            return ""
    names = ("http_proxy",) if at.scheme == "http" else ("https_proxy", "HTTPS_PROXY")
    found = next((env[name] for name in (*names, "all_proxy", "ALL_PROXY") if env.get(name)), "")
    return found if not found or "://" in found else f"http://{found}"


def _body(answer: "BaseHTTPResponse", deadline: float) -> bytes:
    if answer.status in (404, 410):
        raise FetchError(f"there is nothing ({answer.status})", missing=True)
    if answer.status in (401, 403):
        raise FetchError(f"the server does not give it to everyone ({answer.status})")
    if answer.status != 200:
        raise FetchError(f"the server answered {answer.status} {answer.reason or ''}".rstrip())
    if "html" in (answer.headers.get("Content-Type") or ""):
        raise FetchError("it is a web page", "write the address of the file itself")
    size = answer.headers.get("Content-Length") or ""
    if size.isdigit() and int(size) > MAX_BYTES:
        raise _too_large()
    data = bytearray()
    while chunk := answer.read(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise _too_large()
        if monotonic() > deadline:
            raise FetchError("it takes too long")
    return bytes(data)


def _too_large() -> FetchError:
    return FetchError(f"it is larger than {MAX_BYTES // 2**20} MiB")


def _reason(error: Exception) -> FetchError:
    """Return what went wrong in a person's words."""
    from urllib3 import exceptions as kinds

    if isinstance(error, kinds.ProxyError):
        return FetchError("the proxy cannot be used", "see HTTPS_PROXY and NO_PROXY")
    if isinstance(error, kinds.SSLError):
        reason = getattr(error.args[0], "verify_message", "") if error.args else ""
        hint = "SSL_CERT_FILE names a file with certificates to trust"
        return FetchError(f"the certificate is not trusted: {reason or error}", hint if reason else "")
    if isinstance(error, kinds.NameResolutionError):
        return FetchError("there is no host of this name")
    if isinstance(error, kinds.NewConnectionError):
        return FetchError("the server cannot be reached")
    if isinstance(error, (kinds.ConnectTimeoutError, kinds.ReadTimeoutError)):
        return FetchError("the server does not answer")
    if isinstance(error, kinds.LocationParseError):
        return FetchError("this is no address")
    return FetchError("the connection broke")
