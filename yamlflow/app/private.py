"""Findings in files that hold secrets: they say where and what is wrong, and show nothing of the file."""

import re

from yamlflow.diagnostics import Diagnostic, Related, Sink, SourceText, Span
from yamlflow.engine.masking import MASK

_NAMED = re.compile(r"`[^`\w]*\w[^`]*`|'[^'\w]*\w[^']*'")
_SEEN = re.compile(r"[^\r\n]")


def take_hidden(found: Sink, sink: Sink, *, names: bool) -> None:
    """Tell what was found in a file with secrets; `names` says that the names in it are none of them."""
    sink.files |= found.files
    for item in found.items:
        sink.add(_hidden(item, names=names))


def _hidden(item: Diagnostic, *, names: bool) -> Diagnostic:
    hint = f" ({item.hint})" if item.hint and item.span else ""
    message = item.message + hint if names else _NAMED.sub(MASK, item.message + hint)
    related = tuple(Related(blank(other.span), other.message) for other in item.related) if names else ()
    own = item._replace(message=message, related=related, notes=item.notes if names else (), fix=None)
    return own._replace(span=blank(item.span), hint="") if item.span else own


def blank(span: Span) -> Span:
    """Return the same place in a text that shows nothing."""
    return Span(SourceText(span.source.name, _SEEN.sub(" ", span.source.text)), span.start, span.end)
