"""sprig's functions for JSON, base64, hashes, regular expressions, paths and URLs."""

from collections.abc import Callable

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.functions_text import base64_decode, base64_encode
from yamlflow.expressions.runtime.regex import Pattern, compile_pattern, expanded, matches
from yamlflow.expressions.runtime.text import from_json, to_json
from yamlflow.expressions.runtime.values import Limits, NilStrings, Strings, Value, decode, encode


def _quiet(function: Callable[..., Value], default: Value) -> Callable[..., Value]:
    """Return a function that swallows errors, as sprig's do that have a `must` beside them."""

    def call(*args: Value) -> Value:
        try:
            return function(*args)
        except EvaluationError:
            return default

    return call


def _pretty(limits: Limits, value: Value) -> str:
    return to_json(value, limits, "  ")


def _raw(limits: Limits, value: Value) -> str:
    return to_json(value, limits, escape_html=False)


def _from_base64(_: Limits, text: str) -> str:
    try:
        return base64_decode(text)
    except EvaluationError as error:
        return str(error)


def _base32(_: Limits, text: str) -> str:
    import base64

    return base64.b32encode(encode(text)).decode()


def _from_base32(_: Limits, text: str) -> str:
    import base64

    data = encode(text).replace(b"\r", b"").replace(b"\n", b"")
    try:
        return decode(base64.b32decode(data))
    except ValueError:
        return f"illegal base32 data at input byte {_wrong_byte(data)}"


def _wrong_byte(data: bytes) -> int:
    """Return where Go's decoder of base32 stops."""
    for at, byte in enumerate(data):
        if byte in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
            continue
        in_group, rest = at % 8, len(data) - at - 1
        if byte != ord("=") or in_group < 2 or rest >= 8:
            return at
        if rest + in_group < 7:
            return len(data)
        padding = data[at + 1 : at + 8 - in_group]
        other = next((place for place, one in enumerate(padding) if one != ord("=")), None)
        return at if other is None else at + other
    return len(data) - len(data) % 8


def _hash(name: str) -> Callable[[Limits, str], str]:
    def call(_: Limits, text: str) -> str:
        import hashlib

        return hashlib.new(name, encode(text), usedforsecurity=False).hexdigest()

    return call


def _adler(_: Limits, text: str) -> str:
    import zlib

    return str(zlib.adler32(encode(text)))


def _find(limits: Limits, pattern: str, text: str) -> str:
    found = compile_pattern(pattern).search(text, limits)
    return text[found[0] : found[1]] if found else ""


def _find_all(limits: Limits, pattern: str, text: str, most: int) -> list[Value]:
    found = compile_pattern(pattern).find_all(text, limits, most)
    return Strings(text[one[0] : one[1]] for one in found) or NilStrings()


def _replaced(limits: Limits, pattern: Pattern, text: str, fill: Callable[[tuple[int, ...]], str]) -> str:
    parts: list[str] = []
    at, size = 0, 0
    for spans in pattern.find_all(text, limits):
        parts += [text[at : spans[0]], fill(spans)]
        at = spans[1]
        size += len(parts[-1])
        limits.text(len(text) + size)
    return "".join(parts) + text[at:]


def _replace(limits: Limits, pattern: str, text: str, template: str) -> str:
    compiled = compile_pattern(pattern)
    return _replaced(limits, compiled, text, lambda spans: expanded(template, compiled, text, spans))


def _replace_literal(limits: Limits, pattern: str, text: str, replacement: str) -> str:
    return _replaced(limits, compile_pattern(pattern), text, lambda _: replacement)


def _split(limits: Limits, pattern: str, text: str, most: int) -> list[Value]:
    compiled = compile_pattern(pattern)
    if most == 0:
        return NilStrings()
    if pattern and not text:
        return Strings([""])
    parts, at, end = Strings(), 0, 0
    for spans in compiled.find_all(text, limits, most):
        if 0 < most == len(parts) + 1:
            break
        end = spans[0]
        if spans[1] != 0:
            parts.append(text[at:end])
        at = spans[1]
    if end != len(text):
        parts.append(text[at:])
    return parts


