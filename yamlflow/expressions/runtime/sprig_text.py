"""sprig's functions on texts."""

from collections.abc import Callable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.functions_text import SPACES, lower, repeat_text, replace_text, split_text, upper
from yamlflow.expressions.runtime.text import format_value
from yamlflow.expressions.runtime.values import Limits, NilStrings, StringMap, Strings, Value, decode, encode

_QUOTED = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}


def _cased(connector: str) -> Callable[[Limits, str], str]:
    def call(_: Limits, text: str) -> str:
        from yamlflow.expressions.runtime.sprig_words import joined

        return joined(text, connector)

    return call


def _by_byte(text: str) -> str:
    """Return a text of one letter for each byte, as some functions of sprig take it."""
    return encode(text).decode("latin-1")


def _from_bytes(text: str) -> str:
    return decode(text.encode("latin-1"))


def _without_spaces(_: Limits, text: str) -> str:
    letters = _by_byte(text)
    kept = "".join(letter for letter in letters if letter not in SPACES)
    # What is left is read byte by byte, which is how the original breaks letters beyond ASCII.
    return text if kept == letters else kept


def _shuffled(_: Limits, text: str) -> str:
    import random

    letters = list(text)
    random.shuffle(letters)
    return "".join(letters)


def shown(value: Value) -> str:
    """Return a value as sprig turns it into text."""
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else format_value(value)


def go_quoted(text: str) -> str:
    """Return a text as a literal of Go."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in _QUOTED:
        return _QUOTED[letter]
    if letter in '"\\':
        return "\\" + letter
    if "\udc80" <= letter <= "\udcff":
        return f"\\x{ord(letter) - 0xDC00:02x}"
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def texts_of(value: Value) -> list[str]:
    """Return the elements of a list as texts, nil left out; anything else is one text."""
    if isinstance(value, list):
        return [shown(item) for item in value if item is not None]
    return [] if value is None else [shown(value)]


def _sorted(_: Limits, value: Value) -> list[Value]:
    if isinstance(value, NilStrings):
        return value
    items = list(value) if isinstance(value, bytes) else value
    return Strings(sorted(texts_of(items))) if isinstance(items, list) else Strings([shown(value)])


def _title(text: str, change: Callable[[str], str], is_gap: Callable[[str], bool]) -> str:
    parts: list[str] = []
    gap = True
    for letter in text:
        parts.append(change(letter) if gap and not is_gap(letter) else letter)
        gap = is_gap(letter)
    return "".join(parts)


def _separates(letter: str) -> bool:
    """Whether a letter ends a word for Go's `strings.Title`."""
    if letter.isascii():
        return not (letter.isalnum() or letter == "_")
    return not letter.isalpha() and not letter.isdecimal() and letter in SPACES


def _swap_case(text: str) -> str:
    return "".join(lower(letter) if letter.isupper() or letter.istitle() else upper(letter) for letter in text)


def _initials(text: str) -> str:
    import re

    return "".join(re.findall(r"(?<![^\t\n\v\f\r \x85\xa0])[^\t\n\v\f\r \x85\xa0]", _by_byte(text)))


def _bytes(text: str, low: int, high: int) -> str:
    """Return a part of a text by its bytes; bounds outside of it are an error, as in Go."""
    data = encode(text)
    if not 0 <= low <= high <= len(data):
        raise EvaluationError("slice bounds out of range")
    return decode(data[low:high])


def _substring(_: Limits, start: int, end: int, text: str) -> str:
    size = len(encode(text))
    if start < 0:
        return _bytes(text, 0, end)
    return _bytes(text, start, size if end < 0 or end > size else end)


def _truncate(_: Limits, count: int, text: str) -> str:
    data = encode(text)
    if count < 0:
        return decode(data[count:]) if len(data) + count > 0 else text
    return decode(data[:count])


def _abbreviate(text: str, offset: int, width: int) -> str:
    data = encode(text)
    if len(data) <= width:
        return text
    offset = min(offset, len(data))
    if len(data) - offset < width - 3:
        offset = len(data) - (width - 3)
    if offset <= 4:
        return decode(data[: width - 3]) + "..."
    if offset + width - 3 < len(data):
        return "..." + _abbreviate(decode(data[offset:]), 0, width - 3)
    return "..." + decode(data[len(data) - (width - 3) :])


def _abbreviate_both(_: Limits, left: int, right: int, text: str) -> str:
    return text if right < 4 or (left > 0 and right < 7) else _abbreviate(text, left, right)


def _wrapped(limits: Limits, width: int, separator: str, text: str, long_words: bool) -> str:
    separator, width, text = _by_byte(separator or "\n"), max(1, width), _by_byte(text)
    parts: list[str] = []
    at = 0
    while len(text) - at > width:
        limits.step()
        if text[at] == " ":
            at += 1
            continue
        space = text.rfind(" ", at, at + width + 1)
        if space >= at:
            parts.append(text[at:space])
            at = space + 1
        elif long_words:
            parts.append(text[at : at + width])
            at += width
        else:
            space = text.find(" ", at + width)
            if space < 0:
                break
            parts.append(text[at:space])
            at = space + 1
    limits.text(len(text) + len(parts) * len(separator))
    return _from_bytes("".join(part + separator for part in parts) + text[at:])


