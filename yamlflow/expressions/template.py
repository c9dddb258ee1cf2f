"""Text with `${{ ... }}` in it, split into plain parts and expressions."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from yamlflow.expressions.ast import Expr, Problem
from yamlflow.expressions.parser import parse

OPEN = "${{"
_UNCLOSED = "unclosed-expression"
_MOST_UNCLOSED = 20
_LONGEST = 100_000


class Literal(NamedTuple):
    """Plain text between tags."""

    text: str
    start: int
    end: int


class Tag(NamedTuple):
    """One `${{ ... }}`, at `start` to `end` of the text; all places are those of the text."""

    start: int
    end: int
    expr: Expr | None
    problems: tuple[Problem, ...]


Part = Literal | Tag


@cache
def _passed() -> re.Pattern[str]:
    """Match what can be passed over in one step on the way to the end of a tag."""
    return re.compile(
        r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`|/\*(?s:.*?)\*/|//(?:[^\n}]|\}(?!\}))*|[^'"`/{}]+|."""
    )


def end_of_tag(text: str, start: int) -> int:
    """Return the offset of the `}}` that closes the tag opened at `start`, or -1; texts, comments, braces are known."""
    at, depth, match = start + len(OPEN), 0, _passed().match
    end = min(len(text), start + _LONGEST)
    while at < end:
        if depth == 0 and text.startswith("}}", at):
            return at
        character = text[at]
        if character == "{":
            depth += 1
        elif character == "}":
            depth = max(0, depth - 1)
        found = match(text, at)
        at = found.end() if found else at + 1
    return -1


def split(text: str) -> list[Part]:
    """Split a text into its plain parts and its tags, in order; a tag that is not closed ends with its line."""
    parts: list[Part] = []
    at = unclosed = 0
    last = text.rfind("}}")
    # To look for the end of many tags that have none would take the square of the text's length.
    while unclosed < _MOST_UNCLOSED and (start := text.find(OPEN, at)) >= 0:
        if start > at:
            parts.append(Literal(text[at:start], at, start))
        tag = _tag(text, start) if start < last else _unclosed(text, start, text.find(OPEN, start + len(OPEN)))
        parts.append(tag)
        at = tag.end
        unclosed += tag.problems[:1] != () and tag.problems[0].code == _UNCLOSED
    if at < len(text) or not parts:
        parts.append(Literal(text[at:], at, len(text)))
    return parts


def _tag(text: str, start: int) -> Tag:
    inner = start + len(OPEN)
    close = end_of_tag(text, start)
    if close >= 0:
        tag = _parsed(text, start, close)
        if not tag.problems or OPEN not in text[inner:close]:
            return tag
    # A quote or a brace that is not closed may hide the end: then the parser tells what is wrong before it.
    nearest, following = text.find("}}", inner), text.find(OPEN, inner)
    if nearest >= 0 and (following < 0 or nearest < following):
        return _parsed(text, start, nearest)
    return _unclosed(text, start, following)


def _unclosed(text: str, start: int, following: int) -> Tag:
    """Return a tag without an end: it ends with its line, or where the following one begins."""
    limit = following if following >= 0 else len(text)
    line = text.find("\n", start, limit)
    problem = Problem(start, start + len(OPEN), "the expression is not closed", "close it with `}}`", _UNCLOSED)
    return Tag(start, line if line >= 0 else limit, None, (problem,))


def _parsed(text: str, start: int, close: int) -> Tag:
    inner = text[start + len(OPEN) : close]
    if not inner.strip():
        return Tag(start, close + 2, None, (Problem(start, close + 2, "the expression is empty"),))
    expr, problems = parse(inner, start + len(OPEN))
    return Tag(start, close + 2, expr, tuple(problems))


def whole(parts: Sequence[Part]) -> Tag | None:
    """Return the tag when it is all there is, blanks around it aside; else None."""
    if len(parts) == 1:
        return parts[0] if isinstance(parts[0], Tag) else None
    tags = [part for part in parts if isinstance(part, Tag)]
    if len(tags) != 1 or any(isinstance(part, Literal) and part.text.strip() for part in parts):
        return None
    return tags[0]
