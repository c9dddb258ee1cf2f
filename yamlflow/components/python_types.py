"""Annotations of Python functions: the type of a value and how it is handed over."""

import ast
from typing import NamedTuple

from yamlflow.components.python_file import PythonFile
from yamlflow.diagnostics import Sink
from yamlflow.source.nodes import Plain
from yamlflow.types import parse_type

INPUT_STYLES = ("InputPath", "InputTextFile", "InputBinaryFile")
OUTPUT_STYLES = ("OutputPath", "OutputTextFile", "OutputBinaryFile")
_LISTS = ("list", "List", "Sequence")
_MAPPINGS = ("dict", "Dict", "Mapping")
_NAMES: dict[str, str | None] = {
    "str": "String",
    "int": "Integer",
    "float": "Float",
    "bool": "Boolean",
    **dict.fromkeys(_LISTS, "JsonArray"),
    **dict.fromkeys(_MAPPINGS, "JsonObject"),
    "Any": None,
    "object": None,
}
_OF_KFP_V2 = {
    **dict.fromkeys(("Input", "InputArtifact"), "InputPath('T')"),
    **dict.fromkeys(("Output", "OutputArtifact"), "OutputPath('T')"),
}
Constant = str | int | bool
_CONSTANTS: dict[type, str] = {str: "String", int: "Integer", bool: "Boolean"}


class Annotation(NamedTuple):
    """What an annotation says. `style` is "" for a value, else the class that hands over a file; `enum` are the only
    values."""

    type: Plain = None
    style: str = ""
    optional: bool = False
    enum: tuple[Constant, ...] = ()


class Field(NamedTuple):
    """One of several values that a function returns."""

    name: str
    type: Plain
    node: ast.expr | ast.stmt


class Returns(NamedTuple):
    """What a function returns: one value, or the fields of a NamedTuple that the file defines as `defined_as`."""

    fields: tuple[Field, ...]
    single: bool = False
    defined_as: str = ""


