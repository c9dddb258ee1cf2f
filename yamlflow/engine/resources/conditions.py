"""The conditions of `resource` templates: label selectors whose keys are paths into the object."""

from collections.abc import Iterator, Mapping
from typing import Any

from yamlflow.argo.selectors import parse_requirements
from yamlflow.engine.gojson import dumps


class ConditionError(Exception):
    """The object shows that it has failed, or a condition is none; the message is Argo's."""


class Fields(Mapping[str, str]):
    """The fields of an object by their dotted paths, as texts."""

    def __init__(self, item: dict[str, Any]) -> None:
        self._item = item

    def __getitem__(self, path: str) -> str:
        value: Any = self._item
        for part in path.split("."):
            if isinstance(value, list) and part == "#":
                value = len(value)
            elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            elif isinstance(value, dict) and part in value:
                value = value[part]
            else:
                raise KeyError(path)
        if value is None:
            return ""
        return value if isinstance(value, str) else dumps(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._item)

    def __len__(self) -> int:
        return len(self._item)


class Conditions:
    """When an object is what was waited for: all of `success`, unless one of `failure` holds before."""

    def __init__(self, success: str, failure: str) -> None:
        self._success = _parsed("success", success)
        self._failure = _parsed("fail", failure)
        self.any = bool(success or failure)

    def met(self, item: dict[str, Any]) -> bool:
        """Whether to go on; ConditionError when a condition of failure holds."""
        fields = Fields(item)
        for text, holds in self._failure:
            if holds(fields):
                raise ConditionError(f"failure condition '{text}' evaluated true")
        return all(holds(fields) for _, holds in self._success)


def _parsed(kind: str, text: str) -> list[Any]:
    try:
        return parse_requirements(text)
    except ValueError as error:
        raise ConditionError(f"{kind} condition '{text}' failed to parse: {error}") from error
