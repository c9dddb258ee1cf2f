"""Values of a manifest on their way into a pipeline: plain text, and expressions between it."""

import re
from typing import Any, NamedTuple

from yamlflow.expressions.printer import text_literal

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z_][A-Za-z0-9_]*)*\Z")
_SIMPLE = re.compile(r"[\w.\-]+(\['[^']*'\])*\Z")


class Code(NamedTuple):
    """An expression, as it stands inside `${{ }}`."""

    text: str


class Input(NamedTuple):
    """An input of the component that is being made: its value, or the path of its file."""

    name: str
    kind: str = "inputValue"


class Location(NamedTuple):
    """Where a file is, in Argo's own form."""

    data: dict[str, Any]


Parts = tuple[str | Code | Input | Location, ...]


class UnknownTagError(Exception):
    """A tag has no counterpart in a pipeline."""


def member(target: str, name: str) -> str:
    """Return the expression for a field of something."""
    return f"{target}.{name}" if _NAME.match(name) else f"{target}[{text_literal(name)}]"


def in_text(parts: Parts) -> str:
    """Return a value as text of a pipeline, with `${{ }}` in it."""
    if any(isinstance(part, Location) for part in parts):
        raise UnknownTagError("a file from elsewhere")
    return "".join(f"${{{{ {part.text} }}}}" if isinstance(part, Code) else str(part) for part in parts)


def argument(parts: Parts) -> Any:  # noqa: ANN401 - a text, or where a file is
    """Return a value as an argument of a task."""
    if len(parts) == 1 and isinstance(parts[0], Location):
        return {"artifact": parts[0].data}
    return in_text(parts)


def in_code(parts: Parts) -> str:
    """Return a value as an operand of an expression."""
    texts = [operand(part.text) if isinstance(part, Code) else text_literal(str(part)) for part in parts]
    if len(texts) == 1:
        return texts[0]
    mixed = [f"string({text})" if isinstance(part, Code) else text for part, text in zip(parts, texts, strict=True)]
    return f"({' + '.join(mixed)})" if mixed else "''"


def operand(text: str) -> str:
    """Return an expression with brackets around it, unless it is a plain name, call or literal."""
    if _SIMPLE.match(text) or (text.endswith(")") and re.match(r"\w+\([^()]*\)\Z", text)):
        return text
    return f"({text})"


def placeholders(parts: Parts) -> object:
    """Return a value as a text of a component: a plain text, a placeholder, or a `concat` of both."""
    found: list[object] = [{part.kind: part.name} if isinstance(part, Input) else in_text((part,)) for part in parts]
    if len(found) == 1:
        return found[0]
    return {"concat": found} if found else ""
