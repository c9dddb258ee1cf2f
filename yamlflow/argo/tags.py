"""The tags of Argo's texts: `{{name}}`, `{{name.{{inner}}}}` and `{{=expression}}`."""

from collections.abc import Iterator
from typing import NamedTuple


class Tag(NamedTuple):
    """One tag. `name` holds text and inner tags; `expression` is None unless the tag begins with `{{=`."""

    source: str
    name: tuple["str | Tag", ...]
    expression: str | None


Parts = tuple[str | Tag, ...]

_cache: dict[str, Parts] = {}
_CACHED_TEXTS = 4096


def split_tags(text: str) -> Parts:
    """Return the literal texts and the tags of a text, in order. An open `{{` without end is literal."""
    parts = _cache.get(text)
    if parts is None:
        if len(_cache) >= _CACHED_TEXTS:
            _cache.clear()
        parts = _cache[text] = tuple(_split(text))
    return parts


def _split(text: str) -> Iterator[str | Tag]:
    at = 0
    while (start := text.find("{{", at)) >= 0:
        found = _read_tag(text, start)
        if found is None:
            break
        if start > at:
            yield text[at:start]
        tag, at = found
        yield tag
    if at < len(text):
        yield text[at:]


def _read_tag(text: str, start: int) -> tuple[Tag, int] | None:
    """Read the tag that begins at `start`; None when it never ends."""
    if text.startswith("{{=", start):
        end = text.find("}}", start)
        return None if end < 0 else (Tag(text[start : end + 2], (), text[start + 3 : end].strip()), end + 2)
    name: list[str | Tag] = []
    at = start + 2
    while True:
        end, inner = text.find("}}", at), text.find("{{", at)
        if end < 0:
            return None
        if 0 <= inner < end:
            found = _read_tag(text, inner)
            if found is None:
                return None
            name.extend((text[at:inner], found[0]))
            at = found[1]
            continue
        name.append(text[at:end])
        return Tag(text[start : end + 2], _trimmed(name), None), end + 2


def _trimmed(name: list[str | Tag]) -> tuple[str | Tag, ...]:
    if isinstance(name[0], str):
        name[0] = name[0].lstrip()
    if isinstance(name[-1], str):
        name[-1] = name[-1].rstrip()
    return tuple(part for part in name if part != "") or ("",)


def plain_name(tag: Tag) -> str | None:
    """Return the name of a simple tag without inner tags, else None."""
    if tag.expression is None and len(tag.name) == 1 and isinstance(tag.name[0], str):
        return tag.name[0]
    return None


def filled(text: str) -> str:
    """Return a text with a letter in the place of each tag that Argo replaces before it looks at names."""
    return "".join(
        "x" if not isinstance(part, str) and _is_replaced(part) else _text(part) for part in split_tags(text)
    )


def _text(part: str | Tag) -> str:
    return part if isinstance(part, str) else part.source


def _is_replaced(tag: Tag) -> bool:
    if tag.expression is not None:
        from yamlflow.expressions import parse

        expr, problems = parse(tag.expression)
        return expr is not None and not problems
    first = tag.name[0]
    return not isinstance(first, str) or first.startswith(_EARLY)


_EARLY = ("inputs.", "workflow.")


def has_tags(data: object) -> bool:
    """Whether any text in plain data holds `{{`."""
    if isinstance(data, str):
        return "{{" in data
    if isinstance(data, dict):
        return any(has_tags(key) or has_tags(value) for key, value in data.items())
    return isinstance(data, list) and any(has_tags(item) for item in data)
