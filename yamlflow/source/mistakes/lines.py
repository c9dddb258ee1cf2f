"""Lines that are no `key: value`, or stand where no line above opens a place for them."""

import re

from yamlflow.source.mistakes.stop import (
    LONGEST_HINT,
    Finding,
    Stop,
    content,
    indent_of,
    line_end,
    line_of,
    line_start,
    quote_hint,
    value_start,
)

_LONGEST_KEY = 1024
_OTHER_SIGN = re.compile(r"([\w.-]+)[ ]*(=|;|：)[ ]*(.*)")
_GLUED = re.compile(r"[\w.-]+:(?=\S)(?!//)")
_GLUED_DASH = re.compile(r"-(?=\w)")
_WORD = re.compile(r"[\w.-]+")
_GOES_ON = re.compile(r" *[\w.-]+:(?:\s|$)")
_LEVELS = re.compile(r"([ ]*)((?:- +)*)(?=[^\s#])")


def long_key(stop: Stop) -> Finding | None:
    """A key that is longer than YAML allows."""
    last = stop.last
    if not last or last.span.end != stop.at or stop.text[stop.at : stop.at + 1] != ":":
        return None
    if last.span.end - last.span.start <= _LONGEST_KEY or "\n" in last.span.text:
        return None
    start = last.span.start
    return Finding("syntax", f"a key can have at most {_LONGEST_KEY:,} characters", start, last.span.end)


def missing_key(stop: Stop) -> Finding | None:
    """A `:` with nothing before it."""
    if not stop.starts_line or stop.text[stop.at : stop.at + 1] != ":":
        return None
    return Finding("bad-key", "a key is missing before `:`", stop.at, stop.at + 1)


def second_colon(stop: Stop) -> Finding | None:
    """A second `: ` on one line."""
    text, at = stop.text, stop.at
    if not stop.says("mapping values are not allowed"):
        return None
    start = value_start(text, at)
    if start >= at or not text[line_start(text, at) : start].rstrip().endswith(":"):
        return None
    start, end = content(text, start)
    hint = quote_hint(text[start:end])
    line, below = line_start(text, at), line_end(text, at) + 1
    if indent_of(text, below) > indent_of(text, line) and _GOES_ON.match(text, below):
        hint = "start the mapping on the next line, or quote the text"
    return Finding("second-colon", "a second `: ` on one line", at, at + 1, hint)


def _unfinished_key(stop: Stop) -> int:
    """Return where the line starts that has no `: ` and so was read on into the next; -1 when that is not so."""
    last = stop.last
    if stop.says("could not find expected ':'"):
        at = stop.opened
    elif stop.says("mapping values are not allowed") and last and not last.style and last.span.end == stop.at:
        at = last.span.start
    else:
        return -1
    return -1 if stop.text[line_start(stop.text, at) : at].strip(" -?") else at


def under_block_text(stop: Stop) -> Finding | None:
    """Text of a block that is not indented deeper than its key."""
    text, last = stop.text, stop.last
    at = _unfinished_key(stop)
    if at < 0 and stop.starts_line:
        at = stop.at
    if at < 0 or not last or last.style not in ("|", ">") or last.span.end > at or text[last.span.end : at].strip():
        return None
    start, end = content(text, at)
    first = line_start(text, at)
    header = line_start(text, last.span.start)
    if indent_of(text, first) <= indent_of(text, header) and last.value.strip():
        return None
    related = (last.span.start, last.span.start + 1, "the block text starts here")
    message = "this line is not indented as the block text above it needs"
    return Finding("bad-indent", message, start, end, "indent it like the lines of the text", related)


def missing_colon(stop: Stop) -> Finding | None:
    """A line without `: ` where a key is due."""
    at = _unfinished_key(stop)
    if at < 0:
        return None
    text = stop.text
    start, end = content(text, at)
    if start == end:
        hint = f"only U+{ord(text[at]):04X} is here, which looks like a space: remove it"
        return Finding("missing-colon", "this line is no `key: value`", at, at + 1, hint)
    glued = _GLUED.match(text, start, end)
    if glued:
        fixed = f"{glued.group()} {text[glued.end() : end]}"
        hint = f"write `{fixed}`" if len(fixed) <= LONGEST_HINT else "add a space"
        message = f"a space is missing behind `{glued.group()}`"
        return Finding("missing-colon", message, glued.end() - 1, glued.end(), hint)
    other = _OTHER_SIGN.fullmatch(text, start, end)
    if other:
        at, hint = other.start(2), f"write `{other[1]}: {other[3]}`" if other[3] else f"write `{other[1]}:`"
        hint = hint if len(hint) <= LONGEST_HINT else "write `: `"
        return Finding("missing-colon", f"a key is followed by `: `, not by `{other[2]}`", at, at + 1, hint)
    hint = _key_hint(text[start:end])
    return Finding("missing-colon", "this line is no `key: value`", start, end, hint)


