"""The global names that a piece of Python looks up, as the compiler of Python itself sees them."""

import ast
from collections.abc import Iterator
from opcode import opmap
from types import CodeType
from typing import NamedTuple

from yamlflow.components.python_file import Function, compile_quietly

_EXTENDED = opmap["EXTENDED_ARG"]
_LOAD_GLOBAL = opmap["LOAD_GLOBAL"]
_LOAD_NAME = opmap["LOAD_NAME"]
# New in Python 3.12: a name in a class that may be one of a scope around it.
_LOAD_EITHER = opmap.get("LOAD_FROM_DICT_OR_GLOBALS", -1)
_STORE_GLOBAL = opmap["STORE_GLOBAL"]
_STORE_NAME = opmap["STORE_NAME"]


class Lookup(NamedTuple):
    """A global name where it is used; lines from 1, columns in bytes, as `ast` counts."""

    name: str
    line: int
    column: int


class Names(NamedTuple):
    """What a statement looks up outside itself, and what it defines for all."""

    used: list[Lookup]
    defined: set[str]


def global_names(statement: ast.stmt, decorated: bool = True) -> Names:
    """Return the names of a statement as the program has it: without annotations, and decorators only if it is so."""
    hidden = list(_hide(statement))
    if isinstance(statement, Function) and not decorated:
        hidden.append((statement, "decorator_list", statement.decorator_list))
        statement.decorator_list = []
    try:
        code = compile_quietly(statement)
    finally:
        for owner, field, value in hidden:
            setattr(owner, field, value)
    found = Names([], set())
    _collect(code, found)
    return found


def _hide(statement: ast.stmt) -> Iterator[tuple[ast.AST, str, object]]:
    for node in ast.walk(statement):
        field = "annotation" if isinstance(node, ast.arg) else "returns" if isinstance(node, Function) else ""
        if field:
            yield node, field, getattr(node, field)
            setattr(node, field, None)


def _collect(code: CodeType, found: Names) -> None:
    own: set[str] = set()
    looked: list[Lookup] = []
    extended = 0
    places = code.co_positions()
    for (line, _, column, _), operation, low in zip(places, code.co_code[::2], code.co_code[1::2], strict=False):
        argument = extended | low
        extended = argument << 8 if operation == _EXTENDED else 0
        if operation == _LOAD_GLOBAL:
            looked.append(Lookup(code.co_names[argument >> 1], line or 1, column or 0))
        elif operation in (_LOAD_NAME, _LOAD_EITHER):
            looked.append(Lookup(code.co_names[argument], line or 1, column or 0))
        elif operation == _STORE_NAME:
            own.add(code.co_names[argument])
        elif operation == _STORE_GLOBAL:
            found.defined.add(code.co_names[argument])
    found.used.extend(item for item in looked if item.name not in own)
    if code.co_name == "<module>":
        found.defined.update(own)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _collect(constant, found)
