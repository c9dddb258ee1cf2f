"""Quotes and brackets that are not closed, and text behind those that are."""

import re

from yamlflow.source.mistakes.stop import (
    Finding,
    Stop,
    content,
    indent_of,
    line_end,
    line_start,
    quote_hint,
    value_start,
)

_KEY_LINE = re.compile(r"[ ]*(?:- +)*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s#'\"\[\]{},:][^\n:{}\[\]]*?)[ ]*:(?=\s|$)")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*", re.MULTILINE)
_WORD = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[^\s,\[\]{}]+")
_EXPECTED = ("did not find expected", "expected <block end>", "expected '<document start>'")


def bad_escape(stop: Stop) -> Finding | None:
    r"""A `\x` in double quotes that means nothing."""
    if "quoted" not in stop.context or not stop.says("escape", "hex"):
        return None
    text = stop.text
    at = text.rfind("\\", 0, stop.at + 1)
    if at + 1 >= len(text):
        return None
    end = max(stop.at, at + 2)
    hint = "write `\\\\` for a backslash, or use single quotes"
    return Finding("bad-escape", f"`{text[at:end]}` means nothing in double quotes", at, end, hint)


def unclosed_quote(stop: Stop) -> Finding | None:
    """A quote that is never closed, or only by the quote that should open a later text."""
    text, last = stop.text, stop.last
    scanning = "quoted" in stop.context
    place = stop.opened if scanning else stop.at
    if last and last.style in ("'", '"') and "\n" in last.span.text and not text[last.span.end : place].strip(" \t"):
        start, end = last.span.start, last.span.end
        related = (end - 1, end, "the next quote closes it")
        hint = f"add the closing `{text[start]}`"
        return Finding("unclosed-quote", "this quote is not closed on its line", start, start + 1, hint, related)
    if scanning:
        sign = text[place : place + 1]
        return Finding("unclosed-quote", "this quote is never closed", place, place + 1, f"add the closing `{sign}`")
    return None


def text_after_quote(stop: Stop) -> Finding | None:
    """Text behind a closing quote."""
    text, last = stop.text, stop.last
    if not last or last.style not in ("'", '"') or not stop.says(*_EXPECTED):
        return None
    if text[last.span.end : stop.at].strip(" \t") or stop.starts_line:
        return None
    start, end = content(text, stop.at)
    quoted = last.span.text
    if "${{" in quoted and "}}" not in quoted and "}}" in text[start:end]:
        message = "this quote ends in the middle of an expression"
        hint = "inside, quote texts with `'`" if last.style == '"' else 'put the whole text in `"`'
        related = (last.span.start, last.span.start + 1, "the quote that it closes")
        return Finding("cut-expression", message, last.span.end - 1, last.span.end, hint, related)
    if not text[line_start(text, last.span.start) : last.span.start].strip(" -"):
        end = last.span.end
        return Finding("missing-colon", f"a `: ` is missing behind {quoted}", end - 1, end, "write `: ` behind the key")
    hint = "for a quote inside, write `''`"
    if last.style == '"':
        hint = 'for a quote inside, write `\\"`; or put all of it in single quotes'
    related = (last.span.start, last.span.end, "this is the quoted text")
    return Finding("text-after-quote", "text stands behind the closing quote", start, end, hint, related)


def unclosed_bracket(stop: Stop) -> Finding | None:
    """A bracket that is still open where the next key starts, or where the file ends."""
    text, at, opened = stop.text, stop.at, stop.opened
    at_end = at >= len(text.rstrip())
    if "flow node" in stop.context:
        opened = _last_open(text[:at])
        if not at_end and not _outside(text, at, opened):
            return None
    elif "flow" not in stop.context or not stop.says("expected ',' or"):
        return None
    if opened < 0:
        return None
    sign, last = text[opened], stop.last
    close = "]" if sign == "[" else "}"
    if at_end or _outside(text, at, opened):
        return Finding("unclosed-bracket", f"this `{sign}` is never closed", opened, opened + 1, _closing(text, opened))
    if text[at : at + 1] == ":" and last and not last.style and last.span.end == at and "\n" in last.span.text:
        start, end = content(text, last.span.start)
        related = (opened, opened + 1, f"this `{sign}` is open")
        return Finding("syntax", f"`,` or `{close}` was expected behind this", start, end, "add `,`", related)
    related = (opened, opened + 1, f"this `{sign}` is open")
    if text[at] in "]}":
        return Finding("syntax", f"`{text[at]}` closes no `{sign}`", at, at + 1, f"write `{close}`", related)
    found = _WORD.match(text, at)
    end = found.end() if found else at + 1
    hint = "a `,` is missing before it" if stop.starts_line or text[at] in "\"'" else ""
    return Finding("syntax", f"`,` or `{close}` was expected here", at, end, hint, related)


def _outside(text: str, at: int, opened: int) -> bool:
    """Tell whether the line of `at` starts a key no deeper than the line of an open bracket."""
    line = line_start(text, at)
    above = line > opened >= 0 and indent_of(text, line) <= indent_of(text, line_start(text, opened))
    return above and bool(_KEY_LINE.match(text, line))


def _closing(text: str, opened: int) -> str:
    close = "]" if text[opened] == "[" else "}"
    comment = _COMMENT.search(text, opened, line_end(text, opened))
    if comment and close in comment[0]:
        return f"` #` starts a comment, which hides the `{close}`"
    return f"add the closing `{close}`"


def _last_open(text: str) -> int:
    """Return the last bracket that nothing closes, -1 when there is none."""
    text = _COMMENT.sub(lambda found: " " * len(found[0]), text)
    closed = 0
    for at in range(len(text) - 1, -1, -1):
        if text[at] in "]}":
            closed += 1
        elif text[at] in "[{":
            closed -= 1
            if closed < 0:
                return at
    return -1


def text_after_bracket(stop: Stop) -> Finding | None:
    """Text behind a closing bracket."""
    text = stop.text
    before = text[line_start(text, stop.at) : stop.at].rstrip(" \t")[-1:]
    start, end = content(text, stop.at)
    if before not in ("]", "}") or start == end or not stop.says(*_EXPECTED):
        return None
    if text[start] in "]}":
        return Finding("syntax", f"this `{text[start]}` closes nothing", start, start + 1, "remove it")
    if text[start:end] == ",":
        return Finding("syntax", "this `,` separates nothing", start, end, "remove it")
    whole = text[value_start(text, stop.at) : end]
    return Finding("syntax", f"text stands behind the closing `{before}`", start, end, quote_hint(whole))
