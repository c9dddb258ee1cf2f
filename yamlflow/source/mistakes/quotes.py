"""Quotes and brackets that are not closed, and text behind those that are."""

import re

from yamlflow.source.mistakes.stop import Finding, Stop, content, indent_of, line_start, quote_hint, value_start

_KEY_LINE = re.compile(r"[ ]*(?:- +)*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s#'\"\[\]{},:][^\n:{}\[\]]*?)[ ]*:(?=\s|$)")
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
    hint = "for a quote inside, write `''`"
    if last.style == '"':
        hint = 'for a quote inside, write `\\"`; or put all of it in single quotes'
    related = (last.span.start, last.span.end, "this is the quoted text")
    return Finding("text-after-quote", "text stands behind the closing quote", start, end, hint, related)


def unclosed_bracket(stop: Stop) -> Finding | None:
    """A bracket that is still open where the next key starts, or where the file ends."""
    text, at, opened = stop.text, stop.at, stop.opened
    at_end = at >= len(text.rstrip())
    if "flow node" in stop.context and at_end:
        opened = _last_open(text)
    elif "flow" not in stop.context or not stop.says("expected ',' or"):
        return None
    sign = text[opened : opened + 1]
    close = "]" if sign == "[" else "}"
    line = line_start(text, at)
    outside = line > opened and indent_of(text, line) <= indent_of(text, line_start(text, opened))
    if at_end or (outside and _KEY_LINE.match(text, line)):
        message = f"this `{sign}` is never closed"
        return Finding("unclosed-bracket", message, opened, opened + 1, f"add the closing `{close}`")
    start, end = content(text, at)
    related = (opened, opened + 1, f"this `{sign}` is open")
    return Finding("syntax", f"`,` or `{close}` was expected here", start, max(end, start + 1), "", related)


def _last_open(text: str) -> int:
    """Return the last bracket that nothing closes."""
    closed = 0
    for at in range(len(text) - 1, -1, -1):
        if text[at] in "]}":
            closed += 1
        elif text[at] in "[{":
            closed -= 1
            if closed < 0:
                return at
    return 0


def text_after_bracket(stop: Stop) -> Finding | None:
    """Text behind a closing bracket."""
    text = stop.text
    before = text[line_start(text, stop.at) : stop.at].rstrip(" \t")[-1:]
    start, end = content(text, stop.at)
    if before not in ("]", "}") or start == end or not stop.says(*_EXPECTED):
        return None
    if text[start] in "]}":
        return Finding("syntax", f"this `{text[start]}` closes nothing", start, start + 1, "remove it")
    whole = text[value_start(text, stop.at) : end]
    return Finding("syntax", f"text stands behind the closing `{before}`", start, end, quote_hint(whole))
