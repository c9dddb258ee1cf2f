"""Read YAML: from a file or a text to nodes with places."""

from yamlflow.diagnostics import Sink, SourceText, Span
from yamlflow.source.collecting import NoCollection
from yamlflow.source.files import load_text
from yamlflow.source.nodes import Node


def read_file(path: str, sink: Sink, name: str = "") -> Node | None:
    """Read the one document of a YAML file, known to the user as `name`."""
    source = load_text(path, sink, name)
    return read_source(source, sink) if source else None


def read_source(source: SourceText, sink: Sink) -> Node | None:
    """Read the one document of a text; None when no tree that can be used came out."""
    roots = _read(source, sink, several=False)
    return roots[0] if roots else None


def read_documents(source: SourceText, sink: Sink) -> list[Node]:
    """Read all documents of a text; those that are empty are left out."""
    return _read(source, sink, several=True)


def _read(source: SourceText, sink: Sink, several: bool) -> list[Node]:
    with NoCollection():
        return _build(source, sink, several)


def _build(source: SourceText, sink: Sink, several: bool) -> list[Node]:
    # Importing PyYAML takes longer than reading a small file, and a verdict from the cache needs none of it.
    from yamlflow.source.builder import Builder, Stopped, YAMLError

    if "yamlflow:" in source.text:
        from yamlflow.source.comments import read_ignores

        read_ignores(source, sink)
    builder = Builder(source, sink)
    roots: list[Node] = []
    found = 0
    try:
        for document in builder.documents():
            found += 1
            if found > 1 and not several:
                hint = "put it into a file of its own"
                sink.error("several-documents", "a second document starts here", document.start, hint)
                break
            if document.whole:
                roots.append(document.root)
    except Stopped:
        return []
    except (YAMLError, UnicodeEncodeError) as error:
        from yamlflow.source.recovery import report

        report(source, sink, error, builder.last)
        return []
    if not found:
        what = "the file is empty" if not source.text.strip() else "the file holds no data"
        sink.error("empty-file", what, Span(source, 0, 0))
    return roots
