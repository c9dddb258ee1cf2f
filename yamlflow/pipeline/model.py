"""What the user meant: a pipeline, its tasks and what flows between them, every part with its place."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from yamlflow.components import Component
from yamlflow.diagnostics import Span
from yamlflow.expressions import Expr, Tag
from yamlflow.expressions import Literal as Text
from yamlflow.pipeline.held import Cache, Lock, Mount, Volume
from yamlflow.pipeline.limits import Limits
from yamlflow.pipeline.loop import Loop
from yamlflow.pipeline.options import NO_DEFAULTS, Kind, Options, RunOptions, Script, Shared, Source
from yamlflow.source import Mapping, Node, Scalar
from yamlflow.types import Type

if TYPE_CHECKING:
    from yamlflow.pipeline.contents import Content
    from yamlflow.pipeline.structure import Filled

EdgeKind = Literal["data", "maybe", "after", "status", "depends", "own"]


class Value:
    """A value that a user wrote: a constant, or text with `${{ }}` in it (`parts` is then its split text).

    Checking fills the rest: its type, the loops whose elements it names, the inputs of the pipeline and the tasks that
    it uses, and `needs`: of each tuple, one must have succeeded. `filled` are the texts with `${{ }}` in a mapping.
    """

    __slots__ = ("checked", "inputs", "loops", "needs", "node", "parts", "type", "uses")
    filled: "tuple[Filled, ...]" = ()

    def __init__(self, node: Node, parts: list[Text | Tag] | None) -> None:
        self.node = node
        self.parts = parts
        self.checked = False
        self.type: Type | None = None
        self.loops: dict[str, Loop] = {}
        self.inputs: list[str] = []
        self.uses: list[Use] = []
        self.needs: list[tuple[Task, ...]] = []

    @property
    def whole(self) -> Tag | None:
        """The one expression that is the whole value, else None."""
        from yamlflow.expressions import whole

        return whole(self.parts) if self.parts else None

    @property
    def expressions(self) -> Iterator[Expr]:
        """The trees of all expressions in the value that could be parsed."""
        for part in self.parts or ():
            if isinstance(part, Tag) and part.expr is not None:
                yield part.expr

    def at(self, start: int, end: int) -> Span:
        """Return the place of a stretch of the text."""
        return self.node.at(start, end) if isinstance(self.node, Scalar) else self.node.span


class Input(NamedTuple):
    """An input of a pipeline. `secret` is the default of one of type Secret."""

    name: str
    span: Span
    type: Type | None
    description: str
    default: Node | None
    limits: Limits
    optional: bool
    secret: Source | None = None


class Output(NamedTuple):
    """An output that a pipeline or a group hands out."""

    name: str
    span: Span
    declared: Type | None
    description: str
    value: Value


class Port(NamedTuple):
    """An input or output of a task as its callers see it."""

    name: str
    type: Type | None
    required: bool = False
    description: str = ""
    limits: Limits = Limits()


class Use(NamedTuple):
    """A reference to something of a task: `field` is "outputs" (with `output`) or a status field."""

    task: "Task"
    field: str
    output: str
    span: Span
    kind: EdgeKind


class Edge(NamedTuple):
    """`consumer` waits for `producer`, both in the same body; `span` is the place that says so.

    data: needs its success; maybe: takes its output if there is one; after: order alone; status: waits for any end;
    depends: named by the consumer's own `depends`; own: of the task itself, in what runs at its end (no edge).
    """

    consumer: "Task"
    producer: "Task"
    kind: EdgeKind
    span: Span


class Task:
    """One task. `component` is what a component or container task runs; `body` holds a group's tasks.

    `call` is the pipeline that it calls, when its component is a pipeline or made of other components.

    `inputs` and `outputs` are None while unknown (a component that could not be read). Of each tuple in `needs`, one
    task must have succeeded; of each task in `gates`, a person must have approved; `skippable` says whether a condition
    may skip the task.
    """

    __slots__ = (
        "after",
        "arguments",
        "body",
        "cache",
        "call",
        "component",
        "component_ref",
        "content",
        "depends",
        "destinations",
        "env",
        "forgiving",
        "gates",
        "hooks",
        "inputs",
        "kind",
        "locks",
        "loop",
        "max_parallel",
        "name",
        "needs",
        "node",
        "options",
        "outputs",
        "parent",
        "script",
        "skippable",
        "span",
        "volumes",
        "when",
    )

    def __init__(self, name: str, span: Span, node: Mapping, parent: "Body") -> None:
        self.name = name
        self.span = span
        self.node = node
        self.parent = parent
        self.kind: Kind = "component"
        self.component_ref: Node | None = None
        self.component: Component | None = None
        self.script: Script | None = None
        self.content: Content | None = None
        self.body: Body | None = None
        self.hooks: dict[str, Hook] = {}
        self.call: Pipeline | None = None
        self.arguments: dict[str, tuple[Span, Value]] = {}
        self.after: list[Scalar] = []
        self.depends: Scalar | None = None
        self.when: Value | None = None
        self.loop: Loop | None = None
        self.max_parallel: int | None = None
        self.forgiving = False
        self.locks: list[Lock] = []
        self.cache: Cache | None = None
        self.volumes: list[Mount] = []
        self.destinations: dict[str, tuple[Span, Value]] = {}
        self.env: dict[str, Value | Source] = {}
        self.options = Options()
        self.inputs: dict[str, Port] | None = None
        self.outputs: dict[str, Port] | None = None
        self.needs: list[tuple[Task, ...]] = []
        self.gates: list[Task] = []
        self.skippable = False

    @property
    def asks(self) -> bool:
        """Whether it waits for a person, who may refuse."""
        return self.kind == "approve"

    @property
    def printed(self) -> str | None:
        """The output that Argo calls the `result`: what a script prints, what a request brings back."""
        source = self.script.stdout if self.script is not None else None
        return self.content.printed if self.content is not None else source

    @property
    def path(self) -> tuple[str, ...]:
        """Names from the outermost group down to this task."""
        owner = self.parent.owner
        return (*owner.path, self.name) if owner else (self.name,)

    @property
    def is_single(self) -> bool:
        """Whether it stands at the top and runs one program once: no group, no loop, and no call of a pipeline."""
        return self.body is None and self.call is None and self.loop is None and self.parent.owner is None

    def values(self) -> Iterator[Value]:
        """Yield every value of this task itself (not of the tasks inside a group)."""
        for _, value in (*self.arguments.values(), *self.destinations.values()):
            yield value
            yield from (inner for _, inner in value.filled)
        if self.when is not None:
            yield self.when
        if self.loop is not None:
            yield from self.loop.values()
        for hook in self.hooks.values():
            if hook.when is not None:
                yield hook.when
        for item in self.env.values():
            if isinstance(item, Value):
                yield item
        if self.options.image is not None:
            yield self.options.image
        if self.content is not None:
            yield from self.content.values()
        yield from (lock.name for lock in self.locks)
        yield from (mount.name for mount in self.volumes if mount.name is not None)
        if self.cache is not None and self.cache.key is not None:
            yield self.cache.key

    def bodies(self) -> "Iterator[Body]":
        """Yield the bodies that belong to this task: that of a group, and those of its hooks."""
        if self.body is not None:
            yield self.body
        for hook in self.hooks.values():
            yield hook.body


class Hook(NamedTuple):
    """Tasks that run when a condition holds; those of `onExit` have the name `exit` and no condition."""

    name: str
    span: Span
    when: Value | None
    body: "Body"


class Body:
    """Tasks that see each other: of the pipeline (`owner` None), of a group, of `onExit` or a hook.

    `is_exit` says that they belong to `onExit` or a hook of the pipeline, `is_hook` to that of their owner.
    """

    __slots__ = ("edges", "is_exit", "is_hook", "order", "outputs", "owner", "tasks")

    def __init__(self, owner: Task | None, *, is_exit: bool = False, is_hook: bool = False) -> None:
        self.owner = owner
        self.is_exit = is_exit
        self.is_hook = is_hook
        self.tasks: dict[str, Task] = {}
        self.outputs: dict[str, Output] = {}
        self.edges: list[Edge] = []
        self.order: list[Task] = []

    @property
    def outer(self) -> "Body | None":
        """The body that holds the group, None for the outermost."""
        return self.owner.parent if self.owner else None

    @property
    def at_exit(self) -> bool:
        """Whether the tasks belong to `onExit`, directly or in a group of it."""
        return self.outer.at_exit if self.outer is not None else self.is_exit

    def loops(self) -> "Iterator[Task]":
        """Yield the looped groups around, the innermost first: the names of their elements are known here."""
        body = self
        while body.owner is not None:
            if body.owner.loop is not None and not body.is_hook:
                yield body.owner
            body = body.owner.parent

    def ends(self, task: Task) -> bool:
        """Whether the tasks are part of a hook of a task."""
        body: Body | None = self
        while body is not None:
            if body.is_hook and body.owner is task:
                return True
            body = body.outer
        return False

    def all_tasks(self) -> Iterator[Task]:
        """Yield the tasks of this body and of all groups in it, outer ones first."""
        for task in self.tasks.values():
            yield task
            for body in task.bodies():
                yield from body.all_tasks()


class Pipeline:
    """A pipeline as written, linked in place by `link`. `graph` is the component of which it was made."""

    __slots__ = (
        "annotations",
        "body",
        "components",
        "defaults",
        "description",
        "graph",
        "hooks",
        "inputs",
        "labels",
        "locks",
        "name",
        "node",
        "on_exit",
        "parallelism",
        "path",
        "run",
        "service_account",
        "shared",
        "span",
        "timeout",
        "volumes",
    )

    def __init__(self, path: str, node: Mapping, shared: Shared | None = None) -> None:
        self.path = path
        self.node = node
        self.shared = shared or Shared({}, "", None)
        self.name = ""
        self.span = node.span
        self.description = ""
        self.graph: Component | None = None
        self.inputs: dict[str, Input] = {}
        self.components: dict[str, Node] = {}
        self.body = Body(None)
        self.on_exit: Body | None = None
        self.locks: list[Lock] = []
        self.volumes: dict[str, Volume] = {}
        self.hooks: dict[str, Hook] = {}
        self.defaults = NO_DEFAULTS
        self.run = RunOptions()
        self.labels: dict[str, str] = {}
        self.annotations: dict[str, str] = {}
        self.service_account = ""
        self.parallelism: int | None = None
        self.timeout: int | None = None

    @property
    def tasks(self) -> dict[str, Task]:
        """The tasks by name, without those of `onExit`."""
        return self.body.tasks

    @property
    def outputs(self) -> dict[str, Output]:
        """What the pipeline hands out, by name."""
        return self.body.outputs

    def names_component(self, name: str) -> bool:
        """Whether a name stands for a component, by the pipeline itself or by its project."""
        return name in self.components or name in self.shared.components

    def bodies(self) -> Iterator[Body]:
        """Yield the outermost bodies: the tasks, then `onExit` and hooks."""
        yield self.body
        if self.on_exit is not None:
            yield self.on_exit
        for hook in self.hooks.values():
            yield hook.body

    def in_sight(self, body: Body) -> dict[str, Task]:
        """Return the tasks that a name can mean in `body`: its own first, then those of the bodies around it."""
        found: dict[str, Task] = {}
        around: Body | None = body
        while around is not None:
            found = around.tasks | found
            around = around.outer
        return self.body.tasks | found if body.at_exit else found

    def find(self, body: Body, name: str) -> Task | None:
        """Return the task that a name means in `body`, without building the whole table."""
        around: Body | None = body
        while around is not None:
            if name in around.tasks:
                return around.tasks[name]
            around = around.outer
        return self.body.tasks.get(name) if body.at_exit else None
