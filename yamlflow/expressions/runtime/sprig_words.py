"""sprig's `snakecase` and `kebabcase`: a text as words, and the words joined."""

import unicodedata
from collections.abc import Callable

from yamlflow.expressions.runtime.functions_text import SPACES, lower

Words = list[tuple[str, str]]
_BROKEN = "\ufffd" + "".join(map(chr, range(0xDC80, 0xDD00)))


def _is_letter(letter: str) -> bool:
    """Whether a letter can be part of a word; signs of Chinese are no letters here."""
    sign = ord(letter)
    return letter.isalpha() and not (0x3400 <= sign <= 0x4D85 or 0x4E00 <= sign <= 0x9FCC or 0x20000 <= sign <= 0x2B81D)


def _is_upper(letter: str) -> bool:
    return unicodedata.category(letter) == "Lu"


def _is_number(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "N"


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "P"


def _is_connector(letter: str) -> bool:
    return letter in "-_" or letter in SPACES


def _is_small(letter: str) -> bool:
    return _is_letter(letter) and not _is_upper(letter)


def _is_other(letter: str) -> bool:
    return not (_is_connector(letter) or _is_letter(letter) or _is_number(letter) or _is_mark(letter))


_KINDS: tuple[tuple[str, Callable[[str], bool], Callable[[str], bool]], ...] = (
    ("connector", _is_connector, _is_connector),
    ("mark", _is_mark, _is_mark),
    ("upper", _is_upper, _is_upper),
    ("letters", _is_letter, _is_small),
    ("number", _is_number, _is_number),
    ("other", lambda _: True, _is_other),
)


def _letters(text: str) -> list[str]:
    """Split a text into letters; bytes that are none go with the next letter, at the end with the last one."""
    found = [""]
    for letter in text:
        found[-1] += letter
        if letter not in _BROKEN:
            found.append("")
    if found[-1] and len(found) > 1:
        found[-2:] = ["".join(found[-2:])]
    return [one for one in found if one]


def _sign(letter: str) -> str:
    return letter.strip(_BROKEN)


def _run(text: list[str], at: int, belongs: Callable[[str], bool]) -> int:
    while at < len(text) and belongs(_sign(text[at])):
        at += 1
    return at


def _word(text: list[str], at: int) -> tuple[str, int]:
    """Return the kind of the word that begins at a place, and its end."""
    kind, _, belongs = next(row for row in _KINDS if row[1](_sign(text[at])))
    if kind != "upper":
        return kind, _run(text, at + 1, belongs)
    end = _run(text, at + 1, _is_upper)
    if end == at + 1:
        return kind, _run(text, end, _is_small)
    # Of `HTTPStatus`, the `S` begins the next word.
    return kind, end - 1 if end < len(text) and _is_letter(_sign(text[end])) else end


def _words(text: list[str]) -> Words:
    found, at = [], 0
    while at < len(text):
        kind, end = _word(text, at)
        found.append((kind, "".join(text[at:end])))
        at = end
    return [*found, ("", "")]


def _written(word: tuple[str, str], connector: str) -> str:
    kind, text = word
    if kind not in ("upper", "connector"):
        return text
    return "".join(connector if _is_connector(one) else lower(one) if _is_upper(one) else one for one in text)


def joined(text: str, connector: str) -> str:
    """Return the words of a text in lower case with `connector` between them, as xstrings does it."""
    if not _sign(text):
        return text
    words = _words(_letters(text))
    parts: list[str] = []
    at = 0

    def take() -> None:
        nonlocal at
        parts.append(_written(words[at], connector))
        at += 1

    def take_numbered() -> None:
        while words[at][0] in ("letters", "number"):
            take()

    def join(*unless: str) -> None:
        if words[at][0] not in ("connector", "mark", *unless):
            parts.append(connector)

    while at < len(words) - 2:
        kind = words[at][0]
        take()
        if kind == "number":
            take_numbered()
            join("")
        elif kind not in ("connector", "mark"):
            if words[at][0] != "number":
                join()
            elif at < len(words) - 2:
                if words[at + 1][0] != "letters":
                    take()
                    join()
                else:
                    parts.append(connector)
                    take()
                    take_numbered()
                    join("")
    if at < len(words) - 1:
        take()
    return "".join(parts)
