"""Which values of its type an input takes: `enum`, `minimum`, `maximum`, `pattern`."""

from typing import NamedTuple

from yamlflow.types import Type, bool_text, constant_error, constant_text, parse_float


class Limits(NamedTuple):
    """What a value must be besides of its type. `enum` are texts, the bounds are texts of numbers."""

    enum: tuple[str, ...] = ()
    minimum: str = ""
    maximum: str = ""
    pattern: str = ""

    def error(self, text: str, type: Type | None) -> str:
        """Return why a value that is of the type is not allowed, "" when it is."""
        if self.enum and canonical(text, type, self.enum) not in self.enum:
            return f"`{_short(text)}` is not one of: {', '.join(self.enum)}"
        value = parse_float(text)
        if self.minimum and value is not None and value < _bound(self.minimum):
            return f"`{text}` is less than {self.minimum}"
        if self.maximum and value is not None and value > _bound(self.maximum):
            return f"`{text}` is more than {self.maximum}"
        if self.pattern and not _matches(self.pattern, text):
            return f"`{_short(text)}` does not match `{self.pattern}`"
        return ""


def value_error(value: object, type: Type | None, limits: Limits) -> str:
    """Return why a constant, plain data or text, may not be given to an input; "" when it may."""
    return constant_error(value, type) or limits.error(constant_text(value), type)


def canonical(text: str, type: Type | None, enum: tuple[str, ...] = ()) -> str:
    """Return a value as it travels: a Bool as true or false, a number as its `enum` writes it."""
    if type is not None and type.name == "Bool":
        return bool_text(text)
    if text in enum or type is None or not type.is_number:
        return text
    value = parse_float(text)
    return next((item for item in enum if value is not None and parse_float(item) == value), text)


def pattern_error(pattern: str) -> str:
    """Return why a pattern is none, "" when it is one."""
    from yamlflow.expressions import EvaluationError
    from yamlflow.expressions.runtime.regex import compile_pattern

    try:
        compile_pattern(pattern)
    except EvaluationError as error:
        return str(error).removeprefix("error parsing regexp: ")
    return ""


def _matches(pattern: str, text: str) -> bool:
    from yamlflow.expressions import EvaluationError
    from yamlflow.expressions.runtime.regex import matches
    from yamlflow.expressions.runtime.values import Limits as Budget

    try:
        return matches(pattern, text, Budget())
    except EvaluationError:
        # What is wrong with the pattern itself was said where it stands.
        return True


def _bound(text: str) -> float:
    return parse_float(text) or 0.0


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
