"""Filters besides Jinja's own, and those of Jinja that here keep the origins of texts."""

import base64 as b64
import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256 as _sha256
from typing import Any

from jinja2 import Undefined
from jinja2.exceptions import TemplateRuntimeError

from yamlflow.source.writer import write_lines, write_quoted
from yamlflow.templating.printing import plain_data, printed, with_places, written_json
from yamlflow.templating.traced import cut, join, mapped, wrapped
from yamlflow.templating.values import merge_all
from yamlflow.templating.words import kind_of

_LONGEST_NAME = 63


class RequiredError(TemplateRuntimeError):
    """A value that the template cannot do without is not there."""


def indent(value: object, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    """Indent all lines but the first by blanks or by a text."""
    text = printed(value)
    space = width if isinstance(width, str) else " " * width
    parts: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        empty = not text[at:end].strip("\n")
        if (at or first) and (blank or not empty):
            parts.append(space)
        parts.append(cut(text, at, end))
        at = end
    return join(parts)


def trim(value: object, chars: str | None = None) -> str:
    """Strip blanks or other characters from both ends."""
    text = printed(value)
    start = len(text) - len(text.lstrip(chars))
    return cut(text, start, start + len(text.strip(chars)))


def to_yaml(value: object) -> str:
    """Return a value as YAML lines, the first one without indentation: `{{ values.env | to_yaml | indent(4) }}`."""
    data = plain_data(value)
    return with_places(write_lines(data), value)


def to_json(value: object) -> str:
    """Return a value as JSON on one line."""
    return written_json(value)


def quote(value: object) -> str:
    """Return a text in double quotes that YAML reads as that text."""
    return wrapped(mapped(printed(value), lambda part: write_quoted(part)[1:-1]), '"')


def b64encode(value: object) -> str:
    """Encode a text in UTF-8 as Base64."""
    return b64.b64encode(printed(value).encode()).decode()


def sha256(value: object) -> str:
    """Return the SHA-256 hash of a text in UTF-8, in hexadecimal digits."""
    return _sha256(printed(value).encode()).hexdigest()


def dns_name(value: object) -> str:
    """Return a text as a name that Kubernetes takes: lower case letters, digits and `-`, at most 63 of them.

    Of a longer one the beginning stays, with a hash for the rest, so that two names do not become one.
    """
    text = printed(value)
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    if not name:
        raise TemplateRuntimeError(f"nothing of `{text[:40]}` can stand in the name of a resource")
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 9].rstrip('-')}-{sha256(text)[:8]}"


def required(value: object, message: str = "a value is needed here") -> object:
    """Return a value that must be there: not undefined, not null, not an empty text."""
    if isinstance(value, Undefined) or value is None or value == "":
        raise RequiredError(message)
    return value


def merge(value: object, *others: object) -> object:
    """Lay mappings upon a mapping, as values are: mappings in them are merged, the last one wins otherwise."""
    for item in (value, *others):
        if not isinstance(item, dict):
            raise TemplateRuntimeError(f"`merge` takes mappings, got {kind_of(item)}")
    return merge_all((value, *others))  # type: ignore[arg-type]  # they are dicts, as was checked


FILTERS: dict[str, Callable[..., Any]] = {
    "b64encode": b64encode,
    "dns_name": dns_name,
    "indent": indent,
    "merge": merge,
    "quote": quote,
    "required": required,
    "sha256": sha256,
    "to_json": to_json,
    "to_yaml": to_yaml,
    "trim": trim,
}
