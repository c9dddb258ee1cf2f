"""Texts without quotes that other readers of YAML take for something else."""

from yamlflow.diagnostics import Edit, Fix, Sink, Span
from yamlflow.source.nodes import Scalar
from yamlflow.source.schema import number_text, plain_trap, plain_value

_CODE = "ambiguous-text"
_LETTERS = "yYnN"  # also names of axes and variables, and few readers take them for booleans


def warn_of_word(node: Scalar, sink: Sink) -> None:
    """Warn if YAML 1.1 takes a text such as `no` or `12:30` for something else."""
    if node.style or node.tag or node.value in _LETTERS:
        return
    meaning = plain_trap(node.value)
    if meaning:
        _warn(node, sink, _old(node.value, meaning))


def warn_of_text(node: Scalar, sink: Sink) -> None:
    """Warn if any reader takes a text for something else, or a number for which it would write something else."""
    if node.style or node.tag or not node.value:
        return
    text = node.value
    meaning = plain_trap(text)
    if meaning:
        _warn(node, sink, _old(text, meaning))
        return
    value = plain_value(text)
    if value is None:
        _warn(node, sink, f"to other readers of YAML, `{text}` is no text, but nothing")
    elif not isinstance(value, str | bool) and (number := number_text(value)) != text:
        _warn(node, sink, f"to other readers of YAML, `{text}` is the number {number}")


def warn_of_number(node: Scalar, sink: Sink) -> None:
    """Warn if YAML 1.1 takes a number for another one: `012` for ten."""
    meaning = "" if node.style or node.tag else plain_trap(node.value)
    if meaning.startswith("the number") and "_" not in node.value:
        hint = f"write `{node.value.lstrip('0')}`" if node.value.isdigit() else "quote it"
        _warn(node, sink, _old(node.value, meaning), hint)


def warn_of_change(node: Scalar, read: str, sink: Sink) -> None:
    """Warn if what KFP makes of a text is not what is written."""
    if read != node.value:
        _warn(node, sink, f"`{node.value}` becomes the text `{read}`, as in KFP")


def cut_by_comment(node: Scalar, sink: Sink) -> bool:
    """Report a comment that cuts a text without quotes; False if there is none."""
    text, end = node.span.source.text, node.span.end
    rest = text[end : text.find("\n", end) if "\n" in text[end:] else len(text)]
    if node.style or not rest.lstrip(" \t").startswith("#") or rest.startswith("#"):
        return False
    at = end + rest.index("#")
    message = "` #` starts a comment, which cuts this expression, since it has no quotes"
    sink.error("cut-expression", message, Span(node.span.source, at, at + 1), "put the whole text in quotes")
    return True


def _old(text: str, meaning: str) -> str:
    return f"to readers of YAML 1.1, `{text}` is {meaning}"


def _warn(node: Scalar, sink: Sink, message: str, hint: str = "") -> None:
    from yamlflow.source.writer import write_text

    quoted = write_text(node.value)
    quoted = quoted if quoted != node.value else f'"{node.value}"'
    written = node.value.lstrip("0") if hint.startswith("write") else quoted
    fix = Fix(f"write {written}", (Edit(node.span, written),)) if node.span.text == node.value else None
    sink.warning(_CODE, message, node.alias or node.span, hint or f"quote it: {quoted}", fix=fix)
