"""Jinja's lexer, with the offset of every token, and lines that hold only tags taken out whole."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from jinja2 import Environment
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import Lexer

from yamlflow.templating.hide import restore
from yamlflow.templating.text import Place, Tag, TemplateText

_PAIRS = {"block_begin": "block_end", "comment_begin": "comment_end"}
_WHOLE = frozenset(("raw_begin", "raw_end"))
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")


class _Token(NamedTuple):
    place: Place
    type: str
    value: str


class _Run(NamedTuple):
    """Tags with nothing but blanks between them, as indexes of tokens."""

    first: int
    last: int


class PlacedLexer(Lexer):
    """Yields tokens whose line numbers are places."""

    def __init__(self, environment: Environment, text_of: Callable[[str], TemplateText]) -> None:
        super().__init__(environment)
        self._text_of = text_of

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        """Yield place, type and text of each token."""
        template = self._text_of(name or "")
        tokens = self._placed(source, super().tokeniter(source, name, filename, state))
        _collect(tokens, template)
        for token in _without_tag_lines(tokens, source):
            yield token.place, token.type, restore(token.value)

    def _placed(self, source: str, found: Iterator[tuple[int, str, str]]) -> list[_Token]:
        # Between two tokens the lexer drops nothing but blanks before a tag, so a search forward finds each.
        tokens: list[_Token] = []
        at = 0
        try:
            for line, kind, value in found:
                start = source.find(value, at)
                at = start + len(value)
                tokens.append(_Token(Place(line, start, at), kind, value))
        except TemplateSyntaxError as error:
            at_opening = "Missing end" in (error.message or "") and tokens
            error.lineno = tokens[-1].place if at_opening else Place(error.lineno, at, min(at + 1, len(source)))
            raise
        return tokens


def _collect(tokens: list[_Token], template: TemplateText) -> None:
    """Note where tags begin and end, and which brackets belong together."""
    start = 0
    opened: list[int] = []
    for token in tokens:
        if token.type in ("variable_begin", "block_begin"):
            template.open = start = token.place.start
            opened.clear()
        elif token.type in ("variable_end", "block_end"):
            # The end of a tag with `-` holds the blanks behind it.
            template.tags.append(Tag(start, token.place.start + len(token.value.rstrip())))
            template.open = -1
        elif token.type == "operator" and token.value in _OPENING:
            opened.append(token.place.start)
        elif token.type == "operator" and token.value in _CLOSING and opened:
            template.brackets[opened.pop()] = token.place.end


def _without_tag_lines(tokens: list[_Token], text: str) -> list[_Token]:
    """Take out what surrounds tags that have their lines to themselves: indentation, blanks, the line break."""
    cut_left: set[int] = set()
    cut_right: set[int] = set()
    dropped: set[int] = set()
    for run in _runs(tokens):
        first, last = tokens[run.first], tokens[run.last]
        if not _stands_alone(first, last, text):
            continue
        dropped.update(index for index in range(run.first, run.last) if _is_blank_between(tokens, index))
        if first.value[2:3] not in ("+", "-"):
            cut_left.add(run.first - 1)
        if last.value.rstrip()[-3:-2] not in ("+", "-"):
            cut_right.add(run.last + 1)
    kept = []
    for index, token in enumerate(tokens):
        if token.type == "data":
            if index in dropped:
                continue
            data = _cut(token, left=index in cut_right, right=index in cut_left)
            if data.value:
                kept.append(data)
        else:
            kept.append(token)
    return kept


def _cut(token: _Token, *, left: bool, right: bool) -> _Token:
    value, start = token.value, token.place.start
    if left:
        rest = value.lstrip(" \t").removeprefix("\n")
        start += len(value) - len(rest)
        value = rest
    if right:
        value = value.rstrip(" \t")
    return _Token(Place(token.place, start, start + len(value)), token.type, value)


def _runs(tokens: list[_Token]) -> Iterator[_Run]:
    run: _Run | None = None
    first = -1
    for index, token in enumerate(tokens):
        if token.type in _PAIRS:
            first = index
            continue
        whole = token.type in _WHOLE
        if whole or token.type in _PAIRS.values():
            begin = index if whole else first
            if run is not None and all(_is_blank_between(tokens, place) for place in range(run.last + 1, begin)):
                run = _Run(run.first, index)
            else:
                if run is not None:
                    yield run
                run = _Run(begin, index)
    if run is not None:
        yield run


def _is_blank_between(tokens: list[_Token], index: int) -> bool:
    return tokens[index].type == "data" and not tokens[index].value.strip(" \t")


def _stands_alone(first: _Token, last: _Token, text: str) -> bool:
    """Whether nothing but blanks is on the line before the first tag and after the last."""
    start, end = first.place.start, last.place.end
    if text[text.rfind("\n", 0, start) + 1 : start].strip(" \t"):
        return False
    if "\n" in last.value[len(last.value.rstrip()) :]:
        return True
    line_end = text.find("\n", end)
    return not text[end : line_end if line_end >= 0 else len(text)].strip(" \t")
