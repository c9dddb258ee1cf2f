"""What a function uses and the container will not have: names defined outside it, decorators."""

import ast
import builtins
import os

from yamlflow.components.python_bytecode import Lookup, global_names
from yamlflow.components.python_file import Function, PythonFile
from yamlflow.diagnostics import Related, Sink, Span, did_you_mean
from yamlflow.source import Scalar

_OF_MODULES = {
    "__name__",
    "__file__",
    "__doc__",
    "__annotations__",
    "__builtins__",
    "__spec__",
    "__loader__",
    "__package__",
}
# They mark a function as a component, or speak to tools that read the source.
_HARMLESS = frozenset(
    {
        *("component", "create_component_from_func", "func_to_container_op", "python_component"),
        *("no_type_check", "override", "final", "deprecated"),
    }
)


def included(file: PythonFile, names: tuple[Scalar, ...], function: Function, sink: Sink) -> list[ast.stmt]:
    """Return the statements of a file that define these names, in its order; unknown names are reported."""
    found: dict[int, ast.stmt] = {}
    for name in names:
        statement = file.definition(name.value)
        if statement is None:
            shown = os.path.basename(file.source.name)
            hint = did_you_mean(name.value, file.functions)
            sink.error("python-name", f"`{shown}` defines no `{name.value}`", name.alias or name.span, hint)
        elif statement is not function:
            found[statement.lineno] = statement
    return [found[line] for line in sorted(found)]


def check_names(file: PythonFile, function: Function, helpers: list[ast.stmt], known: str, sink: Sink) -> None:
    """Report each name that neither the function nor what goes with it defines; `known` is one more that is there."""
    parts = [(helper, global_names(helper)) for helper in helpers]
    parts.append((function, global_names(function, decorated=False)))
    defined = {*dir(builtins), *_OF_MODULES, function.name, known}
    for _, names in parts:
        defined |= names.defined
    for statement, names in parts:
        seen: set[str] = set()
        for lookup in sorted(names.used, key=lambda item: (item.line, item.column)):
            if lookup.name not in defined and lookup.name not in seen and not _is_guarded(statement, lookup):
                seen.add(lookup.name)
                _report(file, statement, lookup, sink)


def check_decorators(file: PythonFile, function: Function, sink: Sink) -> None:
    """Warn of decorators that do something: as in KFP, only the function itself is carried along."""
    for node in function.decorator_list:
        called = node.func if isinstance(node, ast.Call) else node
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        if name not in _HARMLESS:
            message = f"the decorator of `{function.name}` does nothing in the container"
            sink.warning("python-decorator", message, file.span(node), "do inside the function what it does")


def _is_guarded(statement: ast.stmt, lookup: Lookup) -> bool:
    """Tell whether a name is used where its absence is caught."""
    return any(
        handler.type is not None and any(getattr(item, "id", "") == "NameError" for item in ast.walk(handler.type))
        for node in ast.walk(statement)
        if isinstance(node, ast.Try) and node.lineno <= lookup.line <= (node.body[-1].end_lineno or 0)
        for handler in node.handlers
    )


def _report(file: PythonFile, statement: ast.stmt, lookup: Lookup, sink: Sink) -> None:
    start = file.offset(lookup.line, lookup.column)
    span = Span(file.source, start, start + len(lookup.name))
    owner = getattr(statement, "name", "")
    message = f"`{lookup.name}` is not defined inside `{owner}`" if owner else f"`{lookup.name}` is not defined"
    outside = file.definition(lookup.name)
    if outside is None:
        sink.error("python-name", message, span, did_you_mean(lookup.name, _names_of(file, statement)))
        return
    if isinstance(outside, ast.Import | ast.ImportFrom):
        hint = f"write `{_import_of(outside, lookup.name)}` inside the function"
    else:
        hint = f"carry it along: `include: [{lookup.name}]`"
    place = file.span(outside) if not isinstance(outside, Function | ast.ClassDef) else file.name_span(outside)
    related = (Related(place, "it is defined here, and only the function itself goes into the container"),)
    sink.error("python-name", message, span, hint, related=related)


def _names_of(file: PythonFile, statement: ast.stmt) -> list[str]:
    """Return the names that someone may have meant: of the function first."""
    arguments = [node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)]
    stored = [node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return [*arguments, *stored, *file.functions, *dir(builtins)]


def _import_of(statement: ast.Import | ast.ImportFrom, name: str) -> str:
    alias = next(item for item in statement.names if (item.asname or item.name.partition(".")[0]) == name)
    end = f"import {alias.name} as {alias.asname}" if alias.asname else f"import {alias.name}"
    return (
        f"from {'.' * statement.level}{statement.module or ''} {end}" if isinstance(statement, ast.ImportFrom) else end
    )
