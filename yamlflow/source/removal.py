"""What to cut out of a file so that an entry or an item is gone, and all around it stays as it is."""

import re

from yamlflow.diagnostics import Span
from yamlflow.source.nodes import Mapping, Node, Sequence

_BLANKS = re.compile(r"[ \t]*")
_REST = re.compile(r"[ \t]*(#[^\n]*)?(\r?\n|\Z)")
_COMMA = re.compile(r"\s*,[ \t]*")
_COMMA_BEFORE = re.compile(r",\s*\Z")
_MOST_BLANKS = 200


def entry_removal(owner: Mapping, key: str) -> Span | None:
    """Return what to cut so that a mapping has no such key; None where that is not plain to see."""
    entry = owner.entries.get(key)
    if entry is None or entry.key.alias is not None or not _inside(entry.key.span, owner):
        return None
    return _removal(owner, Span(entry.key.span.source, entry.key.span.start, _end(entry.value, entry.key.span.end)))


def item_removal(owner: Sequence, index: int) -> Span | None:
    """Return what to cut so that a list has no such item; None where that is not plain to see."""
    node = owner.items[index]
    start = (node.alias or node.span).start
    if _is_flow(owner):
        return _removal(owner, Span(owner.span.source, start, _end(node, start)))
    dash = owner.span.source.text.rfind("-", 0, start)
    if owner.span.source.text[dash + 1 : start].strip():
        return None
    return _removal(owner, Span(owner.span.source, dash, _end(node, start)))


def _inside(span: Span, owner: Node) -> bool:
    """Whether a key stands in a mapping itself, and was not merged into it."""
    return owner.alias is None and owner.span.start <= span.start < owner.span.end


def _is_flow(owner: Node) -> bool:
    return owner.span.text[:1] in ("{", "[")


def _end(node: Node, least: int) -> int:
    """Return where a value ends, without the line breaks behind a block of text."""
    span = node.alias or node.span
    text = span.source.text
    end = max(span.end, least)
    while end > least and text[end - 1] in "\r\n \t":
        end -= 1
    return end if end > least else text.find(":", least) + 1


def _removal(owner: Node, part: Span) -> Span | None:
    return _of_flow(owner, part) if _is_flow(owner) else _of_lines(part)


def _of_lines(part: Span) -> Span | None:
    """Return the lines of a part, when nothing else stands on them."""
    source, start, end = part
    text = source.text
    line = text.rfind("\n", 0, start) + 1
    rest = _REST.match(text, end)
    if _BLANKS.fullmatch(text, line, start) is None or rest is None:
        return None
    return Span(source, line, rest.end())


def _of_flow(owner: Node, part: Span) -> Span | None:
    """Return a part between brackets with one of the commas beside it."""
    source, start, end = part
    text = source.text
    behind = _COMMA.match(text, end)
    if behind is not None and behind.end() <= owner.span.end:
        return Span(source, start, behind.end())
    low = max(owner.span.start + 1, start - _MOST_BLANKS)
    before = _COMMA_BEFORE.search(text[low:start])
    if before is not None:
        return Span(source, low + before.start(), end)
    return Span(source, start, end)
