"""YAML events become nodes with places. This is the hot path of reading: one call for each node, no more."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from yamlflow.diagnostics import Related, Sink, SourceText, Span, did_you_mean
from yamlflow.source.nodes import Entry, Mapping, Node, Scalar, Sequence
from yamlflow.source.schema import tag_fits

MAX_DEPTH = 100
MAX_EXPANDED = 100_000
MAX_NODES = 1_000_000
MAX_FINDINGS = 100
_LONGEST_NAME = 100
_MOST_NAMES = 1000  # among more, a search for a near name takes too long

_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset({"!", "!!str", "!!null", "!!bool", "!!int", "!!float"})
_LIST_TAGS = frozenset({"!", "!!seq"})
_MAPPING_TAGS = frozenset({"!", "!!map"})
_KNOWN_TAGS = _SCALAR_TAGS | _LIST_TAGS | _MAPPING_TAGS
_TAG = r"!<[^>]*>|![^\s,\[\]{}]*"
_BREAKS = r"\n\r\x85\u2028\u2029"
_PROPERTIES = rf"(?:(?:&[^\s,\[\]{{}}]*|{_TAG})(?:[ \t{_BREAKS}]|#[^{_BREAKS}]*)*)+"


# PyYAML's own types call each mark optional, which would cost a check for each event.
_Event: TypeAlias = Any


class Stopped(Exception):
    """Reading cannot go on; the reason was reported."""


class Document(NamedTuple):
    """One document of a file: its root, the place of its start, and whether the tree can be used."""

    root: Node
    start: Span
    whole: bool


class _Anchor(NamedTuple):
    node: Node | None  # None while the anchored node is being read
    size: int
    place: Span


class Builder:
    """Reads the documents of one text, from the line that starts at `start` on."""

    __slots__ = ("_anchors", "_broken", "_count", "_expanded", "_found", "_from", "_next", "_sink", "_source", "last")

    def __init__(self, source: SourceText, sink: Sink, start: int = 0) -> None:
        self._source = source
        self._sink = sink
        self._from = start
        self._next: Callable[[], _Event]
        self._anchors: dict[str, _Anchor] = {}
        self._count = 0
        self._expanded = 0
        self._found = 0
        self._broken = False
        self.last: Scalar | None = None

    def documents(self) -> Iterator[Document]:
        """Yield the documents that hold anything. Raises PyYAML's errors at bad syntax, `Stopped` when it gave up."""
        self._next = events(self._source.text, self._from)
        while True:
            event = self._next()
            if type(event) is StreamEndEvent:
                return
            if type(event) is not DocumentStartEvent:
                continue
            self._anchors.clear()
            self._broken = False
            root = self._node(self._next(), 0)
            if root.span.start < root.span.end or self._broken:
                yield Document(root, self._span(event), not self._broken)

    def _span(self, event: _Event) -> Span:
        return Span(self._source, event.start_mark.index, event.end_mark.index)

    def _error(
        self,
        code: str,
        message: str,
        place: Span,
        hint: str = "",
        notes: tuple[str, ...] = (),
        related: tuple[Related, ...] = (),
    ) -> None:
        self._found += 1
        last = self._found == MAX_FINDINGS
        notes += (f"reading stopped here, after {MAX_FINDINGS} mistakes",) if last else ()
        self._sink.error(code, message, place, hint, notes=notes, related=related)
        if last:
            raise Stopped

    def _node(self, event: _Event, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._alias(event)
        if depth >= MAX_DEPTH:
            self._error("too-deep", f"nested deeper than {MAX_DEPTH} levels", self._span(event))
            raise Stopped
        self._count += 1
        before = self._count
        if event.anchor is not None:
            self._open(event)
        node: Node = self._mapping(event, depth) if kind is MappingStartEvent else self._sequence(event, depth)
        if event.tag is not None:
            self._tag(event, _MAPPING_TAGS if kind is MappingStartEvent else _LIST_TAGS)
        if event.anchor is not None:
            place = self._anchors[event.anchor].place
            self._anchors[event.anchor] = _Anchor(node, self._count - before + 1, place)
        return node

    def _scalar(self, event: _Event) -> Scalar:
        self._count += 1
        if self._count > MAX_NODES:
            self._error("file-too-large", f"the file holds more than {MAX_NODES:,} values", self._span(event))
            raise Stopped
        start, end, style = event.start_mark.index, event.end_mark.index, event.style
        text = self._source.text
        tag = ""
        if event.tag is not None or event.anchor is not None:
            start = end if not event.value and not style else self._content(start, end)
            if event.tag is not None:
                tag = self._tag(event, _SCALAR_TAGS)
        if style == "|" or style == ">":  # noqa: PLR1714 (the hot path: two comparisons are faster than a tuple)
            end = start + len(text[start:end].rstrip())
        if style == '"' and event.value[1:2] == ":":
            self._path(start, end)
        node = self.last = Scalar(Span(self._source, start, end), event.value, style or "", tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(node, 1, self._anchor_place(event))
        return node

    def _path(self, start: int, end: int) -> None:
        """Warn of a path of Windows in double quotes, where each backslash starts an escape."""
        found = re.compile(r'"[A-Za-z]:(?:\\(?!\\)[\w.-]+)+\\?"').match(self._source.text, start, end)
        if found and self._source.editable(*found.span()) is not None:  # else a filter wrote it, as it should be
            at = self._source.text.index("\\", start)
            place = Span(self._source, at, at + 2)
            hint = "write `\\\\` for a backslash, or use single quotes"
            self._sink.warning("escaped-path", f"`{place.text}` in double quotes is no backslash", place, hint)

    def _content(self, start: int, end: int) -> int:
        """Return where the content of a node starts, behind its anchor and tag."""
        found = re.compile(_PROPERTIES).match(self._source.text, start)
        return min(found.end(), end) if found else start

    def _sequence(self, event: _Event, depth: int) -> Sequence:
        start = self._start(event)
        items: list[Node] = []
        add, following, depth = items.append, self._next, depth + 1
        event_type = type(item := following())
        while event_type is not SequenceEndEvent:
            add(self._node(item, depth))
            event_type = type(item := following())
        return Sequence(Span(self._source, start, self._end(event, item, items[-1] if items else None)), items)

    def _mapping(self, event: _Event, depth: int) -> Mapping | Scalar:
        start = self._start(event)
        entries: dict[str, Entry] = {}
        merge: Entry | None = None
        key: Scalar | None = None
        value: Node | None = None
        following, depth = self._next, depth + 1
        while type(item := following()) is not MappingEndEvent:
            key = self._scalar(item) if type(item) is ScalarEvent else self._key(item, depth)
            value = self._node(following(), depth)
            if key is None:
                continue
            name = key.value
            if ":" in name and event.flow_style and _is_glued(key, value):
                key, value = self._unglued(key)
                name = key.value
            if name in entries or (not name and not key.style):
                self._bad_key(key, entries)
            elif name == "<<" and not key.style:
                merge = entries[name] = Entry(key, value)
            else:
                entries[name] = Entry(key, value)
        if merge:
            del entries["<<"]
            entries = self._merged(merge, entries)
        span = Span(self._source, start, self._end(event, item, value))
        if key is None and value and self._source.text.startswith("{{", start):
            self._broken = True  # reported as a text without quotes, and no tree has it
            return Scalar(span, span.text)
        return Mapping(span, entries)

    def _start(self, event: _Event) -> int:
        if event.anchor is None and event.tag is None:
            return int(event.start_mark.index)
        return self._content(event.start_mark.index, len(self._source.text))

    def _end(self, event: _Event, end: _Event, last: Node | None) -> int:
        """Return the end of a collection: its bracket, or the end of its last value."""
        if event.flow_style or last is None:
            return int(end.end_mark.index)
        return (last.alias or last.span).end

    def _key(self, event: _Event, depth: int) -> Scalar | None:
        """Read a key that is no plain event of a scalar: an alias, or what cannot be a key."""
        node = self._node(event, depth)
        if isinstance(node, Scalar):
            return node
        place, text = node.span, self._source.text
        if text.startswith("{{", place.start - 1):
            from yamlflow.source.mistakes.signs import unquoted_braces

            found = unquoted_braces(text, place.start - 1)
            self._error(found.code, found.message, Span(self._source, found.start, found.end), found.hint, found.notes)
        else:
            self._error("bad-key", f"a key must be a text, not a {node.kind}", node.alias or place)
        return None

    def _bad_key(self, key: Scalar, entries: dict[str, Entry]) -> None:
        place = key.alias or key.span
        if not key.value and not key.style:
            self._error("bad-key", "a key is missing before `:`", place)
            return
        first = entries[key.value].key
        related = (Related(first.alias or first.span, "first given here"),)
        hint = "one `<<` takes a list: `<<: [*a, *b]`" if key.value == "<<" and not key.style else ""
        self._error("duplicate-key", f"key `{_short(key.value)}` is given twice", place, hint, related=related)

    def _unglued(self, key: Scalar) -> tuple[Scalar, Scalar]:
        """Take `key:value` inside brackets, which is one word to YAML, for what was meant."""
        at = key.value.index(":")
        middle = key.span.start + at + 1
        hint = f"write `{_short(key.value[: at + 1])} {_short(key.value[at + 1 :])}`"
        place = Span(self._source, middle - 1, middle)
        self._error("missing-colon", f"a space is missing behind `{_short(key.value[: at + 1])}`", place, hint)
        value = Scalar(Span(self._source, middle, key.span.end), key.value[at + 1 :])
        return Scalar(Span(self._source, key.span.start, middle - 1), key.value[:at]), value

    def _merged(self, merge: Entry, own: dict[str, Entry]) -> dict[str, Entry]:
        """Put the entries of merged mappings (`<<`) under a mapping's own; the first that has a key wins."""
        parts = merge.value.items if isinstance(merge.value, Sequence) else [merge.value]
        merged: dict[str, Entry] = {}
        for part in parts:
            if isinstance(part, Mapping):
                merged.update((name, entry) for name, entry in part.entries.items() if name not in merged)
            else:
                message = f"`<<` merges mappings, not a {part.kind}"
                place = part.alias or part.span
                place = merge.key.span if place.start == place.end else place
                self._error("bad-merge", message, place, "write `<<: *name`")
        return {**merged, **own}

    def _tag(self, event: _Event, known: frozenset[str]) -> str:
        """Return the short form of a tag, after a look whether it fits the node."""
        tag: str = event.tag
        short = f"!!{tag[len(_CORE) :]}" if tag.startswith(_CORE) else tag
        start = event.start_mark.index
        found = re.compile(_TAG).search(self._source.text, start)
        place = Span(self._source, *found.span()) if found else self._span(event)
        if short not in _KNOWN_TAGS:
            hint = did_you_mean(short, _KNOWN_TAGS - {"!"})
            hint = hint or ("quote the text if the `!` belongs to it" if known is _SCALAR_TAGS else "remove it")
            self._error("unknown-tag", f"unknown tag `{_short(place.text)}`", place, hint)
        elif short not in known or (known is _SCALAR_TAGS and not tag_fits(event.value, short)):
            what = (
                f"`{_short(event.value)}`"
                if known is _SCALAR_TAGS
                else "a list"
                if known is _LIST_TAGS
                else "a mapping"
            )
            self._error("tag-mismatch", f"the tag `{_short(place.text)}` does not fit {what}", place)
        return short

    def _anchor_place(self, event: _Event) -> Span:
        at = self._source.text.find(f"&{event.anchor}", event.start_mark.index)
        return Span(self._source, at, at + 1 + len(event.anchor))

    def _open(self, event: _Event) -> None:
        self._anchors[event.anchor] = _Anchor(None, 0, self._anchor_place(event))

    def _alias(self, event: _Event) -> Node:
        place = self._span(event)
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            near = did_you_mean(event.anchor, self._anchors) if len(self._anchors) <= _MOST_NAMES else ""
            hint = near or "quote the text if the `*` belongs to it"
            message = f"no anchor `&{_short(event.anchor)}` stands before this alias"
            self._error("unknown-anchor", message, place, hint)
            self._broken = True
            return Scalar(place, "")
        related = (Related(anchor.place, "the anchor is here"),)
        if anchor.node is None:
            self._error(
                "recursive-alias", f"`*{_short(event.anchor)}` stands inside what it refers to", place, related=related
            )
            self._broken = True
            return Scalar(place, "")
        self._count += anchor.size
        self._expanded += anchor.size
        if self._expanded > MAX_EXPANDED:
            message = f"the aliases of this file stand for more than {MAX_EXPANDED:,} values"
            self._error("alias-bomb", message, place, related=related)
            raise Stopped
        return anchor.node.aliased(place)


def _is_glued(key: Scalar, value: Node) -> bool:
    """Tell whether a key without a value is a `key:value` that lacks a space; an address is none."""
    if key.style or key.alias or not isinstance(value, Scalar) or value.span.start < value.span.end:
        return False
    return bool(re.fullmatch(r"[A-Za-z_][\w.-]*:(?!//)[^\s:]+", key.value)) and key.span.text == key.value


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"


def events(text: str, start: int) -> Callable[[], _Event]:
    """Return what gives the next event of a text: libyaml's parser, or PyYAML's own where that was not built."""
    # What is not to be read becomes blank, so that all places stay as they are.
    if start:
        text = " " * (start - 1) + "\n" + text[start:]
    elif text.startswith("\ufeff"):
        rest = text.lstrip("\ufeff")
        text = "\n" * (len(text) - len(rest)) + rest
    try:
        from yaml._yaml import CParser
    except ImportError:
        from yaml.parser import Parser
        from yaml.reader import Reader
        from yaml.scanner import Scanner

        class PureParser(Reader, Scanner, Parser):
            """PyYAML's own parser."""

            def __init__(self, stream: str) -> None:
                Reader.__init__(self, stream)
                Scanner.__init__(self)
                Parser.__init__(self)

        return PureParser(text).get_event
    return CParser(text).get_event


__all__ = ["MAX_DEPTH", "MAX_EXPANDED", "Builder", "Document", "Stopped", "YAMLError"]
