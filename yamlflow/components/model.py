"""A component as it was read: its inputs, outputs, and the program in a container."""

from collections.abc import Iterable
from typing import NamedTuple

from yamlflow.components.naming import data_path
from yamlflow.diagnostics import Span
from yamlflow.source.nodes import Mapping, Plain
from yamlflow.types import Type


class InputValue(NamedTuple):
    """Stands for the value of an input."""

    name: str


class InputPath(NamedTuple):
    """Stands for the path of a file that holds the value of an input."""

    name: str


class OutputPath(NamedTuple):
    """Stands for the path of the file that the program writes for an output."""

    name: str


class IsPresent(NamedTuple):
    """Holds when the input has a value."""

    name: str


class Concat(NamedTuple):
    """Its items, joined to one text."""

    items: tuple["Arg", ...]


class If(NamedTuple):
    """One of two lists of arguments. A condition on an input's value is read as true or false."""

    condition: bool | IsPresent | InputValue
    then: tuple["Arg", ...]
    otherwise: tuple["Arg", ...]


Arg = str | InputValue | InputPath | OutputPath | Concat | If


def plain_argument(arg: Arg) -> Plain:
    """Return an argument as the component spec writes it."""
    if isinstance(arg, str):
        return arg
    if isinstance(arg, Concat):
        return {"concat": [plain_argument(item) for item in arg.items]}
    if isinstance(arg, If):
        return {"if": _plain_if(arg)}
    key = "inputValue" if isinstance(arg, InputValue) else "inputPath" if isinstance(arg, InputPath) else "outputPath"
    return {key: arg.name}


def _plain_if(arg: If) -> Plain:
    condition: Plain
    if isinstance(arg.condition, bool):
        condition = arg.condition
    else:
        condition = {"isPresent" if isinstance(arg.condition, IsPresent) else "inputValue": arg.condition.name}
    found: dict[str, Plain] = {"cond": condition, "then": [plain_argument(item) for item in arg.then]}
    return {**found, "else": [plain_argument(item) for item in arg.otherwise]} if arg.otherwise else found


class Uses(NamedTuple):
    """What the placeholders of a container refer to. `tested` are inputs whose value decides a condition."""

    by_value: frozenset[str]
    by_path: frozenset[str]
    tested: frozenset[str]
    written: frozenset[str]


class Container(NamedTuple):
    """A program in an image. `file_outputs` are fixed paths by output."""

    image: str
    command: tuple[Arg, ...]
    args: tuple[Arg, ...]
    env: tuple[tuple[str, Arg], ...]
    file_outputs: dict[str, str]
    uses: Uses


class Input(NamedTuple):
    """An input; `span` is the place of its name. `enum` are the only values it takes, as texts; () for any."""

    name: str
    type: Type | None
    description: str
    default: str | None
    optional: bool
    span: Span
    enum: tuple[str, ...] = ()


class Output(NamedTuple):
    """An output; `span` is the place of its name."""

    name: str
    type: Type | None
    description: str
    span: Span


class Origin(NamedTuple):
    """Where a component comes from; `text` is for people: "flip.py:3, function flip_coin"."""

    path: str
    line: int
    text: str


class Documentation(NamedTuple):
    """The docstring of a function. `names` leads from ("inputs", NAME) and ("outputs", NAME) to what it calls them."""

    text: str
    names: tuple[tuple[tuple[str, str], str], ...]


class Component(NamedTuple):
    """A component. `spec` is the KFP spec as plain data; `container` is None when mistakes in it were reported.

    What has tasks has no container: a component made of others has a `graph`, a file with a pipeline that `pipeline`.
    """

    name: str
    description: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    container: Container | None
    annotations: dict[str, str]
    labels: dict[str, str]
    origin: Origin
    spec: dict[str, Plain]
    content: bytes
    documentation: Documentation | None = None
    graph: Mapping | None = None
    pipeline: Mapping | None = None

    @property
    def digest(self) -> str:
        """The sha256 of the file, as KFP makes it; of the canonical JSON of the spec where there is no file."""
        import hashlib

        content = self.content
        if not content:
            import json

            content = json.dumps(self.spec, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        return hashlib.sha256(content).hexdigest()

    def consumes(self, name: str) -> frozenset[str]:
        """Return how the program takes an input: "value", "path", both, or nothing."""
        if self.container is None:
            return frozenset()
        uses = self.container.uses
        return frozenset(
            how for how, names in (("value", uses.by_value | uses.tested), ("path", uses.by_path)) if name in names
        )

    def present(self, given: Iterable[str]) -> set[str]:
        """Return the inputs that have a value when these are given: those with a default have one, as in KFP."""
        return {item.name for item in self.inputs if item.default is not None} | set(given)

    def input_path(self, name: str) -> str:
        """Return where the file of an input lies in the container."""
        return data_path("/tmp/inputs", name, [item.name for item in self.inputs])

    def output_path(self, name: str) -> str:
        """Return where the program writes an output, "" when it never does."""
        if self.container is None or name not in self.container.uses.written:
            return ""
        fixed = self.container.file_outputs.get(name)
        return fixed or data_path("/tmp/outputs", name, [item.name for item in self.outputs])
