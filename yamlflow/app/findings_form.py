"""Findings as plain data: what points into a file is kept as offsets, the file's text is not."""

from typing import Any

from yamlflow.diagnostics import Diagnostic, Edit, Fix, Related, SourceText, Span

_BOM = b"\xef\xbb\xbf"


def decoded(data: bytes) -> str:
    """Return the text of a file."""
    return data.removeprefix(_BOM).decode()


class Flattened:
    """Findings as lists, and the names of the `files` into which they point."""

    def __init__(self, items: list[Diagnostic], data: dict[str, bytes]) -> None:
        """LookupError when a finding points into a text that is not what one of the files holds."""
        self._data = data
        self._texts: dict[str, str] = {}
        self.items = [self._item(item) for item in items]
        self.files = list(self._texts)

    def _item(self, item: Diagnostic) -> list[Any]:
        fields = item._asdict()
        fields["span"] = self._place(item.span)
        fields["related"] = [[self._place(span), message] for span, message in item.related]
        if item.fix is not None:
            fields["fix"] = [item.fix.what, [[self._place(edit.span), edit.text] for edit in item.fix.edits]]
        return list(fields.values())

    def _place(self, span: Span | None) -> list[int] | None:
        if span is None:
            return None
        name = span.source.name
        if name not in self._texts:
            self._texts[name] = decoded(self._data[name])
        if span.source.text != self._texts[name]:
            raise LookupError(name)
        return [list(self._texts).index(name), span.start, span.end]


def restored(items: list[list[Any]], sources: list[SourceText]) -> list[Diagnostic]:
    """Return the findings whose files, in the order of `Flattened.files`, are `sources`."""

    def place(kept: list[int]) -> Span:
        index, start, end = kept
        return Span(sources[index], start, end)

    found = []
    for fields in items:
        item = Diagnostic(*fields)
        span = place(fields[Diagnostic._fields.index("span")]) if item.span is not None else None
        mending = fields[Diagnostic._fields.index("fix")]
        fix = Fix(mending[0], tuple(Edit(place(at), text) for at, text in mending[1])) if mending else None
        related = tuple(Related(place(kept), message) for kept, message in fields[Diagnostic._fields.index("related")])
        found.append(item._replace(span=span, notes=tuple(item.notes), related=related, fix=fix))
    return found
