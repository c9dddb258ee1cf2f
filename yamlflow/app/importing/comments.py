"""Comments that stand above a manifest, a template or a step, on their way above the pipeline or the task."""

from collections.abc import Iterator

from yamlflow.argo.finding import Path
from yamlflow.argo.report import locate
from yamlflow.argo.view import Data
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import Mapping, Node, read_source
from yamlflow.source.fields import place

KEY = "#"
"""Under this key a comment travels with its task."""
_OTHERS = ("# yaml-language-server:", "#!")
Comments = list[tuple[tuple[str, ...], str]]


def comment_above(node: Node, path: Path) -> str:
    """Return the lines of comment right above a part of a manifest that begins a line, "" when there are none."""
    span = locate(node, path) if path else place(node)
    source, (line, column) = span.source, span.source.position(span.start)
    if source.line(line)[: column - 1].strip(" -"):
        return ""
    found: list[str] = []
    above = line - 1
    while above and (source.line(above).lstrip().startswith("#") or (not path and not source.line(above).strip())):
        found.insert(0, source.line(above).strip())
        above -= 1
    return "\n".join(text for text in found if not text.startswith(_OTHERS)).strip("\n")


def take_comments(data: Data) -> Comments:
    """Take the comments out of a pipeline; return them with the paths of what they stand above."""
    return list(_taken(data, ()))


def _taken(data: Data, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    comment = data.pop(KEY, "")
    if comment:
        yield path, comment
    for key in ("tasks", "onExit", "hooks"):
        for name, item in (data.get(key) or {}).items():
            yield from _taken(item, (*path, key, name))


def with_comments(text: str, comments: Comments) -> str:
    """Return the text of a pipeline with the comments above what they are about."""
    node = read_source(SourceText("", text), Sink()) if comments else None
    if not isinstance(node, Mapping):
        return text
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for path, comment in comments:
        line, column = _place(node, path)
        above[line] = [" " * (column - 1) + part for part in comment.splitlines()]
    return "".join(f"{part}\n" for number, line in enumerate(lines, 1) for part in (*above.get(number, ()), line))


def _place(node: Mapping, path: tuple[str, ...]) -> tuple[int, int]:
    """Return line and column of a key."""
    span = place(node)
    for key in path:
        span = node.key_span(key)
        child = node.get(key)
        if not isinstance(child, Mapping):
            break
        node = child
    return span.source.position(span.start)
