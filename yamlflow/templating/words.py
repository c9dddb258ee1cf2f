"""What Python and Jinja say, in people's words."""

import re

_KINDS = {
    **dict.fromkeys(("str", "PlacedText", "Traced", "Markup"), "a text"),
    **dict.fromkeys(("int", "float", "PlacedInt", "PlacedFloat"), "a number"),
    **dict.fromkeys(("dict", "PlacedMap", "dict_keys", "dict_values", "dict_items"), "a mapping"),
    **dict.fromkeys(("list", "PlacedList", "tuple", "range", "generator"), "a list"),
    **dict.fromkeys(("function", "method", "builtin_function_or_method", "Macro"), "a function"),
    "bool": "true or false",
    "NoneType": "null",
    "Undefined": "an undefined value",
    "Missing": "an undefined value",
}
_TOKENS = {
    "end of print statement": "`}}`",
    "end of statement block": "`%}`",
    "begin of print statement": "`{{`",
    "begin of statement block": "`{%`",
    "template data / text": "text",
    "end of template": "the end of the template",
    "name": "a name",
    "string": "a text",
    "integer": "a number",
    "float": "a number",
}
# A function of Python in a message about its arguments: filters and tests have prefixes there.
_CALLED = r"^(?:[\w.<>]+\.)?(?:sync_)?(?:do_|test_)?(\w+)\(\) (?=missing|takes|got)"
_RULES = [
    (r"'(\w+)' object is not iterable", "{0} cannot be looped over", ""),
    (r"cannot unpack non-iterable (\w+) object", "{0} cannot be split into several names", ""),
    (r"'(\w+)' object is not callable", "{0} cannot be called", ""),
    (r"'(\w+)' object is not subscriptable", "{0} has no items", ""),
    (r"object of type '(\w+)' has no len\(\)", "{0} has no length", ""),
    (r"can only concatenate str \(not \"(\w+)\"\) to str", "a text and {0} cannot be added", "join them with `~`"),
    (
        r"unsupported operand type\(s\) for ([^ ]+)(?: or .*)?: '(\w+)' and '(\w+)'",
        "{1} {0} {2} is not possible",
        "",
    ),
    (r"'([^ ]+)' not supported between instances of '(\w+)' and '(\w+)'", "{1} {0} {2} cannot be compared", ""),
    (r"bad operand type for unary ([^ ]+): '(\w+)'", "`{0}` does not work on {1}", ""),
    (r"expected token '([^']+)', got '([^']+)'", "expected {0}, got {1}", ""),
    (r"unexpected char (?:'(.)'|\"(.)\") at \d+", "unexpected `{0}`", ""),
    (r"unexpected '}'", "unexpected `}`", "close the tag with `}}`"),
    (r"unexpected '([^']+)', expected '([^']+)'", "expected `{1}`, got `{0}`", ""),
    (r"unexpected '([^']+)'", "unexpected {0}", ""),
    (r"duplicate argument 'l_\d+_(\w+)' in function definition", "two parameters are named {0}", ""),
    (r"not enough values to unpack \(expected (\d+), got (\d+)\)", "an item has {1} of the {0} parts named here", ""),
    (r"too many values to unpack \(expected (\d+)\)", "an item has more than the {0} parts named here", ""),
    (r"Out of range float values are not JSON compliant.*", "JSON has no infinite numbers", ""),
    (r"No filter named '(.*)'", "there is no filter {0}", ""),
    (r"No test named '(.*)'", "there is no test {0}", ""),
    (r"\(34, 'Numerical result out of range'\)", "this number is too large", ""),
    (r"Python int too large to convert to C ssize_t", "this number is too large", ""),
    (r"Exceeds the limit \(\d+ digits\) for integer string conversion.*", "this number has too many digits", ""),
    (r"sum\(\) can't sum strings.*", "texts cannot be summed", "use `join`"),
    (r"No caller defined", "`caller()` works only in a macro that is called by `{% call %}`", ""),
    (r"the inline if-expression .*", "the condition of this `if` is false, and it has no `else`", "add `else ''`"),
    (r"Expected an expression, got '([^']+)'", "expected an expression, got {0}", ""),
    (r"Missing end of comment tag", "the comment is not closed", "close it with `#}`"),
    (r"Missing end of raw directive", "`{% raw %}` is not closed", "close it with `{% endraw %}`"),
]


def plain_words(message: str) -> tuple[str, str]:
    """Return a message as we would say it, and a hint or ""."""
    lines = message.strip().splitlines()
    line = lines[0].rstrip(".") if lines else ""
    for pattern, wording, hint in _RULES:
        found = re.fullmatch(pattern, line)
        if found:
            return _fill(wording, [word for word in found.groups() if word is not None]), hint
    line = re.sub(_CALLED, r"`\1` ", line).replace("` missing ", "` is missing ").replace(" positional ", " ")
    line = re.sub(r"'([^' ]+)'", r"`\1`", line)
    return (line[0].lower() + line[1:] if line[1:2].islower() else line), ""


def _fill(wording: str, words: list[str]) -> str:
    for index, word in enumerate(words):
        shown = _KINDS.get(word) or _TOKENS.get(word)
        if shown is None:
            shown = word if word.isdigit() or f"`{{{index}}}`" in wording else f"`{word}`"
        wording = wording.replace(f"{{{index}}}", shown)
    return wording


def kind_of(value: object) -> str:
    """Return what a value is: "a text", "a number", ..."""
    return _KINDS.get(type(value).__name__, "this value")
