"""References that lead out of the project: addresses, names in a search path, digests."""

import os
from typing import TYPE_CHECKING

from yamlflow.components.cache import digest_of
from yamlflow.diagnostics import Sink, SourceText, Span
from yamlflow.source import Scalar
from yamlflow.source.fields import place

if TYPE_CHECKING:
    from yamlflow.components.store import Store

_DIGEST = "@sha256:"
_PUBLIC_BUCKET = "https://storage.googleapis.com/"
_HEX = frozenset("0123456789abcdef")
FOLDER_FILE = "component.yaml"


def is_address(text: str) -> bool:
    """Whether a reference or a folder is an address."""
    return "://" in text


def split_digest(node: Scalar, sink: Sink) -> tuple[str, str] | None:
    """Return a reference and the digest behind it, "" if there is none; None when that is no digest."""
    text, mark, digest = node.value.rpartition(_DIGEST)
    if not mark:
        return node.value, ""
    return (text, digest) if check_digest(node, digest, sink) else None


def check_digest(node: Scalar, digest: str, sink: Sink) -> bool:
    """Whether a text is a digest; what is none is reported."""
    if len(digest) == 64 and _HEX.issuperset(digest):
        return True
    at = node.at(len(node.value) - len(digest), len(node.value)) if node.alias is None else node.alias
    sink.error("invalid-value", "a sha256 digest has 64 digits of 0-9 and a-f", at)
    return False


def joined(base: str, text: str) -> str:
    """Return a path relative to a folder or to an address."""
    if is_address(text) or not is_address(base):
        return text if is_address(text) else os.path.normpath(os.path.join(base, text))
    scheme, _, rest = base.partition("://")
    host, _, folder = rest.partition("/")
    path = os.path.normpath(f"/{folder}/{text}").lstrip("/").replace(os.sep, "/")
    return f"{scheme}://{host}/{path}"


def address(text: str, node: Scalar, store: "Store", sink: Sink) -> str:
    """Return the address to ask; "" after reporting one that cannot be asked."""
    if text.startswith("gs://"):
        return _PUBLIC_BUCKET + text.removeprefix("gs://")
    raw = _raw(text)
    if raw:
        message = "this is the page about a file, not the file"
        sink.error("unsupported-reference", message, place(node), f"write `{raw}`")
        return ""
    if store.allowed(text):
        return text
    scheme, _, rest = text.partition("://")
    host = rest.partition("/")[0]
    hint = f"name `{host}` in `httpHosts` of yamlflow.yaml" if scheme == "http" and host else ""
    sink.error("unsupported-reference", "components are fetched over https only", place(node), hint)
    return ""


def _raw(text: str) -> str:
    """Return the address of a file on GitHub for that of its page; "" for any other."""
    host, _, rest = text.partition("://")[2].partition("/")
    parts = rest.partition("?")[0].partition("#")[0].split("/")
    if host not in ("github.com", "www.github.com") or len(parts) < 5 or parts[2] != "blob":
        return ""
    return "/".join(["https://raw.githubusercontent.com", *parts[:2], *parts[3:]])


def as_source(url: str, data: bytes, span: Span, sink: Sink) -> SourceText | None:
    """Return what an address holds as text; KFP takes a zip file with a component.yaml in it, too."""
    try:
        text = (_unzipped(data) if data.startswith(b"PK\x03\x04") else data).decode("utf-8-sig")
    except UnicodeDecodeError:
        sink.error("not-text", f"what {url} holds is no text", span)
        return None
    except (KeyError, ValueError, OSError) as error:
        sink.error("not-text", f"{url} is a zip file without {FOLDER_FILE}: {error}", span)
        return None
    if "\0" in text:
        sink.error("not-text", f"what {url} holds is no text", span)
        return None
    return SourceText(url, text)


def _unzipped(data: bytes) -> bytes:
    from io import BytesIO
    from zipfile import BadZipFile, ZipFile

    from yamlflow.components.fetch import MAX_BYTES

    try:
        with ZipFile(BytesIO(data)) as archive, archive.open(FOLDER_FILE) as file:
            found = file.read(MAX_BYTES + 1)
    except (BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ValueError(str(error)) from None
    if len(found) > MAX_BYTES:
        raise ValueError("it is too large")
    return found


def suffixes(name: str, digest: str, tag: str) -> list[str]:
    """Return where a component of a name lies in a folder of components, as KFP's component store has them."""
    if tag:
        return [f"{name}/versions/tags/{tag}"]
    found = [f"{name}/versions/sha256/{digest}"] if digest else []
    return [*found, f"{name}/{FOLDER_FILE}"]


def same_digest(path: str, digest: str) -> bool:
    """Whether a file has a digest."""
    try:
        with open(path, "rb") as file:
            return digest_of(file.read()) == digest
    except OSError:
        return False
