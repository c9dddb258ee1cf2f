"""Hide `${{ ... }}` from Jinja without moving a character; a `{{ }}` inside stays Jinja's."""

import re

# No file that is read has this character, so it can stand for each `{` that Jinja must not see.
_BRACE = "\0"
_START = re.compile(r"\$\{\{|\{[{%#]")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_RAW = re.compile(r"\{%[-+]?\s*raw\s*[-+]?%\}")
_END_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_JINJA_STEP = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^'"{}\[\]()%-]+|.""", re.DOTALL)
_OPENING = frozenset("{[(")
_CLOSING = frozenset("}])")


def hide(text: str) -> str:
    """Hide the opening braces of each `${{`, and what looks like a comment of Jinja before its matching `}}`."""
    if "${{" not in text:
        return text
    signs = list(text)
    at = 0
    while found := _START.search(text, at):
        start = found.start()
        if found[0] != "${{":
            at = _end_of_jinja(text, start)
            continue
        signs[start + 1] = signs[start + 2] = _BRACE
        at = start + 3
        end, comments = _end_of_expression(text, at)
        if end >= 0:
            for place in comments:
                signs[place] = _BRACE
            at = end
    return "".join(signs)


def restore(text: str) -> str:
    """Return a piece of a hidden text as the user wrote it."""
    return text.replace(_BRACE, "{")


def _end_of_jinja(text: str, start: int) -> int:
    """Return the offset behind the tag of Jinja that starts here, or behind its opening when it is not closed."""
    opening = text[start : start + 2]
    close = _ENDS[opening]
    if opening == "{#":
        end = text.find(close, start + 2)
        return end + 2 if end >= 0 else len(text)
    raw = _RAW.match(text, start)
    if raw:
        found = _END_RAW.search(text, raw.end())
        return found.end() if found else len(text)
    at, depth = start + 2, 0
    while at < len(text):
        if depth == 0 and text.startswith(close, at):
            return at + 2
        step = _JINJA_STEP.match(text, at)
        depth += (text[at] in _OPENING) - (text[at] in _CLOSING and depth > 0)
        at = step.end() if step else at + 1
    return start + 2


def _end_of_expression(text: str, at: int) -> tuple[int, list[int]]:
    """Return the offset of the `}}` that ends an expression, or -1, and the places of `{#` in it."""
    quote, depth, comments = "", 0, []
    while at < len(text):
        sign = text[at]
        if text.startswith(("{{", "{%"), at):
            at = _end_of_jinja(text, at)
            continue
        if text.startswith("${{", at):
            return -1, []
        if text.startswith("{#", at):
            comments.append(at)
        if quote:
            if sign == "\\" and quote != "`":
                at += 1
            elif sign == quote:
                quote = ""
            elif sign == "\n" and quote != "`":
                return -1, []
        elif sign in "'\"`":
            quote = sign
        elif sign == "{":
            depth += 1
        elif sign == "}":
            if depth == 0 and text.startswith("}}", at):
                return at, comments
            depth = max(0, depth - 1)
        at += 1
    return -1, []
