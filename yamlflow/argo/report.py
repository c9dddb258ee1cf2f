"""From a path in a manifest to its place in the file that it was read from."""

from collections.abc import Iterable

from yamlflow.argo.finding import Finding, Path
from yamlflow.diagnostics import Related, Sink, Span
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import place


def report(findings: Iterable[Finding], node: Node, sink: Sink) -> None:
    """Tell findings with their places in the file that the manifest was read from."""
    for found in findings:
        related = tuple(Related(locate(node, path), message) for path, message in found.related)
        span = locate(node, found.path, key=found.key, part=found.part)
        sink.error(found.code, found.message, span, found.hint, notes=found.notes, related=related)


def locate(node: Node, path: Path, *, key: bool = False, part: tuple[int, int] | None = None) -> Span:
    """Return the place of a path: its value, its key, or a part of its text; for what is not there, its parent."""
    span = place(node)
    for depth, name in enumerate(path):
        child = _child(node, name)
        if child is None:
            return span
        if key and depth == len(path) - 1 and isinstance(node, Mapping) and isinstance(name, str):
            return node.key_span(name)
        is_named = isinstance(node, Mapping) and isinstance(name, str) and not isinstance(child, Scalar)
        span = node.key_span(str(name)) if is_named and isinstance(node, Mapping) else place(child)
        node = child
    if part is not None and isinstance(node, Scalar) and node.alias is None:
        return node.at(*part)
    return span


def _child(node: Node, name: str | int) -> Node | None:
    if isinstance(node, Mapping) and isinstance(name, str):
        return node.get(name)
    if isinstance(node, Sequence) and isinstance(name, int) and name < len(node.items):
        return node.items[name]
    return None
