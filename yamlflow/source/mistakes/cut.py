"""Texts that end sooner than meant: expressions without quotes, and files in which a merge left its marks."""

import re

from yamlflow.source.mistakes.stop import (
    Finding,
    Stop,
    content,
    flow_content,
    line_end,
    line_start,
    quote_hint,
    value_start,
)

_CONFLICT = re.compile(r"^<{7}(?= |$)", re.MULTILINE)
_CONFLICT_END = re.compile(r"^>{7}(?= |$)", re.MULTILINE)


def conflict(stop: Stop) -> Finding | None:
    """The marks of a merge that two changes kept from being done."""
    found = _CONFLICT.search(stop.text)
    if not found or not _CONFLICT_END.search(stop.text, found.end()):
        return None
    start, end = found.start(), line_end(stop.text, found.start())
    hint = "keep what is right and remove the marks"
    return Finding("conflict-marker", "a merge conflict is not resolved here", start, end, hint)


def expression_in_brackets(stop: Stop) -> Finding | None:
    """An expression without quotes inside `{ }` or `[ ]`, where a brace ends a text."""
    text, at = stop.text, stop.at
    if not text.startswith("{{", at) or text[at - 1 : at] != "$":
        return None
    last = stop.last
    start = last.span.start if last and not last.style and last.span.end == at else at - 1
    closing = text.find("}}", at, line_end(text, at))
    end = flow_content(text, at - 1)[1] if closing >= 0 else at + 2
    message = "an expression inside brackets must be quoted: without quotes, a text ends at `{`"
    return Finding("cut-expression", message, start, end, quote_hint(text[start:end]))


def expression_with_colon(stop: Stop) -> Finding | None:
    """An expression without quotes that holds `: `."""
    text, at = stop.text, stop.at
    if not stop.says("mapping values are not allowed"):
        return None
    opened = text.rfind("${{", line_start(text, at), at)
    if opened < 0 or "}}" in text[opened:at]:
        return None
    start, end = content(text, value_start(text, at))
    message = "a `: ` cuts this expression, since it has no quotes"
    hint = quote_hint(text[start:end])
    return Finding("cut-expression", message, at, at + 1, hint, (opened, opened + 3, "the expression starts here"))
