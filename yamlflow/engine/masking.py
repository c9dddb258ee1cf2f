"""Hiding the values of secrets: as they are, line by line, in base64 and in URLs."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"
_SHORTEST = 3  # of a value; what is shorter is found everywhere
_SHORTEST_LINE = 8
_FIRST_OWN = (0, 2, 3)  # by how many bytes stand before a value: the first sign of base64 that only it decides
_WIDTHS = (60, 64, 70, 72, 76)  # of perl, PEM, and of MIME, with what some leave for an indent


def _forms(value: str) -> set[str]:
    """Return the spellings in which a value may turn up."""
    parts = {value, value.strip(), *(line.strip() for line in value.splitlines())}
    found: set[str] = set()
    for part in parts:
        if len(part) >= _SHORTEST:
            data = part.encode()
            escaped = {quote(part), quote(part, safe=""), quote_plus(part)}
            found |= {part, *escaped, *map(_small_escapes, escaped), *_in_code(part)}
            for text in (data, data + b"\n"):
                for encode in (base64.b64encode, base64.urlsafe_b64encode):
                    whole = encode(text).decode()
                    found |= {whole, whole.rstrip("="), *_lines_of(whole)}
            found |= _inside_of_base64(data)
    return {form for form in found if len(form) >= _SHORTEST}


def _small_escapes(text: str) -> str:
    """Return a text with `%2f` where it has `%2F`."""
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _lines_of(encoded: str) -> set[str]:
    """Return the lines that programs write a long base64 text in."""
    lines = (encoded[at : at + width] for width in _WIDTHS for at in range(0, len(encoded), width))
    return {line for line in lines if _SHORTEST_LINE <= len(line) < len(encoded)}


def _in_code(text: str) -> set[str]:
    """Return how a value reads in JSON, and as Python and others show it."""
    import json

    return {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1], ascii(text)[1:-1]}


def _inside_of_base64(data: bytes) -> set[str]:
    """Return how a value reads in the base64 of a longer text that holds it, such as `user:value`, or ends in it."""
    found = set()
    for before, first in enumerate(_FIRST_OWN):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(before) + data).decode()
            own = text[first : (before + len(data)) * 8 // 6]
            if len(own) >= _SHORTEST_LINE:
                found |= {own, text[first:], text[first:].rstrip("=")}
    return found


def _pattern(forms: list[str], at: int = 0) -> str:
    """Return a pattern for the longest of sorted texts, which agree up to `at`: what they begin with is read once."""
    first, last = forms[0], forms[-1]
    end = at
    while end < len(first) and end < len(last) and first[end] == last[end]:
        end += 1
    shared, over = re.escape(first[at:end]), len(first) == end
    left = forms[1:] if over else forms
    if not left:
        return shared
    groups: dict[str, list[str]] = {}
    for form in left:
        groups.setdefault(form[end], []).append(form)
    branches = "|".join(_pattern(group, end) for group in groups.values())
    return f"{shared}(?:{branches}){'?' if over else ''}"


Forms = dict[int, list[bytes]]
"""Spellings by their first byte."""


class Masker:
    """Replaces the values of secrets in texts."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value)}
        self._text = re.compile(_pattern(sorted(forms))) if forms else None
        encoded = [form.encode() for form in forms]
        listed = sorted(form.decode("latin-1") for form in encoded)
        self._bytes = re.compile(_pattern(listed).encode("latin-1")) if forms else None
        self._longest = max(map(len, encoded), default=0)
        self._forms: Forms = {}
        for form in encoded:
            self._forms.setdefault(form[0], []).append(form)

    def __bool__(self) -> bool:
        return self._text is not None

    def text(self, text: str) -> str:
        """Return a text without the values of secrets."""
        return self._text.sub(MASK, text) if self._text else text

    def data(self, value: object) -> object:
        """Return plain data without the values of secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.data(item) for key, item in value.items()}
        return [self.data(item) for item in value] if isinstance(value, list) else value

    def stream(self) -> "MaskedStream":
        """Return what masks an output that comes piece by piece."""
        return MaskedStream(self._bytes, self._forms, self._longest)


class MaskedStream:
    """Masks an output that comes in pieces. What may be the begin of a secret is held back until more is there."""

    def __init__(self, pattern: "re.Pattern[bytes] | None", forms: Forms, longest: int) -> None:
        self._pattern = pattern
        self._forms = forms
        self._longest = longest
        self._held = b""

    def feed(self, piece: bytes) -> bytes:
        """Return what can be shown now."""
        if self._pattern is None:
            return piece
        text = self._held + piece
        keep = self._open_end(text)
        shown, self._held = text[:keep], text[keep:]
        return self._pattern.sub(MASK.encode(), shown)

    def finish(self) -> bytes:
        """Return the rest."""
        rest, self._held = self._held, b""
        return self._pattern.sub(MASK.encode(), rest) if self._pattern else rest

    def _open_end(self, text: bytes) -> int:
        """Return where the part begins that may become a secret, or a longer one, with what follows."""
        first = max(0, len(text) - self._longest + 1)
        for at in range(first, len(text)):
            listed = self._forms.get(text[at])
            if listed and any(form.startswith(text[at:]) for form in listed if len(form) > len(text) - at):
                return self._before_match(text, at)
        return len(text)

    def _before_match(self, text: bytes, at: int) -> int:
        """Return a cut that goes through no secret."""
        assert self._pattern is not None
        for found in self._pattern.finditer(text):
            if found.start() < at < found.end():
                return found.start()
        return at
