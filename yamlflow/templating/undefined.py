"""What stands for values that are not there, or could not be computed."""

from collections.abc import Iterable, Iterator
from typing import Any

from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import StrictUndefined

from yamlflow.diagnostics import Diagnostic


class KnownError(TemplateRuntimeError):
    """Something depends on what was reported before."""


class MissingName(str):
    """The message about something undefined, which also knows what that is."""

    __slots__ = ("_missing",)
    _missing: "Missing"


class Missing(StrictUndefined):
    """What a template asked for and is not there; `_finding` tells where, if it went on under another name."""

    __slots__ = ("_finding",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # handed on as they are
        super().__init__(*args, **kwargs)
        self._finding: Diagnostic | None = None

    @property
    def _undefined_message(self) -> str:
        message = MissingName(super()._undefined_message)
        message._missing = self
        return message


class NotExportedError(TemplateRuntimeError):
    """A template has no macro or variable of this name to import."""

    def __init__(self, template: str, name: str, known: list[str]) -> None:
        super().__init__(f"`{template}` has no macro `{name}`")
        self.name = name
        self.known = known


def spoiled() -> Missing:
    """Return what stands for a value whose mistake was reported: whatever is done with it is not reported again."""
    return Missing(exc=KnownError)


def missing_parts(value: object) -> Iterator[Missing]:
    """Yield what is undefined in a value that an expression made, without those that were told or have a finding."""
    parts: Iterable[object] = (value,)
    if type(value) in (list, tuple, dict):  # a list of a values file, of another type, has nothing undefined in it
        assert isinstance(value, list | tuple | dict)
        parts = value.values() if isinstance(value, dict) else value
    for part in parts:
        if isinstance(part, Missing) and part._finding is None and part._undefined_exception is not KnownError:
            yield part
