"""The expression tree. Places are character offsets; nodes made by hand may leave them out."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from yamlflow.types import Type


class Problem(NamedTuple):
    """Something wrong with the text of an expression, at `start` to `end`; `code` is the diagnostic's code."""

    start: int
    end: int
    message: str
    hint: str = ""
    code: str = "expression-syntax"


class Expr:
    """A node of the tree; `fields` names what it holds: nodes, tuples of nodes, and plain values."""

    __slots__ = ("end", "start")
    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(getattr(self, name)) for name in self.fields)})"


def children(expr: Expr) -> Iterator[Expr]:
    """Yield the nodes directly below, in the order of the source."""
    for field in expr.fields:
        value = getattr(expr, field)
        if isinstance(value, Expr):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Expr):
                    yield item


class Missing(Expr):
    """Stands where an operand could not be read; a problem was reported there."""

    __slots__ = ()

    def __init__(self, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)


class Nil(Expr):
    """`nil`."""

    __slots__ = ()

    def __init__(self, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)


class Bool(Expr):
    """`true` or `false`."""

    __slots__ = ("value",)
    fields = ("value",)

    def __init__(self, value: bool, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.value = value


class Number(Expr):
    """A number; `text` is its spelling in the source, or "" for the plain one."""

    __slots__ = ("text", "value")
    fields = ("value",)

    def __init__(self, value: int | float, text: str = "", start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.value = value
        self.text = text


class Text(Expr):
    """A text literal, its escapes resolved."""

    __slots__ = ("value",)
    fields = ("value",)

    def __init__(self, value: str, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.value = value


class Bytes(Expr):
    """A literal of bytes, `b'...'`."""

    __slots__ = ("value",)
    fields = ("value",)

    def __init__(self, value: bytes, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.value = value


class Array(Expr):
    """`[a, b]`."""

    __slots__ = ("items",)
    fields = ("items",)

    def __init__(self, items: tuple[Expr, ...], start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.items = items


class Pair(Expr):
    """`key: value` of a map; a plain key is a `Text`."""

    __slots__ = ("key", "value")
    fields = ("key", "value")

    def __init__(self, key: Expr, value: Expr, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.key = key
        self.value = value


class Map(Expr):
    """`{a: 1, 'b c': 2, (key): 3}`."""

    __slots__ = ("pairs",)
    fields = ("pairs",)

    def __init__(self, pairs: tuple[Pair, ...], start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.pairs = pairs


class Name(Expr):
    """A bare name."""

    __slots__ = ("name",)
    fields = ("name",)

    def __init__(self, name: str, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.name = name


class Member(Expr):
    """`target.name` or `target?.name`."""

    __slots__ = ("name", "name_end", "name_start", "optional", "target")
    fields = ("target", "name", "optional")

    def __init__(
        self,
        target: Expr,
        name: str,
        optional: bool = False,
        *,
        name_start: int = 0,
        name_end: int = 0,
        start: int = 0,
        end: int = 0,
    ) -> None:
        super().__init__(start, end)
        self.target = target
        self.name = name
        self.optional = optional
        self.name_start = name_start
        self.name_end = name_end


class Index(Expr):
    """`target[index]` or `target?.[index]`."""

    __slots__ = ("index", "optional", "target")
    fields = ("target", "index", "optional")

    def __init__(self, target: Expr, index: Expr, optional: bool = False, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.target = target
        self.index = index
        self.optional = optional


class Slice(Expr):
    """`target[low:high]`."""

    __slots__ = ("high", "low", "target")
    fields = ("target", "low", "high")

    def __init__(self, target: Expr, low: Expr | None, high: Expr | None, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.target = target
        self.low = low
        self.high = high


class Unary(Expr):
    """`-x`, `+x`, `!x`, `not x`."""

    __slots__ = ("op", "operand")
    fields = ("op", "operand")

    def __init__(self, op: str, operand: Expr, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.op = op
        self.operand = operand


class Binary(Expr):
    """An operator with two operands, `??`, `in` and `not in` among them."""

    __slots__ = ("left", "op", "op_end", "op_start", "right")
    fields = ("op", "left", "right")

    def __init__(
        self, op: str, left: Expr, right: Expr, *, op_start: int = 0, op_end: int = 0, start: int = 0, end: int = 0
    ) -> None:
        super().__init__(start, end)
        self.op = op
        self.left = left
        self.right = right
        self.op_start = op_start
        self.op_end = op_end


class Conditional(Expr):
    """`test ? then : otherwise`, also written `if test { then } else { otherwise }`."""

    __slots__ = ("otherwise", "test", "then")
    fields = ("test", "then", "otherwise")

    def __init__(self, test: Expr, then: Expr, otherwise: Expr, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.test = test
        self.then = then
        self.otherwise = otherwise


class Call(Expr):
    """A call of what is no built-in: `toJson(x)`, `sprig.trim(x)`."""

    __slots__ = ("args", "function")
    fields = ("function", "args")

    def __init__(self, function: Expr, args: tuple[Expr, ...], start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.function = function
        self.args = args


class Closure(Expr):
    """What a built-in such as `filter` does with each element; `#` in it is the element."""

    __slots__ = ("body",)
    fields = ("body",)

    def __init__(self, body: Expr, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.body = body


class Builtin(Expr):
    """A call of one of expr-lang's own functions."""

    __slots__ = ("args", "name")
    fields = ("name", "args")

    def __init__(self, name: str, args: tuple[Expr, ...], start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.name = name
        self.args = args


class Pointer(Expr):
    """`#`, `#index` or `#acc` in a closure; the name is "" for `#`."""

    __slots__ = ("name",)
    fields = ("name",)

    def __init__(self, name: str = "", start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.name = name


class Let(Expr):
    """`let name = value; body`."""

    __slots__ = ("body", "name", "value")
    fields = ("name", "value", "body")

    def __init__(self, name: str, value: Expr, body: Expr, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.name = name
        self.value = value
        self.body = body


class Sequence(Expr):
    """`a; b`: all are computed, the last one is the value."""

    __slots__ = ("items",)
    fields = ("items",)

    def __init__(self, items: tuple[Expr, ...], start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.items = items


class As(Expr):
    """`as(Type, operand)`: yamlflow's own "I know better"; it is not printed."""

    __slots__ = ("operand", "type")
    fields = ("type", "operand")

    def __init__(self, type: Type, operand: Expr, start: int = 0, end: int = 0) -> None:
        super().__init__(start, end)
        self.type = type
        self.operand = operand
