"""Where the parser stopped, what is said of it, and looking around in the text."""

import re
from typing import NamedTuple

from yamlflow.diagnostics import Diagnostic, Related, SourceText, Span
from yamlflow.source.nodes import Scalar
from yamlflow.source.writer import write_text

LONGEST_HINT = 60
_COMMENT = re.compile(r"[ \t]#")
_FLOW_END = re.compile(r"[,\]}]")
_BEFORE_VALUE = re.compile(
    r"[ ]*(?:- +)*(?:(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s#'\"&*!|>%@`\[\]{},][^\n]*?)[ ]*:[ \t]+)?(?=\S)"
)


class Finding(NamedTuple):
    """What is wrong, and where; `related` is a second place and what there is to say of it."""

    code: str
    message: str
    start: int
    end: int
    hint: str = ""
    related: tuple[int, int, str] | None = None
    notes: tuple[str, ...] = ()

    def diagnostic(self, source: SourceText) -> Diagnostic:
        """Return it as an error in a file."""
        related: tuple[Related, ...] = ()
        if self.related:
            start, end, message = self.related
            related = (Related(Span(source, start, end), message),)
        span = Span(source, self.start, self.end)
        return Diagnostic(self.code, "error", self.message, span, self.hint, self.notes, related)


class Stop(NamedTuple):
    """The parser's complaint."""

    text: str
    problem: str
    context: str
    at: int
    opened: int  # where what it was reading began
    last: Scalar | None  # the last scalar that was read whole

    def says(self, *parts: str) -> bool:
        """Tell whether the complaint has one of these words."""
        return any(part in self.problem for part in parts)

    @property
    def starts_line(self) -> bool:
        """Whether nothing but blanks stands before the place on its line."""
        return not self.text[line_start(self.text, self.at) : self.at].strip()


def line_start(text: str, at: int) -> int:
    """Return where the line of `at` starts."""
    return text.rfind("\n", 0, at) + 1


def line_of(text: str, at: int) -> int:
    """Return the number of the line of `at`, from 1."""
    return text.count("\n", 0, at) + 1


def indent_of(text: str, start: int) -> int:
    """Return how many spaces the line that starts at `start` is indented by."""
    line = text[start : line_end(text, start)]
    return len(line) - len(line.lstrip(" "))


def line_end(text: str, at: int) -> int:
    """Return where the line of `at` ends, before its line break."""
    end = text.find("\n", at)
    end = end if end >= 0 else len(text)
    return end - 1 if end > at and text[end - 1] == "\r" else end


def content(text: str, at: int) -> tuple[int, int]:
    """Return the stretch from `at` to the end of its line, without a comment and the blanks around."""
    line = _COMMENT.split(text[at : line_end(text, at)], maxsplit=1)[0].rstrip()
    return at + len(line) - len(line.lstrip()), at + len(line)


def flow_content(text: str, at: int) -> tuple[int, int]:
    """Do as `content` does, but end at the `,` or the bracket that ends a text inside brackets."""
    start, end = content(text, at)
    before = text[line_start(text, at) : at]
    opened = sum(before.count(sign) for sign in "[{") - sum(before.count(sign) for sign in "]}")
    if opened <= 0:
        return start, end
    closing = text.find("}}", start, end) if text.startswith(("{{", "${{"), start) else -1
    found = _FLOW_END.search(text, closing + 2 if closing >= 0 else start + 1, end)
    return start, len(text[: found.start()].rstrip()) if found else end


def value_start(text: str, at: int) -> int:
    """Return where the value starts on the line of `at`, behind `- ` and `key: `."""
    found = _BEFORE_VALUE.match(text, line_start(text, at))
    return found.end() if found else at


def quote_hint(text: str) -> str:
    """Return the advice to quote a text, with the quoted text when it is short."""
    quoted = write_text(text)
    if quoted == text:
        quoted = f'"{text}"'
    return f"quote it: {quoted}" if len(quoted) <= LONGEST_HINT else "put the whole text in quotes"
