"""Filters of jq, as far as they read values: paths, pipes, conditions, and the functions that are used most."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Json = Any
Filter = Callable[[Json], Iterator[Json]]


class JqError(Exception):
    """A filter that cannot be read, or that cannot be applied to a value."""


_TOKEN = re.compile(
    r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<field>\.[A-Za-z_]\w*)'
    r"|(?P<name>@?[A-Za-z_]\w*)|(?P<sign>\.\.|//|==|!=|<=|>=|[-+*/%|,.:;()\[\]{}<>?$]))"
)
_LEVELS = (("or",), ("and",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))


def compile_filter(text: str) -> Filter:
    """Return what a filter does; JqError when it is none, or uses what is not known here."""
    parser = _Parser(_tokens(text))
    found = parser.pipe()
    if parser.at < len(parser.tokens):
        raise JqError(f"unexpected {parser.tokens[parser.at][1]!r}")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    text = re.sub(r"(?m)(?<!\S)#.*$", "", text).rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise JqError(f"unexpected {text[at:].strip()[:10]!r}")
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def _next(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) and self._kind() != "string" else ""

    def _kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def _take(self, *wanted: str) -> str:
        found = self._next()
        if found and found in wanted:
            self.at += 1
            return found
        return ""

    def _must(self, wanted: str) -> None:
        if not self._take(wanted):
            raise JqError(f"{wanted!r} is missing")

    def pipe(self) -> Filter:
        left = self._comma()
        if self._take("|"):
            return _piped(left, self.pipe())
        return left

    def _comma(self) -> Filter:
        parts = [self._or_else()]
        while self._take(","):
            parts.append(self._or_else())
        return parts[0] if len(parts) == 1 else lambda value: (each for part in parts for each in part(value))

    def _or_else(self) -> Filter:
        left = self._binary(0)
        if self._take("//"):
            return _or_else(left, self._or_else())
        return left

    def _binary(self, level: int) -> Filter:
        if level == len(_LEVELS):
            return self._term()
        left = self._binary(level + 1)
        while sign := self._take(*_LEVELS[level]):
            left = _operated(sign, left, self._binary(level + 1))
        return left

    def _term(self) -> Filter:
        if self._take("-"):
            return _operated("-", _constant(0), self._term())
        found = self._primary()
        while True:
            if self._kind() == "field":
                found = _piped(found, _field(self._field()))
            elif self._next() == ".":
                self.at += 1
                if self._kind() == "string":
                    found = _indexed(found, self._string())
            elif self._take("["):
                found = self._bracket(found)
            elif self._take("?"):
                found = _tried(found, None)
            else:
                return found

    def _field(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1][1:]

    def _primary(self) -> Filter:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "the end")
        if kind == "string":
            return self._string()
        if kind == "field":
            return _field(self._field())
        self.at += 1
        if kind == "number":
            return _constant(float(text) if re.search(r"[.eE]", text) else int(text))
        if kind == "name":
            return self._named(text)
        if text == "..":
            return _recurse
        if text == ".":
            return _indexed(_same, self._string()) if self._kind() == "string" else _same
        if text == "(":
            return self._until(")")
        if text == "[":
            return _constant([]) if self._take("]") else _collected(self._until("]"))
        if text == "{":
            return self._mapping()
        raise JqError(f"unexpected {text!r}")

    def _until(self, end: str) -> Filter:
        found = self.pipe()
        self._must(end)
        return found

    def _string(self) -> Filter:
        import json

        source = self.tokens[self.at][1]
        self.at += 1
        if "\\(" not in source:
            return _constant(json.loads(source))
        raise JqError("`\\(...)` in strings is not known here")

    def _bracket(self, target: Filter) -> Filter:
        if self._take("]"):
            return _piped(target, _each)
        low = _constant(None) if self._next() == ":" else self.pipe()
        if not self._take(":"):
            self._must("]")
            return _indexed(target, low)
        high = _constant(None) if self._next() == "]" else self.pipe()
        self._must("]")
        return _sliced(target, low, high)

    def _mapping(self) -> Filter:
        pairs: list[tuple[Filter, Filter]] = []
        while not self._take("}"):
            if pairs:
                self._must(",")
            kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "the end")
            if kind == "string":
                key = self._string()
                value = _indexed(_same, key)
            elif self._take("("):
                key = value = self._until(")")
            elif kind == "name":
                self.at += 1
                key, value = _constant(text), _field(text)
            else:
                raise JqError(f"unexpected {text!r}")
            pairs.append((key, self._or_else() if self._take(":") else value))
        return _mapped(pairs)

    def _named(self, name: str) -> Filter:
        from yamlflow.expressions.jq_functions import FUNCTIONS

        if name in ("true", "false", "null"):
            return _constant({"true": True, "false": False, "null": None}[name])
        if name == "if":
            return self._condition()
        if name == "try":
            tried = self._term()
            return _tried(tried, self._term() if self._take("catch") else None)
        arguments = []
        if self._take("("):
            arguments.append(self.pipe())
            while self._take(";"):
                arguments.append(self.pipe())
            self._must(")")
        found = FUNCTIONS.get((name, len(arguments)))
        if found is None:
            raise JqError(f"`{name}/{len(arguments)}` is not known here")
        return lambda value: found(value, *arguments)

    def _condition(self) -> Filter:
        test = self.pipe()
        self._must("then")
        good = self.pipe()
        other: Filter = _same
        if self._take("elif"):
            other = self._condition()
        elif self._take("else"):
            other = self._until("end")
        else:
            self._must("end")
        return lambda value: (each for held in test(value) for each in (good if truth(held) else other)(value))


def truth(value: Json) -> bool:
    """Whether a value counts as true."""
    return value is not None and value is not False


def _same(value: Json) -> Iterator[Json]:
    yield value


def _constant(content: Json) -> Filter:
    return lambda _: iter((content,))


def _piped(left: Filter, right: Filter) -> Filter:
    return lambda value: (each for found in left(value) for each in right(found))


def _or_else(left: Filter, right: Filter) -> Filter:
    def choose(value: Json) -> Iterator[Json]:
        try:
            good = [found for found in left(value) if truth(found)]
        except JqError:
            good = []
        yield from good or right(value)

    return choose


def _collected(inner: Filter) -> Filter:
    return lambda value: iter((list(inner(value)),))


def _tried(inner: Filter, handler: Filter | None) -> Filter:
    def attempt(value: Json) -> Iterator[Json]:
        try:
            yield from inner(value)
        except JqError as error:
            if handler is not None:
                yield from handler(str(error))

    return attempt


def _field(name: str) -> Filter:
    return lambda value: iter((index(value, name),))


def _indexed(target: Filter, key: Filter) -> Filter:
    return lambda value: (index(found, at) for found in target(value) for at in key(value))


def _sliced(target: Filter, low: Filter, high: Filter) -> Filter:
    def cut(value: Json) -> Iterator[Json]:
        for found in target(value):
            for start in low(value):
                for end in high(value):
                    yield None if found is None else found[start:end]

    return cut


def index(value: Json, key: Json) -> Json:
    """Return a part of a value, null when there is none."""
    if value is None:
        return None
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, (int, float)):
        at = int(key)
        return value[at] if -len(value) <= at < len(value) else None
    name = f'"{key}"' if isinstance(key, str) else key
    raise JqError(f"cannot index {type_name(value)} with {name}")


def type_name(value: Json) -> str:
    """Return the name of a type of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names: dict[type, str] = {int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _each(value: Json) -> Iterator[Json]:
    if not isinstance(value, (dict, list)):
        raise JqError(f"cannot iterate over {type_name(value)}")
    yield from value.values() if isinstance(value, dict) else value


def _recurse(value: Json) -> Iterator[Json]:
    yield value
    if isinstance(value, (dict, list)):
        for below in _each(value):
            yield from _recurse(below)


def _mapped(pairs: list[tuple[Filter, Filter]]) -> Filter:
    def build(value: Json) -> Iterator[Json]:
        found: list[dict[str, Json]] = [{}]
        for key, content in pairs:
            found = [{**made, name: each} for made in found for name in key(value) for each in content(value)]
        yield from found

    return build


def _operated(sign: str, left: Filter, right: Filter) -> Filter:
    from yamlflow.expressions.jq_functions import operate

    if sign in ("and", "or"):
        stop = sign == "or"
        return lambda value: (
            stop if truth(a) == stop else truth(b)
            for a in left(value)
            for b in ([a] if truth(a) == stop else right(value))
        )
    return lambda value: (operate(sign, a, b) for b in right(value) for a in left(value))
