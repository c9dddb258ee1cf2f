"""Tokens of govaluate, the language of Argo's `when`, and which may follow which."""

import re
from collections.abc import Callable
from typing import NamedTuple

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.text import format_value
from yamlflow.expressions.runtime.values import Value
from yamlflow.types import parse_float

PREFIXES = frozenset({"-", "!", "~"})
MODIFIERS = frozenset({"+", "-", "*", "/", "%", "**", "&", "|", "^", ">>", "<<"})
LOGICAL = frozenset({"&&", "||"})
COMPARATORS = frozenset({"==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"})
TERNARY = frozenset({"?", ":", "??"})

_VALUES = ("NUMERIC", "BOOLEAN", "VARIABLE", "PATTERN", "ACCESSOR", "STRING", "TIME", "CLAUSE")
_OPERATORS = ("MODIFIER", "COMPARATOR", "LOGICALOP", "CLAUSE_CLOSE", "SEPARATOR")
_NEXT: dict[str, frozenset[str]] = {
    "UNKNOWN": frozenset({"PREFIX", *_VALUES}),
    "CLAUSE": frozenset({"PREFIX", "CLAUSE_CLOSE", *_VALUES}),
    "CLAUSE_CLOSE": frozenset({"TERNARY", *_OPERATORS, *_VALUES}) - {"ACCESSOR"},
    "NUMERIC": frozenset({"TERNARY", *_OPERATORS}),
    "BOOLEAN": frozenset({"TERNARY", *_OPERATORS}),
    "STRING": frozenset({"TERNARY", *_OPERATORS}),
    "TIME": frozenset(_OPERATORS),
    "PATTERN": frozenset(_OPERATORS),
    "VARIABLE": frozenset({"TERNARY", *_OPERATORS}),
    "MODIFIER": frozenset({"PREFIX", "CLAUSE_CLOSE", *_VALUES}) - {"PATTERN", "TIME"},
    "COMPARATOR": frozenset({"PREFIX", "CLAUSE_CLOSE", *_VALUES}),
    "LOGICALOP": frozenset({"PREFIX", "CLAUSE_CLOSE", *_VALUES}) - {"PATTERN"},
    "PREFIX": frozenset({"NUMERIC", "BOOLEAN", "VARIABLE", "ACCESSOR", "CLAUSE", "CLAUSE_CLOSE"}),
    "TERNARY": frozenset({"PREFIX", "SEPARATOR", *_VALUES}) - {"PATTERN"},
    "ACCESSOR": frozenset({"CLAUSE", "TERNARY", *_OPERATORS}),
    "SEPARATOR": frozenset({"PREFIX", *_VALUES}) - {"PATTERN"},
}
_MAY_END = frozenset({"CLAUSE_CLOSE", "NUMERIC", "BOOLEAN", "STRING", "TIME", "PATTERN", "VARIABLE", "ACCESSOR"})

_LAYOUTS = (
    "Mon Jan _2 15:04:05 2006",
    "Mon Jan _2 15:04:05 MST 2006",
    "Mon Jan 02 15:04:05 -0700 2006",
    "3:04PM",
    "2006-01-02T15:04:05Z07:00",
    "2006-01-02",
    "2006-01-02 15:04",
    "2006-01-02 15:04:05",
    "2006-01-02 15:04:05-07:00",
    "2006-01-02T15Z0700",
    "2006-01-02T15:04Z0700",
    "2006-01-02T15:04:05Z0700",
)


class Token(NamedTuple):
    """A token: its kind as govaluate names it, and its value."""

    kind: str
    value: Value


def shown(token: Token) -> str:
    """Return a token as govaluate's messages print it; brackets are numbers there."""
    value = token.value
    if isinstance(value, list):
        return f"{token.kind} [[{' '.join(value)}]]"
    bracket = token.kind != "STRING" and value in ("(", ")")
    return f"{token.kind} [{ord(value) if bracket else format_value(value)}]"


def tokenize(text: str) -> list[Token]:
    """Read the tokens; EvaluationError has govaluate's own message."""
    lexer = _Lexer(text)
    tokens: list[Token] = []
    while (token := lexer.token(tokens[-1].kind if tokens else "UNKNOWN")) is not None:
        tokens.append(token)
    check(tokens)
    return tokens


