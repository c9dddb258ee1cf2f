"""What a docstring says of a function and, in Google's style, of its parameters."""

from typing import NamedTuple

_SECTIONS = ("Args:", "Arguments:", "Parameters:", "Params:")


class Docstring(NamedTuple):
    """The first paragraph, and what is said of each parameter."""

    summary: str
    parameters: dict[str, str]


def read_docstring(text: str) -> Docstring:
    """Read a docstring."""
    lines = text.expandtabs().strip().splitlines()
    summary: list[str] = []
    for line in lines:
        if not line.strip() or line.strip() in _SECTIONS:
            break
        summary.append(line.strip())
    return Docstring(" ".join(summary), _parameters(lines))


def _parameters(lines: list[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    section = margin = -1
    name = ""
    for line in lines:
        content = line.strip()
        indent = len(line) - len(line.lstrip())
        if section < 0:
            section = indent if content in _SECTIONS else -1
        elif content and indent <= section:
            break
        elif content:
            margin = indent if margin < 0 else margin
            head, colon, rest = content.partition(":")
            if indent <= margin and colon:
                name = head.split("(")[0].strip().lstrip("*")
                found[name] = [rest.strip()]
            elif name:
                found[name].append(content)
    return {name: " ".join(part for part in parts if part) for name, parts in found.items()}
