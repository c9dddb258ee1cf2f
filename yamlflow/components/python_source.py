"""The source of one function, ready to stand alone: without decorators, indentation and type annotations."""

import ast
from collections.abc import Iterator

from yamlflow.components.python_file import Function, PythonFile, parse_quietly


def function_source(file: PythonFile, function: Function) -> str:
    """Return the text of a function, from its `def` on."""
    return _source(file, function, file.start(function))


def statement_source(file: PythonFile, node: ast.stmt) -> str:
    """Return the text of a function with its decorators, of a class, or of another statement."""
    start = file.start(node)
    if isinstance(node, Function | ast.ClassDef) and node.decorator_list:
        start = file.source.text.rindex("@", 0, file.start(node.decorator_list[0]))
    return _source(file, node, start)


def _source(file: PythonFile, node: ast.stmt, start: int) -> str:
    text = file.source.text
    end = file.end(node)
    found: list[str] = []
    at = start
    for cut_from, cut_to in sorted(_annotations(file, node)):
        found.append(text[at:cut_from])
        at = cut_to
    source = "".join([*found, text[at:end]]).replace("\r\n", "\n").replace("\r", "\n")
    margin = text[file.offset(node.lineno, 0) : file.start(node)]
    if margin.isspace():
        source = _dedented(source, margin)
    return source.rstrip() + "\n"


def _annotations(file: PythonFile, statement: ast.stmt) -> Iterator[tuple[int, int]]:
    """Yield what to cut out: annotations of parameters and returns, of inner functions too.

    They are evaluated where the function is defined, and name what a container may not have.
    """
    for node in ast.walk(statement):
        if isinstance(node, ast.arg) and node.annotation is not None:
            start = file.start(node) + len(node.arg)
            opened = _count_open(file.source.text, start, file.start(node.annotation))
            yield start, _behind_closing(file.source.text, file.end(node.annotation), opened)
        elif isinstance(node, Function) and node.returns is not None:
            yield _returns(file, node, node.returns)


def _returns(file: PythonFile, function: Function, returns: ast.expr) -> tuple[int, int]:
    text = file.source.text
    arguments = function.args
    before: list[ast.expr | ast.arg] = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *(item for item in (arguments.vararg, arguments.kwarg) if item is not None),
        *arguments.defaults,
        *(item for item in arguments.kw_defaults if item is not None),
    ]
    low = max([file.end(item) for item in before], default=file.name_span(function).end)
    arrow = next(at for at in _code(text, low, file.start(returns)) if text.startswith("->", at))
    while text[arrow - 1] in " \t":
        arrow -= 1
    end = file.end(returns)
    return arrow, next(at for at in _code(text, end, len(text)) if text[at] == ":")


def _count_open(text: str, start: int, end: int) -> int:
    return sum(text[at] == "(" for at in _code(text, start, end))


def _behind_closing(text: str, start: int, count: int) -> int:
    """Return the offset behind the next `count` closing parentheses."""
    at = start
    for at in _code(text, start, len(text)):
        if count == 0:
            return start
        if text[at] == ")":
            count -= 1
            start = at + 1
    return start


def _code(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the offsets of what is no comment; there are no strings where this is used."""
    comment = False
    for at in range(start, end):
        comment = text[at] == "#" or (comment and text[at] not in "\r\n")
        if not comment:
            yield at


def _dedented(source: str, margin: str) -> str:
    """Remove the indentation of a function that stands in an `if` or `try`, but not inside texts of many lines."""
    lines = source.splitlines(keepends=True)
    inside: set[int] = set()
    for node in ast.walk(parse_quietly(f"if True:\n{margin}{source}")):
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno is not None:
            inside.update(range(node.lineno + 1, node.end_lineno + 1))
    return "".join(
        line if number in inside else line.removeprefix(margin) for number, line in enumerate(lines, start=2)
    )
