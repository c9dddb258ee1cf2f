"""The element of a loop: in which form it travels, and how it is read.

It travels as it is where that is enough: Argo's `{{item}}` is then its text, `{{item.k}}` that of a plain field. Else
it travels as JSON text, with its position beside it if that is asked for, and `fromJSON` reads it.
"""

import json
import re
from collections.abc import Iterator

from yamlflow.expressions import Expr, references
from yamlflow.expressions.ast import Builtin
from yamlflow.pipeline.loop import Loop
from yamlflow.pipeline.model import Task
from yamlflow.pipeline.scope import reference
from yamlflow.pipeline.scope_item import INDEX
from yamlflow.render.annotations import to_json
from yamlflow.render.text import Reference, chain, member
from yamlflow.source import Mapping, Node, Scalar
from yamlflow.types import Type, constant_text

ARGO = ("item",)
VALUE = "item"
_SIMPLE = re.compile(r"[-A-Za-z0-9_]+")
_CHANGED_BY_GO = ("\u2028", "\u2029")


def travels_as_json(task: Task) -> bool:
    """Whether the elements of a task's loop travel as JSON texts."""
    loop = task.loop
    assert loop is not None
    if loop.indexed or any(_holds_braces(item) for item in loop.items or ()):
        return True
    kind = loop.element
    return any(
        not _is_plain(loop, path) if path else not alone and (kind is None or kind.is_mapping)
        for path, alone in _uses(task, loop)
    )


def _uses(task: Task, loop: Loop) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield what the task itself reads of an element, and whether that is a whole expression."""
    for value in task.values():
        if loop in value.loops.values():
            for expr in value.expressions:
                steps = reference(expr, value.loops)
                found = [steps] if steps is not None else [steps for _, steps in references(expr, {loop.name})]
                for one in found:
                    if one[0].name == loop.name:
                        yield tuple(step.name for step in one[1:]), steps is not None


def _holds_braces(item: Node) -> bool:
    return "{{" in (item.value if isinstance(item, Scalar) else json.dumps(item.data()))


def _is_plain(loop: Loop, path: tuple[str, ...]) -> bool:
    """Whether Argo's `item.k` is the text of a field: it cuts the quotes of a text and leaves the escapes in it."""
    if loop.fields is None or len(path) != 1 or not _SIMPLE.fullmatch(path[0]):
        return False
    values = [item.get(path[0]) for item in loop.items or () if isinstance(item, Mapping)]
    return all(isinstance(value, Scalar) and _same_in_json(value) for value in values)


def _same_in_json(value: Scalar) -> bool:
    data = value.data()
    text = json.dumps(data, ensure_ascii=False)
    return (text[1:-1] if isinstance(data, str) else text) == value.value and not any(
        sign in text for sign in _CHANGED_BY_GO
    )


def literal(item: Node, number: int, loop: Loop, *, as_json: bool) -> object:
    """Return an element of a literal list as `withItems` holds it."""
    if not as_json:
        return item.value if isinstance(item, Scalar) else item.data()
    return to_json({INDEX: number, VALUE: item.data()} if loop.indexed else item.data())


def element(loop: Loop, base: tuple[str, ...], path: tuple[str, ...], *, as_json: bool) -> Reference:
    """Return what is read of an element that is called `base` here."""
    kind = loop.element
    if not as_json and path and base == ARGO:
        return Reference((*base, *path), (loop.fields or {}).get(path[0]))
    if not path and not loop.indexed and (not as_json or (kind is not None and (kind.is_mapping or kind.is_list))):
        return Reference(base, kind)
    native: Expr = Builtin("fromJSON", (chain(base),))
    if path == (INDEX,):
        return Reference(base, Type("Integer"), native=member(native, INDEX))
    if loop.indexed:
        native = member(native, VALUE)
    for name in path:
        native = member(native, name)
    if path:
        kind = (loop.fields or {}).get(path[0]) if len(path) == 1 else None
    return Reference(base, kind, native=native)


def formatted(number: int, layout: str) -> str:
    """Return a number of a range as its format wants it."""
    return layout % number if layout else constant_text(number)
