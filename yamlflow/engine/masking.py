"""Hiding the values of secrets: as they are, line by line, in base64 and in URLs."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"
_SHORTEST = 3  # of a value; what is shorter is found everywhere


def _forms(value: str) -> set[str]:
    """Return the spellings in which a value may turn up."""
    parts = {value, value.strip(), *(line.strip() for line in value.splitlines())}
    found: set[str] = set()
    for part in parts:
        if len(part) >= _SHORTEST:
            data = part.encode()
            found |= {part, quote(part), quote(part, safe=""), quote_plus(part), *_in_json(part)}
            for text in (data, data + b"\n"):
                for encode in (base64.b64encode, base64.urlsafe_b64encode):
                    found |= {encode(text).decode(), encode(text).decode().rstrip("=")}
            found |= _inside_of_base64(data)
    return {form for form in found if len(form) >= _SHORTEST}


def _in_json(text: str) -> set[str]:
    import json

    return {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}


def _inside_of_base64(data: bytes) -> set[str]:
    """Return how the middle of a value reads in the base64 of a longer text that holds it, such as `user:value`."""
    found = set()
    for before in range(3):
        cut = data[(3 - before) % 3 :]
        cut = cut[: len(cut) - len(cut) % 3]
        if len(cut) >= 6:
            found |= {base64.b64encode(cut).decode(), base64.urlsafe_b64encode(cut).decode()}
    return found


class Masker:
    """Replaces the values of secrets in texts."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value)}
        ordered = sorted(forms, key=len, reverse=True)
        self._text = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        self._bytes = re.compile(b"|".join(re.escape(form.encode()) for form in ordered)) if ordered else None
        self._forms = [form.encode() for form in ordered]
        self._longest = max(map(len, self._forms), default=0)

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

    def __init__(self, pattern: "re.Pattern[bytes] | None", forms: list[bytes], longest: int) -> None:
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
            end = text[at:]
            if any(len(form) > len(end) and form.startswith(end) for form in self._forms):
                return self._before_match(text, at)
        return len(text)

    def _before_match(self, text: bytes, at: int) -> int:
        """Return a cut that goes through no secret."""
        assert self._pattern is not None
        for found in self._pattern.finditer(text):
            if found.start() < at < found.end():
                return found.start()
        return at
