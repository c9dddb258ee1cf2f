"""Syntax errors in people's words: what is open, what was expected, what to write.

The parser's own message says where it stopped, seldom where the mistake is. Each detector knows one common mistake by
the text around that place; the first that recognises it has the word.
"""

from yaml.error import MarkedYAMLError, YAMLError

from yamlflow.source.mistakes import cut, lines, quotes, signs
from yamlflow.source.mistakes.stop import Finding, Stop, line_of
from yamlflow.source.nodes import Scalar

_DETECTORS = (
    cut.conflict,
    signs.tab,
    signs.braces,
    cut.expression_in_brackets,
    cut.expression_with_colon,
    signs.start_sign,
    signs.own_sign,
    quotes.bad_escape,
    quotes.unclosed_quote,
    quotes.text_after_quote,
    quotes.unclosed_bracket,
    quotes.text_after_bracket,
    signs.missing_value,
    signs.list_on_key_line,
    lines.long_key,
    lines.missing_key,
    lines.second_colon,
    lines.under_block_text,
    lines.missing_colon,
    lines.bad_indent,
)
_OPEN = {"block mapping": "mapping", "block collection": "list", "flow mapping": "mapping", "flow sequence": "list"}


def explain(text: str, error: YAMLError | UnicodeEncodeError, last: Scalar | None) -> Finding:
    """Return the most helpful thing to say of a syntax error; `last` is the last scalar that was read whole."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return signs.control_character(text)
    at = min(error.problem_mark.index, len(text))
    opened = error.context_mark.index if error.context_mark else at
    stop = Stop(text, error.problem or "", error.context or "", at, opened, last)
    for detect in _DETECTORS:
        found = detect(stop)
        if found:
            return found
    return _unknown(stop)


def _unknown(stop: Stop) -> Finding:
    end = min(stop.at + 1, len(stop.text))
    if stop.at >= len(stop.text.rstrip()):
        message = "the file ends too early"
    elif stop.says("<document start>"):
        return Finding("syntax", "the document ended before this line", stop.at, end, "start another one with `---`")
    else:
        message = f"`{stop.text[stop.at]}` was not expected here"
    for words, name in _OPEN.items():
        if stop.context.endswith(words) and stop.opened < stop.at:
            related = (
                stop.opened,
                stop.opened + 1,
                f"inside the {name} that starts in line {line_of(stop.text, stop.opened)}",
            )
            return Finding("syntax", message, stop.at, end, "", related)
    return Finding("syntax", message, stop.at, end)
