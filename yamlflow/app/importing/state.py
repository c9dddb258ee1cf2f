"""What an import works on: the manifest with its places, its templates, and what cannot be imported."""

from collections.abc import Callable
from typing import Any

from yamlflow.app.importing.values import UnknownTagError
from yamlflow.argo.finding import Path
from yamlflow.argo.report import locate
from yamlflow.argo.view import TEMPLATE_KINDS, Data, Template
from yamlflow.diagnostics import Diagnostic, Sink
from yamlflow.source import Mapping

MOST_TASKS = 2000
_NO_DAG = ("timeout", "activeDeadlineSeconds")


class Import:
    """One import."""

    def __init__(self, node: Mapping, spec: Data, path: Path, sink: Sink) -> None:
        self.node = node
        self.spec = spec
        self.path = path
        self.sink = sink
        self.tasks = 0
        self.components: Data = {}
        self.numbers: set[str] = set()
        self.lists: set[str] = set()
        self.programs: list[tuple[str, Data]] = []
        self.told: set[Path] = set()
        self._said: set[Path] = set()
        self.kept: list[str] = []
        self.kept_calls: list[Data] = []
        defaults = spec.get("templateDefaults") or {}
        self.templates = {
            str(item.get("name")): Template(_with_defaults(defaults, item), (*path, "templates", number))
            for number, item in enumerate(spec.get("templates") or [])
        }

    def attempt(self, make: Callable[[], Data]) -> tuple[Data, list[Diagnostic]]:
        """Return what is made, and the errors; when there are any, all is as it was before."""
        outer, self.sink = self.sink, Sink()
        before = self.tasks, dict(self.components), set(self.numbers), set(self.lists)
        lists: tuple[list[Any], ...] = (self.programs, self.kept, self.kept_calls)
        lengths = [len(item) for item in lists]
        made = make()
        found, self.sink = self.sink.sorted(), outer
        errors = [item for item in found if item.severity == "error"]
        if errors:
            self.tasks, self.components, self.numbers, self.lists = before
            for grown, length in zip(lists, lengths, strict=True):
                del grown[length:]
            return {}, errors
        for item in found:
            self.sink.add(item)
        return made, []

    def say_kept(self, path: Path, title: str, reason: Diagnostic) -> None:
        """Tell that a template or hook stays in Argo's words; once for each."""
        if path not in self._said:
            self._said.add(path)
            message = f"{title} stays in the words of Argo: {reason.message}"
            self.sink.warning("not-importable", message, reason.span, reason.hint)

    def refuse(self, path: Path, message: str, hint: str = "") -> None:
        """Tell that something cannot be imported."""
        self.sink.error("not-importable", message, locate(self.node, path), hint)

    def warn(self, path: Path, message: str, hint: str = "") -> None:
        """Tell that the pipeline does something otherwise."""
        self.sink.warning("not-importable", message, locate(self.node, path), hint)

    def refuse_tag(self, path: Path, error: UnknownTagError) -> None:
        """Tell that a tag cannot be imported."""
        self.refuse(path, f"`{error}` has no counterpart in a pipeline")


def _with_defaults(defaults: Data, template: Data) -> Data:
    """Return a template with what `templateDefaults` says, the template's own words first."""
    found = dict(template)
    for key, value in defaults.items():
        mine = found.get(key)
        if key in _NO_DAG and not {"dag", "steps"}.isdisjoint(template):
            continue
        if key in TEMPLATE_KINDS and mine is None:
            continue
        if isinstance(mine, dict) and isinstance(value, dict):
            found[key] = _with_defaults(value, mine)
        elif mine is None:
            found[key] = value
    return found
