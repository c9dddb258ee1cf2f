"""Findings, and the sink that collects them."""

from typing import Literal, NamedTuple

from yamlflow.diagnostics.fix import Fix, placed, renaming
from yamlflow.diagnostics.nearest import Suggestion
from yamlflow.diagnostics.span import Span

Severity = Literal["error", "warning", "note"]


class Related(NamedTuple):
    """Another place that helps to understand a finding."""

    span: Span
    message: str


class Diagnostic(NamedTuple):
    """One finding. `span` is None only where there is no file to point into; then `path` names what is meant."""

    code: str
    severity: Severity
    message: str
    span: Span | None
    hint: str = ""
    notes: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    path: str = ""
    fix: Fix | None = None

    @property
    def file(self) -> str:
        """The name of the file that it is about, or what else is meant."""
        return self.span.source.name if self.span else self.path

    @property
    def line(self) -> int | None:
        """The line of the file, from 1."""
        return self.span.line if self.span else None

    @property
    def column(self) -> int | None:
        """The column, from 1, in characters."""
        return self.span.column if self.span else None

    def __str__(self) -> str:
        place = str(self.span) if self.span else self.path
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {self.severity}[{self.code}]: {self.message}{hint}"

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sort key: file, place, code, message."""
        if self.span is None:
            return (self.path, -1, -1, self.code, self.message)
        return (self.span.source.name, self.span.start, self.span.end, self.code, self.message)


class Ignore(NamedTuple):
    """A comment's wish to say nothing of a code on some lines, told as file and line; `span` is the code in it.

    `removal` is what to cut out of the file to take the wish back.
    """

    code: str
    span: Span
    lines: tuple[tuple[str, int], ...]
    removal: Span | None = None


def _located(item: Diagnostic) -> Diagnostic:
    """Return a finding at the place where a person would look for it: in a text that was made, where it came from."""
    if item.span is not None and isinstance(item.hint, Suggestion):
        item = item._replace(hint=str(item.hint), fix=renaming(item.span, item.hint))
    if item.fix is not None:
        item = item._replace(fix=placed(item.fix))
    related = [Related(related.span.source.locate(*related.span[1:])[0], related.message) for related in item.related]
    if item.span is None:
        return item._replace(related=tuple(related))
    span, steps = item.span.source.locate(*item.span[1:])
    related += [Related(place, message) for place, message in steps]
    return item._replace(span=span, related=tuple(related))


class Sink:
    """Collects findings, and which files were read. The same finding at the same place is kept once.

    A mistake in the text of a template is the same in each pass of a loop, whatever names its message has in them.
    """

    __slots__ = ("_seen", "files", "ignores", "items")

    def __init__(self) -> None:
        self.items: list[Diagnostic] = []
        self.files: set[str] = set()
        self.ignores: list[Ignore] = []
        self._seen: set[tuple[str, int, int, str, str]] = set()

    def add(self, item: Diagnostic) -> None:
        """Add one finding."""
        place = _located(item)
        key = place.order
        if item.span is not None and item.span != place.span and place.span is not None:
            key = (*key[:4], "" if item.span.text == place.span.text else key[4])
        if key not in self._seen:
            self._seen.add(key)
            self.items.append(place)

    def error(
        self,
        code: str,
        message: str,
        span: Span | None,
        hint: str = "",
        *,
        notes: tuple[str, ...] = (),
        related: tuple[Related, ...] = (),
        path: str = "",
        fix: Fix | None = None,
    ) -> None:
        """Add an error: the file cannot be used as it is."""
        self.add(Diagnostic(code, "error", message, span, hint, notes, related, path, fix))

    def warning(
        self,
        code: str,
        message: str,
        span: Span | None,
        hint: str = "",
        *,
        notes: tuple[str, ...] = (),
        related: tuple[Related, ...] = (),
        path: str = "",
        fix: Fix | None = None,
    ) -> None:
        """Add a warning: it works, but likely not as meant."""
        self.add(Diagnostic(code, "warning", message, span, hint, notes, related, path, fix))

    def take(self, other: "Sink") -> None:
        """Add all that another one has."""
        self.files |= other.files
        self.ignores += other.ignores
        for item in other.items:
            self.add(item)

    @property
    def failed(self) -> bool:
        """Whether an error was collected."""
        return any(item.severity == "error" for item in self.items)

    def sorted(self) -> list[Diagnostic]:
        """Return the findings in order of file and place."""
        return sorted(self.items, key=lambda item: item.order)