def check(tokens: list[Token]) -> None:
    """Refuse tokens that may not follow each other."""
    kinds = [token.kind for token in tokens]
    if kinds.count("CLAUSE") != kinds.count("CLAUSE_CLOSE"):
        raise EvaluationError("Unbalanced parenthesis")
    before = Token("UNKNOWN", None)
    for token in tokens:
        if token.kind not in _NEXT[before.kind]:
            if before.kind == "VARIABLE" and token.kind == "CLAUSE":
                raise EvaluationError(f"Undefined function {before.value}")
            raise EvaluationError(f"Cannot transition token types from {shown(before)} to {shown(token)}")
        before = token
    if before.kind not in _MAY_END:
        raise EvaluationError("Unexpected end of expression")


def _is_numeric(letter: str) -> bool:
    return letter.isdecimal() or letter == "."


def _is_name(letter: str) -> bool:
    return letter.isalpha() or letter.isdecimal() or letter in "_."


def _is_symbol(letter: str) -> bool:
    return not (letter.isdecimal() or letter.isalpha() or letter in "()[]'\"")


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def token(self, before: str) -> Token | None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        if self.at >= len(self.text):
            return None
        letter = self.text[self.at]
        if _is_numeric(letter):
            return Token("NUMERIC", self.number())
        if letter in ",()":
            self.at += 1
            return Token({",": "SEPARATOR", "(": "CLAUSE", ")": "CLAUSE_CLOSE"}[letter], letter)
        if letter == "[":
            return Token("VARIABLE", self.enclosed("]", "Unclosed parameter bracket"))
        if letter in "'\"":
            return _text(self.enclosed("'\"", "Unclosed string literal"))
        if letter.isalpha():
            return _word(self.read(_is_name))
        return _symbol(self.read(_is_symbol), before)

    def read(self, belongs: Callable[[str], bool]) -> str:
        """Read letters while they belong to the token; a backslash takes the next one as it is, a blank ends it."""
        parts: list[str] = []
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter == "\\":
                parts.append(self.escaped())
                continue
            if letter.isspace():
                if parts:
                    self.at += 1
                    break
            elif belongs(letter):
                parts.append(letter)
            else:
                break
            self.at += 1
        return "".join(parts)

    def escaped(self) -> str:
        if self.at + 1 >= len(self.text):
            raise EvaluationError("Invalid token: '\\'")
        self.at += 2
        return self.text[self.at - 1]

    def enclosed(self, closers: str, problem: str) -> str:
        parts: list[str] = []
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] not in closers:
            if self.text[self.at] == "\\":
                parts.append(self.escaped())
            else:
                parts.append(self.text[self.at])
                self.at += 1
        if self.at >= len(self.text):
            raise EvaluationError(problem)
        self.at += 1
        return "".join(parts)

    def number(self) -> float:
        if self.text.startswith("0x", self.at) and self.at + 2 < len(self.text):
            self.at += 2
            digits = self.read(lambda letter: letter.lower() in "abcdef" or letter.isdecimal())
            if not re.fullmatch("[0-9a-fA-F]{1,16}", digits):
                raise EvaluationError(f"Unable to parse hex value '{digits}' to uint64\n")
            return float(int(digits, 16))
        digits = self.read(_is_numeric)
        value = parse_float(digits)
        if value is None:
            raise EvaluationError(f"Unable to parse numeric value '{digits}' to float64\n")
        return value


def _text(value: str) -> Token:
    """A quoted text that looks like a date is the number of its seconds."""
    if any(letter.isdecimal() for letter in value) and len(value) >= 6:
        from yamlflow.expressions.runtime.layout import parse_time

        for layout in _LAYOUTS:
            try:
                return Token("TIME", parse_time(layout, value))
            except EvaluationError:
                continue
    return Token("STRING", value)


def _word(name: str) -> Token:
    if name.find(".") > 0:
        parts = name.split(".")
        if not parts[-1]:
            raise EvaluationError(f"Hanging accessor on token '{name}'")
        for part in parts[1:]:
            if part[:1].upper() != part[:1]:
                raise EvaluationError(f"Unable to access unexported field '{part}' in token '{name}'")
        return Token("ACCESSOR", parts)
    if name in ("true", "false"):
        return Token("BOOLEAN", name == "true")
    return Token("COMPARATOR", "in") if name in ("in", "IN") else Token("VARIABLE", name)


def _symbol(symbol: str, before: str) -> Token:
    if "PREFIX" in _NEXT[before] and symbol in PREFIXES:
        return Token("PREFIX", symbol)
    for kind, symbols in (
        ("MODIFIER", MODIFIERS),
        ("LOGICALOP", LOGICAL),
        ("COMPARATOR", COMPARATORS),
        ("TERNARY", TERNARY),
    ):
        if symbol in symbols:
            return Token(kind, symbol)
    raise EvaluationError(f"Invalid token: '{symbol}'")
