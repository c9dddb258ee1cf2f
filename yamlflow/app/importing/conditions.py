"""Argo's `when`, govaluate's language over filled-in text, as an expression."""

import re
from collections.abc import Collection

from yamlflow.app.importing.scope import Resolve, is_ours, read, translate
from yamlflow.app.importing.values import Code, UnknownTagError, in_code
from yamlflow.argo.tags import split_tags
from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.printer import text_literal
from yamlflow.expressions.runtime.govaluate_lexer import tokenize
from yamlflow.expressions.runtime.govaluate_stages import Planner, Stage

_ORDER = frozenset({"<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**"})
_SAME = frozenset({"==", "!="})
_MARK = re.compile(r"(YFTAG\d+X)")


def condition(text: str, names: Resolve, numbers: Collection[str] = ()) -> str:
    """Return the expression that is true when a `when` is; `numbers` are the references of a number's type."""
    parts = split_tags(text.strip())
    if len(parts) == 1 and not isinstance(parts[0], str) and parts[0].expression is not None:
        return translate(parts[0].expression, names)
    tags: dict[str, str] = {}
    marked = ""
    for part in parts:
        if isinstance(part, str) or not is_ours(part):
            marked += part if isinstance(part, str) else part.source
            continue
        mark = f"YFTAG{len(tags)}X"
        found = read(part.source, names)
        tags[mark] = in_code(found)
        marked += mark
    try:
        stage = Planner(tokenize(marked)).plan()
    except (EvaluationError, RecursionError) as error:
        raise UnknownTagError(text) from error
    if stage is None:
        raise UnknownTagError(text)
    return _Printer(tags, text, numbers).truth(stage)


class _Printer:
    """Prints a plan of govaluate in expr-lang."""

    def __init__(self, tags: dict[str, str], source: str, numbers: Collection[str]) -> None:
        self.tags = tags
        self.numbers = numbers
        self.source = source

    def truth(self, stage: Stage) -> str:
        """Print what must be true or false."""
        if stage.kind == "operator" and stage.value in ("&&", "||"):
            return f"{self.truth(self._left(stage))} {stage.value} {self.truth(self._right(stage))}"
        if stage.kind == "clause":
            return f"({self.truth(self._right(stage))})"
        if stage.kind == "prefix" and stage.value == "!":
            inner = self._right(stage)
            return f"!{self.truth(inner)}" if inner.kind == "clause" else f"!({self.truth(inner)})"
        if stage.kind == "operator" and stage.value in _SAME | _ORDER | {"=~", "!~", "in"}:
            return self._compared(stage)
        if stage.kind == "literal" and isinstance(stage.value, bool):
            return "true" if stage.value else "false"
        if stage.kind == "literal":
            return f"{self._text(stage)} == 'true'"
        raise UnknownTagError(self.source)

    def _compared(self, stage: Stage) -> str:
        left, right, sign = self._left(stage), self._right(stage), stage.value
        if sign in _SAME and all(self._is_number(side) for side in (left, right)):
            return f"{self._number(left)} {sign} {self._number(right)}"
        if sign in _SAME:
            return f"{self._text(left)} {sign} {self._text(right)}"
        if sign in _ORDER:
            return f"{self._number(left)} {sign} {self._number(right)}"
        if sign == "in":
            return f"{self._text(left)} in [{', '.join(self._items(right))}]"
        matched = f"{self._text(left)} matches {self._text(right)}"
        return matched if sign == "=~" else f"!({matched})"

    def _items(self, stage: Stage) -> list[str]:
        if stage.kind == "clause":
            return self._items(self._right(stage))
        if stage.kind == "operator" and stage.value == ",":
            return [*self._items(self._left(stage)), *self._items(self._right(stage))]
        return [self._text(stage)]

    def _text(self, stage: Stage) -> str:
        """Print an operand as text: that is what values are before govaluate looks at them."""
        if stage.kind == "clause":
            return self._text(self._right(stage))
        if stage.kind == "operator" and stage.value in _ORDER:
            return f"string({self._number(stage)})"
        if stage.kind != "literal":
            raise UnknownTagError(self.source)
        value = stage.value
        if isinstance(value, bool):
            return "'true'" if value else "'false'"
        if isinstance(value, float):
            return text_literal(f"{value:g}" if value != int(value) else str(int(value)))
        pieces = [piece for piece in _MARK.split(str(value)) if piece]
        if len(pieces) == 1 and pieces[0] in self.tags:
            code = self.tags[pieces[0]]
            return f"string({code})" if code.startswith("item") or code in self.numbers else code
        return in_code(tuple(Code(self.tags[piece]) if piece in self.tags else piece for piece in pieces) or ("",))

    def _is_number(self, stage: Stage) -> bool:
        if stage.kind == "literal" and isinstance(stage.value, str):
            return self.tags.get(stage.value) in self.numbers
        return stage.kind == "literal" and isinstance(stage.value, float)

    def _number(self, stage: Stage) -> str:
        if stage.kind == "clause":
            return f"({self._number(self._right(stage))})"
        if stage.kind == "operator" and stage.value in _ORDER:
            return f"{self._number(self._left(stage))} {stage.value} {self._number(self._right(stage))}"
        if stage.kind == "prefix" and stage.value == "-":
            return f"-{self._number(self._right(stage))}"
        if stage.kind == "literal" and isinstance(stage.value, float):
            return f"{stage.value:g}" if stage.value != int(stage.value) else str(int(stage.value))
        text = self._text(stage)
        if self._is_number(stage):
            return text.removeprefix("string(").removesuffix(")")
        return f"asFloat({text[7:-1] if text.startswith('string(') else text})"

    def _left(self, stage: Stage) -> Stage:
        if stage.left is None:
            raise UnknownTagError(self.source)
        return stage.left

    def _right(self, stage: Stage) -> Stage:
        if stage.right is None:
            raise UnknownTagError(self.source)
        return stage.right
