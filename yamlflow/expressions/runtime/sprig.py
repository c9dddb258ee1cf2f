"""sprig's functions, as Argo offers them: `sprig.trim(x)`. Those that make keys or certificates are not here."""

from collections.abc import Callable
from functools import cache

from yamlflow.expressions.errors import EvaluationError
from yamlflow.expressions.runtime.values import Function, Limits, Value
from yamlflow.expressions.sprig_names import sprig


@cache
def functions() -> dict[str, Function]:
    """Return all functions by name; what is not here says so when it is called."""
    from yamlflow.expressions.runtime.sprig_data import DATA
    from yamlflow.expressions.runtime.sprig_encoding import ENCODING
    from yamlflow.expressions.runtime.sprig_number import NUMBER
    from yamlflow.expressions.runtime.sprig_text import TEXT
    from yamlflow.expressions.runtime.sprig_time import TIME

    known: dict[str, Callable[..., Value]] = {**TEXT, **NUMBER, **DATA, **ENCODING, **TIME}
    return {name: Function(name, kinds, known.get(name) or _absent(name)) for name, (kinds, _) in sprig().items()}


def _absent(name: str) -> Callable[..., Value]:
    def call(_: Limits, *__: Value) -> Value:
        raise EvaluationError(f"sprig.{name} is not supported here")

    return call
