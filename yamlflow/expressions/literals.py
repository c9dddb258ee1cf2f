"""The values of expr-lang's literals."""

from yamlflow.types import parse_float, parse_integer

_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_HEX = frozenset("0123456789abcdefABCDEF")
_BASES = {"0x": 16, "0b": 2, "0o": 8}


class BadEscape(ValueError):
    """An escape that expr-lang refuses, at `start` to `end` of the text."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__("bad escape")
        self.start = start
        self.end = end


def unescape(body: str, quote: str, raw_bytes: bool = False) -> str:
    """Resolve the escapes between quotes; for bytes, each character of the result is one byte or plain text."""
    body = body.replace("\r\n", "\n").replace("\r", "\n") if "\r" in body else body
    if "\\" not in body:
        return body
    parts: list[str] = []
    at = 0
    while (slash := body.find("\\", at)) >= 0:
        parts.append(body[at:slash])
        text, at = _escape(body, slash, quote, raw_bytes)
        parts.append(text)
    parts.append(body[at:])
    return "".join(parts)


def _escape(body: str, slash: int, quote: str, raw_bytes: bool) -> tuple[str, int]:
    """Read the escape at `slash`; return its character and the offset behind it."""
    letter = body[slash + 1 : slash + 2]
    if letter in _SIMPLE:
        return _SIMPLE[letter], slash + 2
    if letter == quote:
        return quote, slash + 2
    if letter in ("0", "1", "2", "3"):
        digits = body[slash + 1 : slash + 4]
        if len(digits) == 3 and all(digit in "01234567" for digit in digits):
            return _code(int(digits, 8), raw_bytes), slash + 4
    elif letter == "x":
        return _hex(body, slash, 2, raw_bytes)
    elif letter in ("u", "U") and not raw_bytes:
        if letter == "u" and body[slash + 2 : slash + 3] == "{":
            return _braced(body, slash)
        return _hex(body, slash, 4 if letter == "u" else 8, raw_bytes)
    raise BadEscape(slash, min(slash + 2, len(body)))


def _hex(body: str, slash: int, count: int, raw_bytes: bool) -> tuple[str, int]:
    end = slash + 2 + count
    digits = body[slash + 2 : end]
    if len(digits) != count or not _HEX.issuperset(digits) or int(digits, 16) > 0x10FFFF:
        raise BadEscape(slash, min(end, len(body)))
    return _code(int(digits, 16), raw_bytes), end


def _braced(body: str, slash: int) -> tuple[str, int]:
    close = body.find("}", slash)
    digits = body[slash + 3 : close] if close >= 0 else ""
    if not 1 <= len(digits) <= 6 or not _HEX.issuperset(digits) or int(digits, 16) > 0x10FFFF:
        raise BadEscape(slash, close + 1 if close >= 0 else len(body))
    return _code(int(digits, 16), False), close + 1


def _code(code: int, raw_bytes: bool) -> str:
    if raw_bytes and code >= 0x80:
        return chr(0xDC00 + code)  # as Python's surrogateescape marks a byte that is no text
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)


def number(text: str) -> int | float | None:
    """Return the value of a number's spelling, or None when it is too large or malformed."""
    plain = text.replace("_", "")
    folded = plain.lower()
    base = _BASES.get(folded[:2], 10)
    if base == 10 and ("." in folded or "e" in folded):
        return parse_float(plain)
    if base == 10:
        return parse_integer(plain)
    try:
        value = int(folded[2:], base)
    except ValueError:
        return None
    return value if value < 1 << 63 else None
