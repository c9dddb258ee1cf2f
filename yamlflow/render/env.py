"""`env` of a task: constants stay in the template, what a run decides is passed in as a parameter."""

from typing import Any

from yamlflow.expressions import Step, references
from yamlflow.expressions.ast import Number
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.options import Options, Source
from yamlflow.render.level import Level
from yamlflow.render.options import env_source
from yamlflow.render.passing import Passing
from yamlflow.render.secrets import input_of
from yamlflow.render.text import Reference, data_of, passed, text_of

_OF_POD = ("retry", "pod")


class Environment(Passing):
    """The environment variables of one task: `entries` of the container, and what is passed in for them."""

    def __init__(self, task: Task, level: Level) -> None:
        super().__init__(level, set(task.inputs or {}))
        self.tried = task.options.retry is not None
        self.entries = self.of(task.env)

    def of(self, env: dict[str, Value | Source]) -> list[dict[str, Any]]:
        """Return variables as entries of a container."""
        entries: list[dict[str, Any]] = []
        for name, item in env.items():
            if isinstance(item, Source):
                entries.append(env_source(name, item))
            elif secret := input_of(item, self.level.shared.secrets):
                source = self.level.shared.secrets[secret]
                entries += [env_source(name, source)] if source is not None else []
            else:
                entries.append({"name": name, "value": self._value(name, item)})
        return entries

    def image(self, options: Options, written: str) -> str:
        """Return the image of a container: as it is written, or as a parameter if the run decides it."""
        return written if options.image is None else self.text("image", options.image)

    def data(self, name: str, value: Value) -> object:
        """Return a mapping of the template as plain data, its texts with expressions filled in."""
        return data_of(value, lambda inner: self._value(name, inner))

    def _value(self, name: str, value: Value) -> str:
        if not _speaks_of_pod(value):
            return self.text(name, value)

        def resolve(steps: tuple[Step, ...]) -> Reference:
            """What the pod knows is read there; all else is passed in, one parameter for each reference."""
            found = self.level.resolve(steps)
            if steps[0].name == "retry" and not self.tried:
                return found._replace(native=Number(0))
            if steps[0].name in _OF_POD or steps[0].name == "workflow":
                return found
            return Reference(self.hand(f"{name}-{len(self.parameters) + 1}", passed(found)), found.type)

        return text_of(value, resolve)


def _speaks_of_pod(value: Value) -> bool:
    return any(steps[0].name in _OF_POD for expr in value.expressions for _, steps in references(expr))
