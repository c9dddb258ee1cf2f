"""expr-lang's functions on texts."""

from collections.abc import Callable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.text import format_value, from_json, to_json
from yamlflow.expressions.runtime.values import Limits, NilStrings, Strings, Value, decode, encode, go_type, to_int

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)


_JOINED = ("[]interface {}", "[]string")


def text(value: Value) -> str:
    """Return a text; anything else is an error."""
    if not isinstance(value, str):
        raise EvaluationError(f"interface conversion: interface {{}} is {go_type(value)}, not string")
    return value


def upper(value: str) -> str:
    """Return a text in upper case, letter by letter as Go does."""
    return value.upper() if value.isascii() else "".join(map(_upper, value))


def lower(value: str) -> str:
    """Return a text in lower case, letter by letter as Go does."""
    return value.lower() if value.isascii() else "".join(letter.lower()[:1] or letter for letter in value)


def _upper(letter: str) -> str:
    changed = letter.upper()
    return changed if len(changed) == 1 else letter


def split_text(value: str, separator: str, most: int, after: bool = False) -> Strings:
    """Split a text into at most `most` parts, all when negative; with `after` the separators stay at the ends."""
    if most == 0:
        return NilStrings()
    if separator:
        parts = value.split(separator, most - 1 if most > 0 else -1)
        if after:
            parts = [part + separator for part in parts[:-1]] + parts[-1:]
        return Strings(parts)
    if most < 0 or most >= len(value):
        return Strings(value)
    return Strings([*value[: most - 1], value[most - 1 :]])


def replace_text(value: str, old: str, new: str, most: int, limits: Limits) -> str:
    """Replace the first `most` occurrences, all when negative."""
    found = value.count(old)
    limits.text(len(value) + (found if most < 0 else min(found, most)) * max(0, len(new) - len(old)))
    return value.replace(old, new, most)


def repeat_text(value: str, count: int, limits: Limits) -> str:
    """Repeat a text; expr-lang's budget holds."""
    if count < 0:
        raise EvaluationError(f"invalid argument for repeat (expected positive integer, got {count})")
    if count > 1_000_000:
        raise EvaluationError("memory budget exceeded")
    limits.grow(len(encode(value)) * count)
    return value * count


def _trim(_: Limits, value: Value, cut: Value = SPACES) -> str:
    return text(value).strip(text(cut))


def _trim_prefix(_: Limits, value: Value, prefix: Value = " ") -> str:
    return text(value).removeprefix(text(prefix))


def _trim_suffix(_: Limits, value: Value, suffix: Value = " ") -> str:
    return text(value).removesuffix(text(suffix))


def _split(limits: Limits, value: Value, separator: Value, most: Value = -1) -> Strings:
    limits.step(len(text(value)) >> 4)
    return split_text(value, text(separator), to_int(most))


def _split_after(limits: Limits, value: Value, separator: Value, most: Value = -1) -> Strings:
    limits.step(len(text(value)) >> 4)
    return split_text(value, text(separator), to_int(most), after=True)


def _replace(limits: Limits, value: Value, old: Value, new: Value, most: Value = -1) -> str:
    return replace_text(text(value), text(old), text(new), to_int(most), limits)


def _repeat(limits: Limits, value: Value, count: Value) -> str:
    return repeat_text(text(value), to_int(count), limits)


def _join(limits: Limits, items: Value, glue: Value = "") -> str:
    if not isinstance(items, list) or go_type(items) not in _JOINED:
        raise EvaluationError(f"invalid argument for join (type {go_type(items)})")
    limits.text(sum(len(text(item)) for item in items) + len(text(glue)) * len(items))
    return str(glue).join(items)


def _index(_: Limits, value: Value, part: Value) -> int:
    return encode(text(value)).find(encode(text(part)))


def _last_index(_: Limits, value: Value, part: Value) -> int:
    return encode(text(value)).rfind(encode(text(part)))


def _string(limits: Limits, value: Value) -> str:
    _size(value, limits)
    shown = format_value(value)
    limits.text(len(shown))
    return shown


def _size(value: Value, limits: Limits) -> int:
    limits.step()
    if isinstance(value, dict):
        return sum(_size(item, limits) for item in value.values())
    return sum(_size(item, limits) for item in value) if isinstance(value, list) else 1


def base64_encode(value: str) -> str:
    """Return the base64 of a text's bytes."""
    import base64

    return base64.b64encode(encode(value)).decode()


def base64_decode(value: str) -> str:
    """Return the text whose base64 is given; EvaluationError when it is none."""
    import base64

    try:
        return decode(base64.b64decode(value.replace("\r", "").replace("\n", ""), validate=True))
    except ValueError:
        raise EvaluationError(f"illegal base64 data at input byte {_wrong_byte(encode(value))}") from None


def _wrong_byte(data: bytes) -> int:
    """Return where Go's decoder of base64 stops."""
    known = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    places = [at for at, byte in enumerate(data) if byte not in b"\r\n"]
    for count, at in enumerate(places):
        in_group = count % 4
        if data[at] in known:
            continue
        if data[at] != ord("=") or in_group < 2:
            return at
        rest = places[count + 1 :]
        if in_group == 2:
            if not rest:
                return len(data)
            if data[rest[0]] != ord("="):
                return rest[0]
            rest = rest[1:]
        return rest[0] if rest else at
    return len(data) - len(places) % 4


TEXTS: dict[str, Callable[..., Value]] = {
    "fromBase64": lambda _, value: base64_decode(text(value)),
    "fromJSON": lambda _, value: from_json(text(value)),
    "hasPrefix": lambda _, value, prefix: text(value).startswith(text(prefix)),
    "hasSuffix": lambda _, value, suffix: text(value).endswith(text(suffix)),
    "indexOf": _index,
    "join": _join,
    "lastIndexOf": _last_index,
    "lower": lambda _, value: lower(text(value)),
    "repeat": _repeat,
    "replace": _replace,
    "split": _split,
    "splitAfter": _split_after,
    "string": _string,
    "toBase64": lambda _, value: base64_encode(text(value)),
    "toJSON": lambda limits, value: to_json(value, limits, "  "),
    "toJson": lambda limits, value: to_json(value, limits),
    "trim": _trim,
    "trimPrefix": _trim_prefix,
    "trimSuffix": _trim_suffix,
    "upper": lambda _, value: upper(text(value)),
}
