"""What would mend a finding: new text for stretches of the file."""

from typing import NamedTuple

from yamlflow.diagnostics.nearest import Suggestion
from yamlflow.diagnostics.span import Span


class Edit(NamedTuple):
    """New text for a stretch of a file; an empty stretch is where the text is put in."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits of one file that belong together, and what they do: "write `name`"."""

    what: str
    edits: tuple[Edit, ...]


def renaming(span: Span, hint: str) -> Fix | None:
    """Return what writes the name that a hint suggests, if it is the only one and stands in the file as it is."""
    if not isinstance(hint, Suggestion) or not hint.only:
        return None
    written, quote = span.text, ""
    if written[:1] in ('"', "'") and written[-1:] == written[:1]:
        written, quote = written[1:-1], written[0]
    if written != hint.wrong or not _is_plain(hint.name):
        return None
    behind_dot = span.source.text[max(span.start - 1, 0) : span.start] == "."
    if behind_dot and not quote and "-" in hint.name and not hint.name.replace("-", "").isalpha():
        return None  # a `-` before a digit subtracts
    return Fix(f"write `{hint.name}`", (Edit(span, f"{quote}{hint.name}{quote}"),))


def _is_plain(name: str) -> bool:
    """Whether a name means itself, in YAML and in an expression, with quotes and without."""
    return (
        name.isascii()
        and name.replace("-", "_").isidentifier()
        and name[0] != "-"
        and name.lower() not in ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    )


def placed(fix: Fix) -> Fix | None:
    """Return a fix as edits of a file that a person wrote; None where that cannot be done, as in what was made."""
    edits = []
    for edit in fix.edits:
        span = edit.span.source.editable(edit.span.start, edit.span.end)
        if span is None or span.source.name != edit.span.source.name:
            return None
        edits.append(Edit(span, edit.text))
    return Fix(fix.what, tuple(edits))
