"""What a call of `validate` looks at, by its options."""

from collections.abc import Iterable
from typing import NamedTuple

from yamlflow.diagnostics.diagnostic import Diagnostic

READING = frozenset(
    {
        *("component-changed", "component-not-cached", "component-not-pinned", "fetch-failed"),
        *("alias-bomb", "bad-escape", "bad-indent", "bad-key", "bad-merge"),
        *("conflict-marker", "control-character", "cut-expression", "duplicate-key", "missing-space"),
        *("empty-file", "file-not-found", "file-too-large", "is-folder", "missing-colon", "not-text", "not-utf8"),
        *("broken-schema", "invalid-values", "nothing-found", "profile-cycle", "required-value", "unknown-profile"),
        *(
            "python-syntax",
            "recursive-alias",
            "required-value",
            "second-colon",
            "several-documents",
            "syntax",
            "tab-indent",
        ),
        *("tag-mismatch", "template-error", "template-limit", "template-not-found", "template-syntax"),
        *("template-unsafe", "text-after-quote", "too-deep", "unclosed-bracket", "unclosed-quote", "undefined-name"),
        *("unknown-anchor", "unknown-code", "unknown-file", "unknown-tag", "unquoted-text", "unreadable"),
    }
)
"""Errors that keep a file from being read: no option hides them, for there would be nothing to find the others in."""


class Choice(NamedTuple):
    """Only the `selected` codes if there are some, never the `ignored` ones; if it is `strict`, warnings are errors."""

    selected: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    strict: bool = False

    def of(self, items: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the findings that count."""
        return [
            item._replace(severity="error") if self.strict and item.severity == "warning" else item
            for item in items
            if not self._hides(item)
        ]

    def _hides(self, item: Diagnostic) -> bool:
        if item.severity == "error" and item.code in READING:
            return False
        return item.code in self.ignored or (bool(self.selected) and item.code not in self.selected)


ALL = Choice()
