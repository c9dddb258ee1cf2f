"""The list of templates: equal bodies are shared, names never collide."""

from collections.abc import Iterator
from typing import Any

from yamlflow.pipeline.model import Body, Task

_MAX_NAME = 128


class Templates:
    """Templates in the order in which they are to be printed; `owners` say what they were made for."""

    __slots__ = ("_by_body", "_by_name", "owners")

    def __init__(self) -> None:
        self._by_body: dict[str, str] = {}
        self._by_name: dict[str, dict[str, Any]] = {}
        self.owners: dict[str, Task | Body] = {}

    def reserve(self, name: str) -> None:
        """Keep a name, and the place in the list, for a template that is added later by `fill`."""
        self._by_name[name] = {}

    def fill(self, name: str, body: dict[str, Any]) -> None:
        """Give a reserved name its body."""
        self._by_name[name].update({"name": name, **body})

    def free(self, name: str, path: tuple[str, ...]) -> str:
        """Return a name that is not taken: the given one, else with its path in front, else with a number."""
        for candidate in (name, "-".join((*path[:-1], name)), "-".join(path)):
            if candidate[:_MAX_NAME] not in self._by_name:
                return candidate[:_MAX_NAME]
        number = 2
        while f"{name}-{number}" in self._by_name:
            number += 1
        return f"{name}-{number}"

    def add(self, name: str, path: tuple[str, ...], body: dict[str, Any], *, alone: bool = False) -> str:
        """Return the name of a template with this body, an equal one if there is one; `alone`: that of this name."""
        import json

        key = (name if alone else "") + json.dumps(body, ensure_ascii=False)
        if key not in self._by_body:
            self._by_body[key] = free = self.free(name, path)
            self._by_name[free] = {"name": free, **body}
        return self._by_body[key]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._by_name.values())
