"""What values look like as text."""

import json
import re
from collections.abc import Iterable

from jinja2 import Undefined
from jinja2.runtime import Macro

from yamlflow.diagnostics import Sink, SourceText, Span
from yamlflow.source import Mapping, Node, Sequence, read_source
from yamlflow.templating.limits import MAX_TEXT, LimitError, weigh
from yamlflow.templating.placed import part_span, placed_text, span_of
from yamlflow.templating.traced import Stretch, Traced

_NOT_IN_YAML = "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
_MOST_TRACED = 20_000
_Parts = list[tuple[int, int, Span]]


def printed(value: object) -> str:
    """Return a value as text that YAML reads as that value: `true`, `null`, JSON for lists and mappings."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    if isinstance(value, int | float):
        return placed_text(str(value), span_of(value))
    if weigh(value) > MAX_TEXT:
        raise LimitError(f"this makes more than {MAX_TEXT:,} characters")
    return written_json(value)


def written_json(value: object) -> str:
    """Return a value as JSON on one line, which is YAML too."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_listed)
    return with_places(re.sub(_NOT_IN_YAML, lambda found: f"\\u{ord(found[0]):04x}", text), value)


def with_places(text: str, data: object) -> str:
    """Return the YAML text of lists and mappings, with the places of the values that it holds."""
    if not isinstance(data, dict | list) or len(text) > _MOST_TRACED:
        return text
    node = read_source(SourceText("", text), Sink())
    parts: _Parts = []
    if node is None or not _pair(node, data, parts):
        return text
    found = []
    at = 0
    for start, end, span in sorted(parts):
        if start > at:
            found.append(Stretch(start - at, None, span_of(data)))
        found.append(Stretch(end - start, None, span))
        at = end
    if at < len(text):
        found.append(Stretch(len(text) - at, None, span_of(data)))
    return Traced(text, tuple(found))


def _pair(node: Node, data: object, parts: _Parts) -> bool:
    """Find the places of what a text holds; whether the text is that of the data."""
    if isinstance(data, dict):
        if not isinstance(node, Mapping) or len(node.entries) != len(data):
            return False
        for (key, child), (name, value) in zip(node, data.items(), strict=True):
            _note(key, span_of(name), parts)
            if not _pair_part(child, value, part_span(data, name), parts):
                return False
    elif isinstance(data, list):
        if not isinstance(node, Sequence) or len(node.items) != len(data):
            return False
        for index, (child, value) in enumerate(zip(node.items, data, strict=True)):
            if not _pair_part(child, value, part_span(data, index), parts):
                return False
    return True


def _pair_part(node: Node, value: object, span: Span | None, parts: _Parts) -> bool:
    if isinstance(value, dict | list) and value:
        return _pair(node, value, parts)
    _note(node, span_of(value) or span, parts)
    return True


def _note(node: Node, span: Span | None, parts: _Parts) -> None:
    if span is not None:
        parts.append((node.span.start, node.span.end, span))


def plain_data(value: object) -> object:
    """Return a value with nothing in it but what YAML knows."""
    if isinstance(value, dict):
        return {key: plain_data(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    found = _listed(value)
    return [plain_data(item) for item in found] if isinstance(found, list) else found


def _listed(value: object) -> object:
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    if callable(value):
        raise TypeError(f"{_what(value)} has no text; call it")
    if not isinstance(value, Iterable):
        raise TypeError(f"{_what(value)} has no text")
    return list(value)


def _what(value: object) -> str:
    return f"the macro `{value.name}`" if isinstance(value, Macro) else "a function" if callable(value) else "this"
