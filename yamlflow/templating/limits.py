"""How much a template may do: they end what would never end, without threads or clocks."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from jinja2 import Undefined

from yamlflow.templating.placed import placed, span_of

MAX_TEXT = 10_000_000
MAX_WORK = 500_000
MAX_MADE = 30_000_000
"""Characters that filters, methods and operations make on the way."""
MAX_DEPTH = 50
_MAX_BITS = 100_000
_ITEM = 10
"""What an item of a list weighs, beside its own characters."""
_WIDENING = frozenset(("batch", "center", "expandtabs", "indent", "ljust", "rjust", "slice", "tojson", "zfill"))
_COSTLY = frozenset(
    (
        *("dns_name", "escape", "forceescape", "pprint", "quote", "striptags", "title", "to_json", "to_yaml", "tojson"),
        *("urlencode", "urlize", "wordwrap", "xmlattr"),
    )
)
"""Filters that look at each character on its own, or make several of it."""
_COST = 10
_TAKES_UNDEFINED = frozenset(("default", "d", "required"))
_WIDTH = re.compile(r"\d+")
_NESTED = re.compile(r"%[^a-zA-Z%]*\*|\{[^}]*\{")


class LimitError(Exception):
    """A template does more than it may."""


class Budget:
    """What a rendering has left."""

    def __init__(self) -> None:
        self._work = MAX_WORK
        self._text = MAX_TEXT
        self._made = MAX_MADE
        self._depth = 0

    def made(self, value: object) -> None:
        """Count what was made on the way, be it put out or not."""
        if isinstance(value, str):
            self._made -= len(value)
            if self._made < 0:
                raise LimitError(f"the template makes more than {MAX_MADE:,} characters")

    def work(self, amount: int = 1) -> None:
        """Count passes, calls and pieces of text."""
        self._work -= amount
        if self._work < 0:
            raise LimitError(f"the template takes more than {MAX_WORK:,} steps")

    def text(self, length: int) -> None:
        """Count what is written."""
        self._text -= length
        if self._text < 0:
            raise LimitError(f"the template writes more than {MAX_TEXT:,} characters")

    def enter(self, what: str) -> None:
        """Go one level deeper into calls and includes."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise LimitError(f"{what} more than {MAX_DEPTH} deep")

    def leave(self) -> None:
        """Come back from a level."""
        self._depth -= 1


def weigh(value: object, most: int = MAX_TEXT) -> int:
    """Return about how long a value is as text; counting ends soon after `most`."""
    total, waiting = 0, [value]
    while waiting and total <= most:
        item = waiting.pop()
        total += _ITEM
        if isinstance(item, str):
            total += len(item)
        elif isinstance(item, Mapping):
            waiting += item.keys()
            waiting += item.values()
        elif isinstance(item, list | tuple | set | frozenset):
            waiting += item
    return total


def _refuse_size(size: float) -> None:
    if size > MAX_TEXT:
        raise LimitError(f"this makes more than {MAX_TEXT:,} characters or items")


def check_operation(operator: str, left: object, right: object) -> None:
    """Refuse an operation whose result would be huge."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        if operator in ("*", "**") and bits > _MAX_BITS:
            raise LimitError("this number has too many digits")
    elif operator == "+" and isinstance(left, Sequence) and isinstance(right, Sequence):
        _refuse_size(len(left) + len(right))
    elif operator == "*":
        for text, times in ((left, right), (right, left)):
            if isinstance(text, Sequence) and isinstance(times, int):
                _refuse_size(len(text) * times)
    elif operator == "%" and isinstance(left, str):
        _check_format(left, right if isinstance(right, tuple) else (right,))


def check_call(name: str, args: Sequence[object]) -> None:
    """Refuse a call of a text's method, or of a filter, whose result would be huge; `args` begin with the text."""
    text = args[0] if args else ""
    size = sum(weigh(arg) for arg in args)
    if name in ("format", "format_map") and isinstance(text, str):
        _check_format(text, args[1:])
    elif name == "replace" and isinstance(text, str) and len(args) > 2:
        size += text.count(str(args[1])) * weigh(args[2])
    elif name == "join" and len(args) > 1:
        items, between = (args[1], text) if isinstance(text, str) else (text, args[1])
        size += weigh(between) * (len(items) if isinstance(items, Sequence | Mapping) else 1)
    elif name in _WIDENING:
        lines = text.count("\n") + 1 if isinstance(text, str) else 1
        size += lines * sum(arg for arg in args[1:] if isinstance(arg, int))
    _refuse_size(size * _COST if name in _COSTLY else size)


def _check_format(text: str, args: Sequence[object]) -> None:
    widths = sum(int(digits[:12]) for digits in _WIDTH.findall(text))
    if _NESTED.search(text):
        widths += sum(arg for arg in args if isinstance(arg, int))
    _refuse_size(widths + (text.count("%") + text.count("{")) * max(map(weigh, args), default=0))


def guarded(name: str, function: Callable[..., Any], budget: Budget) -> Callable[..., Any]:
    """Return a filter that is counted, and refused when its result would be huge."""
    skip = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def guard(*args: object, **kwargs: object) -> object:
        given = [*args[skip:], *kwargs.values()]
        if given and isinstance(given[0], Undefined) and name not in _TAKES_UNDEFINED:
            str(given[0])  # says what is undefined
        check_call(name, given)
        budget.work(1 + weigh(given[0]) // 100 if given else 1)
        found = function(*args, **kwargs)
        budget.made(found)
        span = span_of(given[0]) if given else None
        return placed(found, str(found), span) if span and type(found) in (str, int, float) else found

    return guard