def _key_hint(line: str) -> str:
    """Return what to do about a line without `: `, by what it looks like."""
    if line.startswith(("//", "/*")):
        return "a comment starts with `#`"
    words = line.split()
    if len(words) <= 2 and len(line) <= LONGEST_HINT and _WORD.fullmatch(words[0]):
        return f"write `{': '.join(words)}`" if len(words) > 1 else f"write `{line}:`"
    return "a key needs `: ` behind it; text that goes on is indented deeper"


def bad_indent(stop: Stop) -> Finding | None:
    """A line that lines up with nothing above, or goes deeper under what has a value of its own."""
    text, at, last = stop.text, stop.at, stop.last
    if stop.says("mapping values are not allowed"):
        if not last or last.span.end != at or "\n" not in last.span.text:
            return None
        line = line_start(text, at)
        at = line + indent_of(text, line)
    elif not stop.starts_line or not stop.says("expected") or at >= len(text.rstrip()):
        return None
    width, levels = at - line_start(text, at), _levels(text, at)
    if not levels:
        return None
    start, end = content(text, at)
    if width > levels[0][0]:
        return _too_deep(text, start, end, levels[0][1])
    if any(width == level for level, _ in levels):
        return _wrong_kind(stop, start, end)
    if text.startswith("- ", start):
        levels = [level for level in levels if _takes_items(text, level[1])] or levels
    fitting = [str(level) for level, _ in levels if level > width][-1:] + [
        str(level) for level, _ in levels if level < width
    ][:1]
    hint = f"use {' or '.join(fitting)} space{'' if fitting == ['1'] else 's'}"
    return Finding("bad-indent", f"an indentation of {width} fits no line above", start, end, hint)


def _takes_items(text: str, at: int) -> bool:
    """Tell whether a list may go on at the indentation of what stands at `at`."""
    return text.startswith("- ", at) or text[: content(text, at)[1]].endswith(":")


def _too_deep(text: str, start: int, end: int, above: int) -> Finding:
    upper = content(text, above)
    comment = text.find("#", upper[1], line_end(text, above))
    if comment >= 0 and ":" not in text[start:end]:
        related = (comment, comment + 1, "a comment ends the text before it")
        return Finding("syntax", "the text above does not go on here", start, end, "quote the whole text", related)
    if _GLUED_DASH.match(text, above):
        hint = f"write `- {text[above + 1 : upper[1]]}`"
        hint = hint if len(hint) <= LONGEST_HINT else "write `- `"
        return Finding("missing-space", "a space is missing behind `-`", above, above + 1, hint)
    key = text[above : upper[1]].partition(":")[0]
    related = (above, upper[1], f"`{key}` has a value on its own line")
    hint = f"line it up with `{key}`, or quote the text if it goes on here"
    return Finding("bad-indent", f"this line is indented deeper than `{key}`", start, end, hint, related)


def _wrong_kind(stop: Stop, start: int, end: int) -> Finding | None:
    item = stop.text.startswith("-", start)
    if stop.says("'-' indicator") or (stop.says("expected <block end>") and not item):
        message, hint = "a key stands between the items of a list", "start the line with `- `, or indent it deeper"
    elif item:
        message, hint = "a list item stands between the keys of a mapping", "indent it under the key that it belongs to"
    else:
        return None
    line = line_of(stop.text, stop.opened)
    related = (stop.opened, stop.opened + 1, f"the {'mapping' if item else 'list'} starts in line {line}")
    return Finding("bad-indent", message, start, end, hint, related if stop.opened < start else None)


def _levels(text: str, at: int) -> list[tuple[int, int]]:
    """Return the indentations that are open above the line of `at`, deepest first, each with where it starts."""
    levels: list[tuple[int, int]] = []
    limit = len(text)
    start = line_start(text, at)
    while start > 0 and limit > 0:
        start = line_start(text, start - 1)
        found = _LEVELS.match(text, start, line_end(text, start))
        if not found:
            continue
        deep, dashes = found.end() - start, range(found.end(2) - start - 1, found.end(1) - start - 1, -1)
        for width in (deep, *dashes):
            if width < limit and (width == deep or text[start + width] == "-"):
                levels.append((width, start + width))
                limit = width
    return levels
