"""The command line of a component once it is known which inputs have a value."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from yamlflow.components.model import Arg, Component, Concat, If, InputValue, IsPresent, OutputPath
from yamlflow.types import parse_bool


class Command(NamedTuple):
    """What the container runs, as texts."""

    command: list[str]
    args: list[str]
    env: list[tuple[str, str]]


def resolve_command(
    component: Component,
    given: Iterable[str],
    value: Callable[[str], str],
    input_path: Callable[[str], str],
    constants: Mapping[str, str] | None = None,
) -> Command:
    """Flatten the arguments of a component's program to texts.

    `given` are the inputs with an argument; those with a default have a value too, as in KFP, and what asks for any
    other is left out. `value` and `input_path` are asked only for what is used. `constants` are the arguments that are
    known now: a condition on a given input's value needs one (else KeyError).
    """
    container = component.container
    assert container is not None, "a component with mistakes has no command"
    defaults = {item.name: item.default for item in component.inputs if item.default is not None}
    resolver = _Resolver(component, component.present(given), value, input_path, {**defaults, **(constants or {})})
    env = [(name, resolver.texts([arg])) for name, arg in container.env]
    return Command(
        resolver.texts(container.command),
        resolver.texts(container.args),
        [(name, "".join(texts)) for name, texts in env if texts],
    )


class _Resolver(NamedTuple):
    component: Component
    present: Collection[str]
    value: Callable[[str], str]
    input_path: Callable[[str], str]
    constants: Mapping[str, str]

    def texts(self, args: Iterable[Arg]) -> list[str]:
        found: list[str] = []
        for arg in args:
            found.extend(self._texts(arg))
        return found

    def _texts(self, arg: Arg) -> list[str]:
        if isinstance(arg, str):
            return [arg]
        if isinstance(arg, Concat):
            return ["".join(self.texts(arg.items))]
        if isinstance(arg, If):
            return self.texts(arg.then if self._holds(arg.condition) else arg.otherwise)
        if isinstance(arg, OutputPath):
            return [self.component.output_path(arg.name)]
        if arg.name not in self.present:
            return []
        return [self.value(arg.name) if isinstance(arg, InputValue) else self.input_path(arg.name)]

    def _holds(self, condition: bool | IsPresent | InputValue) -> bool:
        if isinstance(condition, bool):
            return condition
        if isinstance(condition, IsPresent) or condition.name not in self.present:
            return condition.name in self.present
        return bool(parse_bool(self.constants[condition.name]))
