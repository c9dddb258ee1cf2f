"""Argo's `when`, after the tags are filled in: govaluate's language, with bare words as texts."""

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.govaluate_lexer import Token, check, tokenize
from yamlflow.expressions.runtime.govaluate_stages import Planner, compute
from yamlflow.expressions.runtime.regex import compile_pattern
from yamlflow.expressions.runtime.text import format_value
from yamlflow.expressions.runtime.values import Limits, Value

_HINT = '(hint: try wrapping the affected expression in quotes ("))'
_MAX_LENGTH = 128 * 1024


def should_execute(text: str) -> bool:
    """Whether a `when` is true; EvaluationError has the message that Argo gives."""
    if not text:
        return True
    value = evaluate(text)
    if not isinstance(value, bool):
        raise EvaluationError(f"Expected boolean evaluation for '{text}'. Got {format_value(value)}")
    return value


def evaluate(text: str) -> Value:
    """Return the value of a `when`; EvaluationError has the message that Argo gives."""
    if len(text) > _MAX_LENGTH:
        raise EvaluationError(f"Invalid 'when' expression: longer than {_MAX_LENGTH // 1024} KiB")
    try:
        tokens = tokenize(text)
        _with_patterns(tokens)
    except EvaluationError as error:
        hint = f" {_HINT}" if "Invalid token" in str(error) else ""
        raise EvaluationError(f"Invalid 'when' expression '{text}': {error}{hint}") from None
    try:
        words = [
            Token("STRING", token.value) if token.kind == "VARIABLE" else token for token in _with_patterns(tokens)
        ]
        check(words)
        stage = Planner(_with_patterns(words)).plan()
    except (EvaluationError, RecursionError) as error:
        raise EvaluationError(f"Failed to parse 'when' expression '{text}': {_said(error)}") from None
    try:
        return compute(stage, Limits())
    except (EvaluationError, RecursionError) as error:
        raise EvaluationError(f"Failed to evaluate 'when' expresion '{text}': {_said(error)}") from None


def _said(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _with_patterns(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the texts behind `=~` and `!~` compiled."""
    found = list(tokens)
    for at, token in enumerate(tokens[1:], 1):
        if token.kind == "STRING" and tokens[at - 1].value in ("=~", "!~") and tokens[at - 1].kind == "COMPARATOR":
            found[at] = Token("PATTERN", compile_pattern(token.value))
    return found
