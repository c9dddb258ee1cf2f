"""Requests that do not hand credentials on: a redirect to another host goes without them, as Go's client has it."""

import re
import ssl
import urllib.request
from http.client import HTTPMessage
from typing import IO
from urllib.parse import urlsplit

_PRIVATE = re.compile(r"auth|cookie|token|key|secret|password|credential|session", re.IGNORECASE)


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request that follows."""
        new = super().redirect_request(req, fp, code, msg, headers, newurl)
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if new is not None and (before.scheme, before.netloc) != (after.scheme, after.netloc):
            for name in [name for name in new.headers if _PRIVATE.search(name)]:
                new.remove_header(name)
        return new


def opener(context: ssl.SSLContext | None = None) -> urllib.request.OpenerDirector:
    """Return what makes requests."""
    handlers = [] if context is None else [urllib.request.HTTPSHandler(context=context)]
    return urllib.request.build_opener(_Redirects, *handlers)
