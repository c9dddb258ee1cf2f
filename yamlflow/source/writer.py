"""Write plain data as YAML: stable, readable, and read alike by YAML 1.1 (Go's libraries, PyYAML) and 1.2 readers."""

import re

from yamlflow.source.schema import plain_trap, plain_value

# What cannot stand in a file as it is: control characters, line breaks but "\n", byte order marks, half pairs.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff"
_UNPRINTABLE = f"[{_CONTROLS}]"
_ESCAPED = f'[{_CONTROLS}\t\n"\\\\]'
# What every reader takes for plain text in block style, were it not for words and numbers.
_PLAIN = (
    r"(?!---|\.\.\.)"
    r"(?:\w|[./$(+^~<=;\\]|-(?=\S))"
    rf"(?:[^\s:#{_CONTROLS}\xa0]|:(?=\S)|(?<=\S)\#|[ ](?=[^\s#]))*"
)
_SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_MAYBE_OTHER = frozenset("+-.0123456789~<=nNyYtTfFoO")
_LONGEST_KEY = 1000  # readers look no further than 1,024 characters for the `:` after a key


class Written(str):
    """A value that is YAML already, on one line."""

    __slots__ = ()


def write_yaml(data: object) -> str:
    """Return plain data (None, bool, numbers, text, lists, dicts) as YAML text, in the order given."""
    return _Writer().document(data)


def write_lines(data: object) -> str:
    """Return plain data as YAML lines without the last line break, which may be indented, and followed by others."""
    return _Writer(movable=True).document(data).removesuffix("\n")


def write_quoted(text: str) -> str:
    """Return any text as a YAML scalar in double quotes on one line."""
    return _double(text)


def write_text(text: str) -> str:
    """Return a text as a YAML scalar on one line: plain when that is safe, else in quotes."""
    if re.fullmatch(_PLAIN, text) and (text[0] not in _MAYBE_OTHER or _is_text(text)):
        return text
    if re.search(_UNPRINTABLE, text) or "\n" in text or "\t" in text:
        return _double(text)
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _is_text(text: str) -> bool:
    return isinstance(plain_value(text), str) and not plain_trap(text)


def _double(text: str) -> str:
    return f'"{re.sub(_ESCAPED, _escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    sign = found.group()
    code = ord(sign)
    return _SHORT_ESCAPES.get(sign) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _float(value: float) -> str:
    text = repr(value)
    if text in ("nan", "inf", "-inf"):
        return text.replace("nan", ".nan").replace("inf", ".inf")
    # YAML 1.1 knows an exponent only behind a point, and only with a sign.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


class _Writer:
    __slots__ = ("_movable", "_out", "_texts")

    def __init__(self, *, movable: bool = False) -> None:
        self._movable = movable
        self._out: list[str] = []
        self._texts: dict[str, str] = {}

    def document(self, data: object) -> str:
        if isinstance(data, dict) and data:
            self._mapping(data, "")
        elif isinstance(data, list | tuple) and data:
            self._sequence(data, "")
        else:
            self._out.append(self._leaf(data, "") + "\n")
        return "".join(self._out)

    def _mapping(self, data: dict[object, object], indent: str, first: str | None = None) -> None:
        """Write the entries; `first` is what stands before the first key where that is not the indentation."""
        add = self._out.append
        lead = indent if first is None else first
        for key, value in data.items():
            name = self._key(key)
            add(f"{lead}{name}:" if len(name) < _LONGEST_KEY else f"{lead}? {name}\n{indent}:")
            lead = indent
            if isinstance(value, dict) and value:
                add("\n")
                self._mapping(value, indent + "  ")
            elif isinstance(value, list | tuple) and value:
                add("\n")
                self._sequence(value, indent)
            else:
                add(f" {self._leaf(value, indent)}\n")

    def _sequence(self, data: list[object] | tuple[object, ...], indent: str, first: str | None = None) -> None:
        lead = indent if first is None else first
        for item in data:
            if isinstance(item, dict) and item:
                self._mapping(item, indent + "  ", f"{lead}- ")
            elif isinstance(item, list | tuple) and item:
                self._sequence(item, indent + "  ", f"{lead}- ")
            else:
                self._out.append(f"{lead}- {self._leaf(item, indent)}\n")
            lead = indent

    def _key(self, key: object) -> str:
        return self._text(key) if isinstance(key, str) else self._leaf(key, "")

    def _text(self, text: str) -> str:
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = write_text(text)
        return known

    def _leaf(self, value: object, indent: str) -> str:
        """Write what stands behind `key:` or `-` that are indented by `indent`."""
        if isinstance(value, str):
            if "\n" not in value:
                return value if type(value) is Written else self._text(value)
            return _double(value) if self._movable and _is_bound(value) else _block(value, indent)
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(int(value))
        if isinstance(value, float):
            return _float(float(value))
        if isinstance(value, dict):
            return "{}"
        if isinstance(value, list | tuple):
            return "[]"
        raise TypeError(f"no plain data: {type(value).__name__}")


def _is_bound(text: str) -> bool:
    """Whether a literal block of this text depends on how deep it stands, or on the lines behind it."""
    return text.endswith("\n\n") or text.lstrip("\n")[:1] in ("", " ", "\t")


def _block(text: str, indent: str) -> str:
    """Write a text of several lines as a literal block, in double quotes where that would not give it back exactly."""
    body = text.rstrip("\n")
    if not body or re.search(_UNPRINTABLE, text):
        return _double(text)
    tail = len(text) - len(body)
    # Readers find the indentation by the first line that is not empty, so one that starts with a blank needs it told.
    width = "2" if body.lstrip("\n")[0] in " \t" else ""
    chomp = "-" if tail == 0 else "" if tail == 1 else "+"
    lines = [f"{indent}  {line}" if line else "" for line in body.split("\n")]
    return f"|{width}{chomp}\n" + "\n".join(lines) + "\n" * max(0, tail - 1)
