"""After a syntax error: say it, and read on behind it for what else is wrong in the file."""

import re

from yaml.error import MarkedYAMLError, YAMLError

from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source.builder import Builder, Stopped
from yamlflow.source.mistakes import explain
from yamlflow.source.mistakes.stop import indent_of, line_start
from yamlflow.source.nodes import Scalar

_MOST_FINDINGS = 10
_MOST_PARTS = 50
_LONGEST_TEXT = 1_000_000
# What a part of a file cannot be blamed for: its anchors may stand in another part.
_NOT_OF_PARTS = frozenset({"unknown-anchor", "several-documents"})
_OTHER_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")  # each as long as the one that is looked for
_ENTRY = re.compile(
    r"[ ]*(?:- |[\w.-]+:(?!//)\S|[^\s#'\"\[\]{}%@`&*!|>,:-][^\n:{}\[\]]*:(?:\s|$)|(?:\"[^\"\n]*\"|'[^'\n]*'):(?:\s|$))"
)

SyntaxTrouble = YAMLError | UnicodeEncodeError


def report(source: SourceText, sink: Sink, error: SyntaxTrouble, last: Scalar | None) -> None:
    """Report a syntax error, and those in the rest of the file that do not follow from it."""
    text, resume, found = _OTHER_BREAK.sub("\n", source.text), 0, 0
    for _ in range(_MOST_PARTS):
        following = _dedent(error, text) if resume else -1
        if following < 0:
            finding = explain(text, error, last)
            sink.add(finding.diagnostic(source))
            found += 1
            if found == _MOST_FINDINGS or len(text) > _LONGEST_TEXT or _ends(error, finding.code):
                return
            following = _next_entry(text, finding.start)
        if following <= resume:
            return
        resume = following
        more = _read_on(source, sink, resume)
        if more is None:
            return
        error, last = more


def _read_on(source: SourceText, sink: Sink, start: int) -> tuple[SyntaxTrouble, Scalar | None] | None:
    """Report what is wrong from `start` on; return the syntax error that ended it, if one did."""
    found = Sink()
    builder = Builder(source, found, start)
    trouble: SyntaxTrouble | None = None
    try:
        for _ in builder.documents():
            pass
    except Stopped:
        pass
    except (YAMLError, UnicodeEncodeError) as error:
        trouble = error
    for item in found.items:
        if item.code not in _NOT_OF_PARTS:
            sink.add(item)
    return (trouble, builder.last) if trouble else None


def _dedent(error: SyntaxTrouble, text: str) -> int:
    """Return the line that ended a part read on its own, being indented less than the part's start; or -1."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return -1
    start = line_start(text, error.problem_mark.index)
    if "<document start>" not in (error.problem or "") or text[start : error.problem_mark.index].strip():
        return -1
    return start


def _ends(error: SyntaxTrouble, code: str) -> bool:
    """Tell whether what follows a mistake would only be blamed for it."""
    if code == "conflict-marker":
        return True
    return isinstance(error, MarkedYAMLError) and "flow" in (error.context or "") and code != "unclosed-bracket"


def _next_entry(text: str, at: int) -> int:
    """Return the start of the next line that begins an entry and is indented no deeper than the line of `at`."""
    limit = indent_of(text, line_start(text, at))
    start = text.find("\n", at) + 1
    while start > 0:
        if indent_of(text, start) <= limit and _ENTRY.match(text, start):
            return start
        start = text.find("\n", start) + 1
    return -1