def _quote_meta(_: Limits, text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\.+*?()|[]{}^$" else letter for letter in text)


def _clean(path: str) -> str:
    import posixpath

    cleaned = posixpath.normpath(path) if path else "."
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _base(_: Limits, path: str) -> str:
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def _directory(_: Limits, path: str) -> str:
    return _clean(path[: path.rfind("/") + 1])


def _extension(_: Limits, path: str) -> str:
    name = path.rpartition("/")[2]
    return name[name.rfind(".") :] if "." in name else ""


def _joined_url(_: Limits, parts: dict[str, Value]) -> str:
    from urllib.parse import quote

    keys = ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo")
    found = {key: parts.get(key, "") for key in keys}
    for key, value in found.items():
        if not isinstance(value, str):
            raise EvaluationError(f"unable to parse {key} key, must be of type string")
    text = f"{found['scheme']}:" if found["scheme"] else ""
    if found["opaque"]:
        text += found["opaque"]
    else:
        path = quote(encode(found["path"]), safe="/:@&=+$,;~!*'()[]")
        if found["scheme"] or found["host"] or found["userinfo"]:
            if found["host"] or found["path"].startswith("//") or found["userinfo"]:
                user = f"{found['userinfo']}@" if found["userinfo"] else ""
                text += f"//{user}{found['host']}"
            if path and path[0] != "/" and found["host"]:
                path = "/" + path
        if not text and ":" in path.partition("/")[0]:
            path = "./" + path
        text += path
    text += f"?{found['query']}" if found["query"] else ""
    fragment = quote(encode(found["fragment"]), safe="/:@&=+$,;~!*'()?")
    return text + (f"#{fragment}" if fragment else "")


def _semver_compare(_: Limits, constraint: str, version: str) -> bool:
    from yamlflow.expressions.runtime.sprig_versions import compared

    return compared(constraint, version)


def _uuid(_: Limits) -> str:
    import uuid

    return str(uuid.uuid4())


def _url(_: Limits, text: str) -> dict[str, Value]:
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(text)
        hostname = parts.hostname or ""
    except ValueError as error:
        raise EvaluationError(f"unable to parse url: {error}") from None
    opaque = "" if not parts.scheme or parts.netloc or parts.path.startswith("/") else parts.path
    userinfo, host = parts.netloc.rpartition("@")[::2]
    return {
        "fragment": unquote(parts.fragment),
        "host": host,
        "hostname": hostname,
        "opaque": opaque,
        "path": "" if opaque else unquote(parts.path),
        "query": parts.query,
        "scheme": parts.scheme,
        "userinfo": userinfo,
    }


_JSON: dict[str, tuple[Callable[..., Value], Value]] = {
    "FromJson": (lambda _, text: from_json(text), None),
    "RegexMatch": (lambda limits, pattern, text: matches(pattern, text, limits), False),
    "ToJson": (lambda limits, value: to_json(value, limits), ""),
    "ToPrettyJson": (_pretty, ""),
}
_PATTERNS: dict[str, Callable[..., Value]] = {
    "RegexFind": _find,
    "RegexFindAll": _find_all,
    "RegexReplaceAll": _replace,
    "RegexReplaceAllLiteral": _replace_literal,
    "RegexSplit": _split,
    "ToRawJson": _raw,
}
_PATHS: dict[str, Callable[..., Value]] = {
    "Base": _base,
    "Clean": lambda _, path: _clean(path),
    "Dir": _directory,
    "Ext": _extension,
    "IsAbs": lambda _, path: path.startswith("/"),
}


def _first_lower(name: str) -> str:
    return name[0].lower() + name[1:]


ENCODING: dict[str, Callable[..., Value]] = {
    **{_first_lower(name): _quiet(function, default) for name, (function, default) in _JSON.items()},
    **{f"must{name}": function for name, (function, _) in _JSON.items()},
    **{_first_lower(name): function for name, function in _PATTERNS.items()},
    **{f"must{name}": function for name, function in _PATTERNS.items()},
    **{_first_lower(name): function for name, function in _PATHS.items()},
    **{f"os{name}": function for name, function in _PATHS.items()},
    "adler32sum": _adler,
    "b32dec": _from_base32,
    "b32enc": _base32,
    "b64dec": _from_base64,
    "b64enc": lambda _, text: base64_encode(text),
    "regexQuoteMeta": _quote_meta,
    "semverCompare": _semver_compare,
    "sha1sum": _hash("sha1"),
    "sha256sum": _hash("sha256"),
    "sha512sum": _hash("sha512"),
    "urlJoin": _joined_url,
    "urlParse": _url,
    "uuidv4": _uuid,
}
