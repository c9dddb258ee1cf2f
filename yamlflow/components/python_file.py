"""A Python file, parsed and never imported: places of its nodes, and the functions in it."""

import ast
import warnings
from collections.abc import Iterator
from types import CodeType

from yamlflow.diagnostics import Sink, SourceText, Span

Function = ast.FunctionDef | ast.AsyncFunctionDef


class PythonFile:
    """A parsed file."""

    def __init__(self, source: SourceText, tree: ast.Module) -> None:
        self.source = source
        self.tree = tree
        self.lines = _line_starts(source.text)
        self.functions: dict[str, Function] = {
            node.name: node for node in _statements(tree.body) if isinstance(node, Function)
        }
        self.aliases = {name: original for node in _statements(tree.body) for name, original in _imported(node)}
        """Names that the file imports under another name, each with its own name."""

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line (from 1) and a column in UTF-8 bytes, as `ast` counts."""
        start = self.lines[line - 1]
        text = self.source.text
        piece = text[start : start + column]
        return start + (column if piece.isascii() else len(text[start:].encode()[:column].decode(errors="ignore")))

    def start(self, node: ast.expr | ast.stmt | ast.arg) -> int:
        """Return the offset of a node's first character."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.arg) -> int:
        """Return the offset behind a node's last character."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> Span:
        """Return the place of a node."""
        return Span(self.source, self.start(node), self.end(node))

    def name_span(self, function: Function | ast.ClassDef) -> Span:
        """Return the place of the name of a function or class."""
        text = self.source.text
        word = "class" if isinstance(function, ast.ClassDef) else "def"
        at = text.index(function.name, text.index(word, self.start(function)) + len(word))
        return Span(self.source, at, at + len(function.name))

    def inside(self, name: str) -> str:
        """Return the name of the function or class in which a function of this name is hidden, or ""."""
        for owner in _statements(self.tree.body):
            if isinstance(owner, Function | ast.ClassDef):
                nested = (node for node in ast.walk(owner) if node is not owner and isinstance(node, Function))
                if any(node.name == name for node in nested):
                    return owner.name
        return ""

    def binding(self, name: str) -> ast.stmt | None:
        """Return the last statement of the file that gives a meaning to a name besides `def`."""
        found: ast.stmt | None = None
        for node in _statements(self.tree.body):
            if _binds(node, name):
                found = node
        return found

    def definition(self, name: str) -> ast.stmt | None:
        """Return the statement of the file that defines a name: a function, class, constant or import."""
        return self.functions.get(name) or self.binding(name)

    def field_defaults(self, name: str) -> list[object]:
        """Return the constant defaults of the last fields of a NamedTuple class."""
        statement = self.binding(name)
        if not isinstance(statement, ast.ClassDef):
            return []
        values = [item.value for item in statement.body if isinstance(item, ast.AnnAssign)]
        try:
            return [ast.literal_eval(value) for value in values if value is not None]
        except (ValueError, TypeError):
            return []

    def future_import(self) -> str:
        """Return the import that keeps annotations as texts, "" when the file has none."""
        found = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(alias.name == "annotations" for alias in node.names)
            for node in self.tree.body
        )
        return "from __future__ import annotations\n" if found else ""


def parse_quietly(text: str) -> ast.Module:
    """Parse a text without warnings about its escapes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def compile_quietly(statement: ast.stmt) -> CodeType:
    """Compile a statement without warnings; it is never run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(ast.Module(body=[statement], type_ignores=[]), "function", "exec", dont_inherit=True, optimize=0)


def parse_python(source: SourceText, sink: Sink) -> PythonFile | None:
    """Parse a file; a syntax error is reported at its place."""
    try:
        file = PythonFile(source, parse_quietly(source.text))
    except SyntaxError as error:
        report_syntax(source, error, sink)
    except (RecursionError, MemoryError, ValueError) as error:
        reason = str(error) or "it is nested too deep"
        sink.error("python-syntax", f"Python cannot read this: {reason}", None, path=source.name)
    else:
        if "yamlflow:" in source.text:
            _read_ignores(file, sink)
        return file
    return None


def _read_ignores(file: PythonFile, sink: Sink) -> None:
    from yamlflow.source.comments import Stretch, note_ignores

    nodes = (node for node in ast.walk(file.tree) if isinstance(node, ast.JoinedStr | ast.Constant))
    texts = [node for node in nodes if isinstance(node, ast.JoinedStr) or isinstance(node.value, str | bytes)]
    note_ignores(file.source, [Stretch(file.start(node), file.start(node), file.end(node)) for node in texts], sink)


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """Yield what is inside a function but not inside another one in it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def check_function(file: PythonFile, function: ast.stmt, sink: Sink) -> bool:
    """Report what Python refuses besides grammar, such as two parameters of one name."""
    try:
        compile_quietly(function)
    except SyntaxError as error:
        report_syntax(file.source, error, sink)
        return False
    except (RecursionError, MemoryError, ValueError) as error:
        message = f"Python cannot compile this: {str(error) or 'it is nested too deep'}"
        sink.error("python-syntax", message, Span(file.source, file.start(function), file.start(function) + 1))
        return False
    return True


def report_syntax(source: SourceText, error: SyntaxError, sink: Sink) -> None:
    """Report a syntax error of Python at its line and column."""
    lines = _line_starts(source.text)
    size = len(source.text)

    def offset(line: int | None, column: int | None) -> int:
        at = min(max(line or 1, 1), len(lines)) - 1
        limit = lines[at + 1] - 1 if at + 1 < len(lines) else size
        return min(lines[at] + max((column or 1) - 1, 0), limit)

    start = offset(error.lineno, error.offset)
    end = offset(error.end_lineno, error.end_offset) if error.end_offset and error.end_offset > 0 else start
    message = error.msg or "invalid syntax"
    if message[:1].isupper() and not message[1:2].isupper():
        message = message[0].lower() + message[1:]
    sink.error("python-syntax", message, Span(source, start, max(end, min(start + 1, size))))


def _line_starts(text: str) -> list[int]:
    """Return where lines begin, as Python splits them: at LF, CR LF and CR."""
    starts = [0]
    at = 0
    for line in text.splitlines(keepends=True) if "\r" in text else ():
        at += len(line)
        if line.endswith(("\n", "\r")):
            starts.append(at)
    if "\r" not in text:
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
    return starts


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements at the top of a file, also those inside `if`, `try` and `with`.

    Of branches the most likely comes last, as what comes last gives a name its meaning.
    """
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.With):
            yield from _statements(getattr(node, "orelse", []))
            yield from _statements(node.body)
        elif isinstance(node, ast.Try | ast.TryStar):
            for handler in node.handlers:
                yield from _statements(handler.body)
            for part in (node.body, node.orelse, node.finalbody):
                yield from _statements(part)


def _binds(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.ClassDef):
        return node.name == name
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return name in _assigned(node)
    names = node.names if isinstance(node, ast.Import | ast.ImportFrom) else []
    return any((alias.asname or alias.name.partition(".")[0]) == name for alias in names)


def _assigned(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if node.value is not None else []
    return {item.id for target in targets for item in ast.walk(target) if isinstance(item, ast.Name)}


def _imported(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, alias.name
