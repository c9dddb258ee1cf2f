"""Jinja's parser, with messages that name what is open."""

from typing import NoReturn

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.parser import Parser

from yamlflow.diagnostics import did_you_mean

_TAGS = {
    **{name: f"end{name}" for name in ("block", "call", "filter", "for", "if", "macro", "set", "with", "autoescape")},
    **dict.fromkeys(("extends", "from", "import", "include", "print", "else", "elif"), ""),
}


class TagError(TemplateSyntaxError):
    """A mistake in the order or the name of tags, in words of our own."""

    def __init__(self, message: str, place: int, hint: str) -> None:
        super().__init__(message, place)
        self.hint = hint


class PlacedParser(Parser):
    """Keeps the places of the tags that are open."""

    _open: list[tuple[str, int]]

    def parse(self) -> nodes.Template:
        """Parse the whole template."""
        self._open = []
        return super().parse()

    def parse_statement(self) -> nodes.Node | list[nodes.Node]:
        """Parse a tag, and what it encloses."""
        token = self.stream.current
        self._open.append((token.value, token.lineno))
        found = super().parse_statement()
        self._open.pop()
        return found

    def _fail_ut_eof(self, name: str | None, _stack: list[tuple[str, ...]], lineno: int | None) -> NoReturn:
        # The tag in question is the last one that is open; at the end of the text it is the one to be closed.
        if name is None and self._open:
            tag, place = self._open[-1]
            raise TagError(f"`{{% {tag} %}}` is not closed", place, f"close it with `{{% {_TAGS.get(tag, 'end')} %}}`")
        at = lineno if lineno is not None else self.stream.current.lineno
        known = {*_TAGS, *filter(None, _TAGS.values())}
        if name not in known:
            raise TagError(
                f"there is no tag `{name}`", at, did_you_mean(name or "", known) or "`{{ }}` puts out a value"
            )
        outer = self._open[-2][0] if len(self._open) > 1 else ""
        if outer and _TAGS.get(outer):
            raise TagError(f"`{{% {name} %}}` does not fit here", at, f"`{{% {outer} %}}` is open: close it first")
        raise TagError(f"`{{% {name} %}}` closes nothing", at, "no tag is open here")