def _indent(limits: Limits, spaces: int, text: str) -> str:
    if spaces < 0:
        raise EvaluationError("strings: negative Repeat count")
    limits.text(spaces * (1 + text.count("\n")) + len(text))
    return " " * spaces + text.replace("\n", "\n" + " " * spaces)


def _camel_case(text: str) -> str:
    head = len(text) - len(text.lstrip("-_" + SPACES))
    head = min(head, len(text) - 1) if text else 0
    parts, word_upper = [text[:head]], False
    before = ""
    for at, letter in enumerate(text[head:]):
        connector = letter in "-_" or letter in SPACES
        if at == 0 or (before and not connector and _is_connector(before)):
            word_upper = letter.isupper()
            parts.append(upper(letter))
        elif connector:
            if _is_connector(before):
                parts.append(before)
        elif word_upper and letter.isupper():
            parts.append(lower(letter))
        else:
            word_upper = False
            parts.append(letter)
        before = letter
    return "".join(parts) + (before if len(text) - head > 1 and _is_connector(before) else "")


def _is_connector(letter: str) -> bool:
    return bool(letter) and (letter in "-_" or letter in SPACES)


def _quote(limits: Limits, *values: Value) -> str:
    quoted = [go_quoted(shown(value)) for value in values if value is not None]
    limits.text(sum(map(len, quoted)))
    return " ".join(quoted)


def _single_quote(limits: Limits, *values: Value) -> str:
    quoted = [f"'{format_value(value)}'" for value in values if value is not None]
    limits.text(sum(map(len, quoted)))
    return " ".join(quoted)


def _cat(limits: Limits, *values: Value) -> str:
    parts = [format_value(value) for value in values if value is not None]
    limits.text(sum(map(len, parts)))
    return " ".join(parts)


def _join(limits: Limits, separator: str, value: Value) -> str:
    parts = texts_of(value)
    limits.text(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


def _numbered(parts: list[str]) -> StringMap:
    return StringMap((f"_{number}", part) for number, part in enumerate(parts))


def _random_bytes(limits: Limits, count: int) -> str:
    import base64
    import secrets

    limits.grow(max(0, count))
    return base64.b64encode(secrets.token_bytes(count)).decode()


def _random(alphabet: str) -> Callable[[Limits, int], str]:
    def call(limits: Limits, count: int) -> str:
        import secrets

        limits.grow(max(0, count))
        return "".join(secrets.choice(alphabet) for _ in range(count))

    return call


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

TEXT: dict[str, Callable[..., Value]] = {
    "abbrev": lambda _, width, text: text if width < 4 else _abbreviate(text, 0, width),
    "abbrevboth": _abbreviate_both,
    "camelcase": lambda _, text: _camel_case(text),
    "cat": _cat,
    "contains": lambda _, part, text: part in text,
    "hasPrefix": lambda _, prefix, text: text.startswith(prefix),
    "hasSuffix": lambda _, suffix, text: text.endswith(suffix),
    "hello": lambda _: "Hello!",
    "indent": _indent,
    "initials": lambda _, text: _initials(text),
    "join": _join,
    "lower": lambda _, text: lower(text),
    "nindent": lambda limits, spaces, text: "\n" + _indent(limits, spaces, text),
    "kebabcase": _cased("-"),
    "nospace": _without_spaces,
    "plural": lambda _, one, many, count: one if count == 1 else many,
    "quote": _quote,
    "randAlpha": _random(_LETTERS),
    "randAlphaNum": _random(_LETTERS + "0123456789"),
    "randAscii": _random("".join(map(chr, range(32, 127)))),
    "randBytes": _random_bytes,
    "randNumeric": _random("0123456789"),
    "repeat": lambda limits, count, text: repeat_text(text, count, limits),
    "replace": lambda limits, old, new, text: replace_text(text, old, new, -1, limits),
    "shuffle": _shuffled,
    "snakecase": _cased("_"),
    "split": lambda _, separator, text: _numbered(split_text(text, separator, -1)),
    "splitList": lambda _, separator, text: split_text(text, separator, -1),
    "splitn": lambda _, separator, most, text: _numbered(split_text(text, separator, most)),
    "sortAlpha": _sorted,
    "squote": _single_quote,
    "substr": _substring,
    "swapcase": lambda _, text: _swap_case(text),
    "title": lambda _, text: _title(text, upper, _separates),
    "toString": lambda _, value: shown(value),
    "toStrings": lambda _, value: Strings(texts_of(value)),
    "trim": lambda _, text: text.strip(SPACES),
    "trimAll": lambda _, letters, text: text.strip(letters),
    "trimPrefix": lambda _, prefix, text: text.removeprefix(prefix),
    "trimSuffix": lambda _, suffix, text: text.removesuffix(suffix),
    "trimall": lambda _, letters, text: text.strip(letters),
    "trunc": _truncate,
    "untitle": lambda _, text: _title(text, lower, lambda letter: letter in SPACES),
    "upper": lambda _, text: upper(text),
    "wrap": lambda limits, width, text: _wrapped(limits, width, "", text, False),
    "wrapWith": lambda limits, width, separator, text: _wrapped(limits, width, separator, text, True),
}
