"""Signs where YAML does not want them: tabs, control characters, and texts that start with a sign of YAML's own."""

import re

from yamlflow.source.mistakes.stop import Finding, Stop, content, flow_content, line_start, quote_hint, value_start

_BAD_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RUN_TIME = re.compile(r"\{\{\s*(?:inputs|tasks|item|workflow|retry|pod)\b")
_OWN_SIGNS = {
    "*": ("an alias", "alias"),
    "&": ("an anchor", "anchor"),
    "!": ("a tag", "tag"),
    "%": ("a directive", "directive"),
    "|": ("a block text", "block scalar"),
    ">": ("a block text", "block scalar"),
}


def control_character(text: str) -> Finding:
    """Find the character that no YAML file may hold."""
    found = _BAD_CHARACTER.search(text)
    at = found.start() if found else 0
    code = ord(text[at]) if at < len(text) else 0
    message = f"the control character U+{code:04X} cannot stand in YAML"
    hint = f'in double quotes, write "\\x{code:02x}"' if code < 0x100 else "remove it"
    return Finding("control-character", message, at, at + 1, hint)


def tab(stop: Stop) -> Finding | None:
    """A tab where YAML wants spaces."""
    text, at = stop.text, stop.at
    if text[at : at + 1] != "\t" and not stop.says("tab character"):
        return None
    line = line_start(text, at)
    begin = text.find("\t", line, at + 1)
    if begin < 0:
        begin = at
    end = begin + len(text[begin:]) - len(text[begin:].lstrip("\t"))
    message = "a tab stands where YAML wants spaces" if text[line:begin].strip() else "a tab cannot indent YAML"
    return Finding("tab-indent", message, begin, max(end, begin + 1), "use spaces")


def braces(stop: Stop) -> Finding | None:
    """A value that starts with `{{` or `{%` and has no quotes."""
    text = stop.text
    at = value_start(text, stop.at)
    if at > stop.at or not text.startswith(("{{", "{%"), at):
        return None
    return unquoted_braces(text, at)


def unquoted_braces(text: str, at: int) -> Finding:
    """Say that the text at `at` must be quoted, and what is a template."""
    start, end = flow_content(text, at)
    note = "a Jinja template is a file named *.yaml.j2; in other files nothing is templated"
    if text.startswith("{%", at):
        hint = "if it is a template, name the file *.yaml.j2"
        return Finding("unquoted-text", "a text cannot start with `{%`", start, end, hint, notes=(note,))
    if _RUN_TIME.match(text, start, end):
        hint = f"write `${text[start:end]}` for a value of the run"
        return Finding("unquoted-text", "`{{` at the start of a text opens a mapping", start, end, hint)
    message = "a text that starts with `{{` must be quoted"
    return Finding("unquoted-text", message, start, end, quote_hint(text[start:end]), notes=(note,))


def start_sign(stop: Stop) -> Finding | None:
    """A text that starts with a reserved sign."""
    text, at = stop.text, stop.at
    key_sign = stop.says("mapping keys are not allowed")
    if not key_sign and not stop.says("cannot start any token"):
        return None
    start, end = flow_content(text, at)
    sign = "`? `" if key_sign else "a backtick" if text[at] == "`" else f"`{text[at]}`"
    return Finding("unquoted-text", f"a text cannot start with {sign}", start, end, quote_hint(text[start:end]))


def own_sign(stop: Stop) -> Finding | None:
    """A text that starts with a sign that means something else to YAML."""
    text, at = stop.text, stop.opened
    meaning, subject = _OWN_SIGNS.get(text[at : at + 1], ("", "?"))
    if stop.says("incompatible YAML document"):
        return Finding("syntax", "YAML is read up to version 1.2", *content(text, stop.at), "remove this line")
    undefined = stop.says("undefined tag handle", "undefined tag")
    if not (undefined or stop.context.endswith(subject) or (meaning == "a directive" and stop.says("directive"))):
        return None
    start, end = flow_content(text, at)
    if meaning == "a block text":
        message = f"behind `{text[at]}`, which means a block text, nothing may stand on the line"
        hint = "start the text on the next line, or put all of it in quotes"
        return Finding("unquoted-text", message, start, end, hint)
    message = f"`{text[at : at + 1]}` at the start of a text means {meaning or 'a tag'}"
    return Finding("unquoted-text", message, start, end, quote_hint(text[start:end]))


def missing_value(stop: Stop) -> Finding | None:
    """A `,` or a closing bracket where a value is due."""
    if not stop.says("expected node content", "expected the node content") or stop.at >= len(stop.text):
        return None
    text, at = stop.text, stop.at
    sign = text[at : at + 1]
    if "flow" in stop.context:
        return Finding("syntax", f"a value is missing before `{sign}`", at, at + 1)
    start, end = flow_content(text, at)
    return Finding("unquoted-text", f"a text cannot start with `{sign}`", start, end, quote_hint(text[start:end]))


def list_on_key_line(stop: Stop) -> Finding | None:
    """A list that starts on the line of its key."""
    if not stop.says("block sequence entries are not allowed", "sequence entries are not allowed"):
        return None
    start, end = content(stop.text, stop.at)
    hint = "start the list on the next line, or quote the text"
    return Finding("syntax", "a list cannot start on the line of its key", start, end, hint)