class AnnotationReader:
    """Reads the annotations of one file; `failed` when one could not be understood."""

    def __init__(self, file: PythonFile, sink: Sink) -> None:
        self.file = file
        self.sink = sink
        self.failed = False

    def report(self, message: str, node: ast.expr | ast.stmt | ast.arg, hint: str = "") -> None:
        """Report a mistake in the function."""
        self.failed = True
        self.sink.error("python-function", message, self.file.span(node), hint)

    def name(self, node: ast.expr) -> str:
        """Return the last part of a dotted name, as it was called where it was imported from; "" for other nodes."""
        if isinstance(node, ast.Name):
            return self.file.aliases.get(node.id, node.id)
        return node.attr if isinstance(node, ast.Attribute) else ""

    def annotation(self, node: ast.expr | None) -> Annotation:
        """Return what an annotation says."""
        if node is None or (isinstance(node, ast.Constant) and node.value is None):
            return Annotation()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            inner = _parsed(node, node.value)
            return Annotation(node.value.strip()) if inner is None else self.annotation(inner)
        if isinstance(node, ast.Dict):
            return self._mapping(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._union([node.left, node.right])
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        name = self.name(node)
        if name in INPUT_STYLES + OUTPUT_STYLES:
            return Annotation(None, name)
        if not name:
            self.report("this annotation is not understood", node, "write a type such as `int` or `'CSV'`")
        elif name in _OF_KFP_V2:
            self.report(f"`{name}` of KFP v2 cannot be used here", node, f"use `{_OF_KFP_V2[name]}`")
        return Annotation(_NAMES.get(name, name) or None)

    def _mapping(self, node: ast.Dict) -> Annotation:
        try:
            data = ast.literal_eval(node)
            parse_type(data)
        except (ValueError, TypeError) as error:
            self.report(f"this is no type: {error}", node, "write {'Name': {...}}")
            return Annotation()
        return Annotation(data)

    def _union(self, members: list[ast.expr]) -> Annotation:
        real = [item for item in members if not (isinstance(item, ast.Constant) and item.value is None)]
        found = [self.annotation(item) for item in real]
        optional = len(real) < len(members) or any(item.optional for item in found)
        if len(found) == 1:
            return found[0]._replace(optional=optional)
        # One of several types: the function gets the text.
        return Annotation(None, next((item.style for item in found if item.style), ""), optional)

    def _subscript(self, node: ast.Subscript) -> Annotation:
        name = self.name(node.value)
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Optional":
            return self.annotation(items[0])._replace(optional=True)
        if name == "Union":
            return self._union(items)
        if name == "Annotated":
            return self.annotation(items[0])
        if name == "Literal":
            return self._literal(items)
        if name in _LISTS:
            element = self.annotation(items[0])
            return Annotation("JsonArray" if element.type is None else {"List": element.type})
        return self.annotation(node.value)

    def _literal(self, items: list[ast.expr]) -> Annotation:
        values: list[Constant] = []
        optional = False
        for item in items:
            value = _signed(item)
            if isinstance(value, str | int):
                values.append(value)
            elif isinstance(item, ast.Constant) and item.value is None:
                optional = True
            else:
                self.report("this is no literal value", item, "write texts, whole numbers or booleans")
        kinds = {type(value) for value in values}
        return Annotation(_CONSTANTS[kinds.pop()] if len(kinds) == 1 else None, "", optional, tuple(values))

    def _call(self, node: ast.Call) -> Annotation:
        name = self.name(node.func)
        if name not in INPUT_STYLES + OUTPUT_STYLES:
            self.report("this annotation is not understood", node, "write a type such as `int` or `'CSV'`")
            return Annotation()
        given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "type")]
        return Annotation(self.annotation(given[0]).type if given else None, name)

    def returns(self, node: ast.expr | None) -> Returns:
        """Return what the annotation of the return value says."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = _parsed(node, node.value) or node
        if node is None or (isinstance(node, ast.Constant) and node.value is None):
            return Returns(())
        if isinstance(node, ast.Call):
            return Returns(self._named_tuple(node))
        if isinstance(node, ast.Name):
            fields = self._definition(node.id)
            if fields is not None:
                return Returns(fields, defined_as=node.id)
        if isinstance(node, ast.Dict):
            self.report("several outputs are written as a NamedTuple", node, "NamedTuple('Outputs', [('name', int)])")
            return Returns(())
        annotation = self.annotation(node)
        if annotation.style:
            self.report(f"`{annotation.style}` is for parameters", node, "return the value itself")
        return Returns((Field("Output", annotation.type, node),), single=True)

    def _definition(self, name: str) -> tuple[Field, ...] | None:
        """Return the fields if the file defines a NamedTuple of this name, else None."""
        statement = self.file.binding(name)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            if self.name(statement.value.func) in ("NamedTuple", "namedtuple"):
                return self._named_tuple(statement.value)
        elif isinstance(statement, ast.ClassDef) and any(self.name(base) == "NamedTuple" for base in statement.bases):
            return tuple(
                Field(item.target.id, self.annotation(item.annotation).type, item)
                for item in statement.body
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
            )
        return None

    def _named_tuple(self, call: ast.Call) -> tuple[Field, ...]:
        """Read `NamedTuple('O', [('a', int)])`, `NamedTuple('O', a=int)` and `namedtuple('O', 'a b')`."""
        kind = self.name(call.func)
        described = call.args[1] if len(call.args) > 1 else None
        pairs: list[tuple[str, ast.expr | None]] = []
        if kind == "namedtuple" and described is not None:
            pairs = [(name, None) for name in _names(described)]
        elif kind == "NamedTuple" and isinstance(described, ast.List | ast.Tuple):
            pairs = [_pair(item) for item in described.elts]
        elif kind == "NamedTuple":
            pairs = [(keyword.arg or "", keyword.value) for keyword in call.keywords]
        if not pairs or not all(name for name, _ in pairs):
            self.report("these outputs are not understood", call, "write NamedTuple('Outputs', [('name', int)])")
            return ()
        return tuple(Field(name, self.annotation(node).type, node or call) for name, node in pairs)


def _parsed(outer: ast.expr, text: str) -> ast.expr | None:
    """Parse an annotation written as text; its nodes get the place of the text. None when it is no Python."""
    try:
        found = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(found):
        ast.copy_location(node, outer)
    return found


def _signed(node: ast.expr) -> object:
    """Return a constant, also a negative one; None for other nodes."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        return -value if isinstance(value, int) and not isinstance(value, bool) else None
    return node.value if isinstance(node, ast.Constant) else None


def _names(node: ast.expr) -> list[str]:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        return []
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return [item if isinstance(item, str) else "" for item in value] if isinstance(value, list | tuple) else []


def _pair(node: ast.expr) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        name, kind = node.elts
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            return name.value, kind
    return "", None
