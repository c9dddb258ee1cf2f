"""What any task may say besides its kind and its data, and a pipeline of its runs."""

from typing import TYPE_CHECKING, Literal, NamedTuple

from yamlflow.components.store import Store
from yamlflow.pipeline.held import Mount
from yamlflow.pipeline.shapes import Shaped
from yamlflow.source import Mapping, Node, Scalar

if TYPE_CHECKING:
    from yamlflow.pipeline.model import Value


Kind = Literal[
    "component",
    "container",
    "containerSet",
    "run",
    "tasks",
    "approve",
    "pause",
    "sleep",
    "resource",
    "http",
    "template",
    "volume",
    "snapshot",
]
"""What a task can be."""


class Source(NamedTuple):
    """Where an environment variable comes from besides text: `secret`, `configMap` (name, key) or `field` (path)."""

    kind: Literal["secret", "configMap", "field"]
    name: str
    key: str


class Retry(NamedTuple):
    """How often and when a task is tried again; durations in seconds."""

    limit: int | None
    policy: str
    expression: str
    duration: int | None
    factor: int | None
    max_duration: int | None


class Resources(NamedTuple):
    """Kubernetes quantities by resource name."""

    requests: dict[str, str]
    limits: dict[str, str]

    def over(self, common: "Resources") -> "Resources":
        """Return these laid upon others, name by name."""
        return Resources(common.requests | self.requests, common.limits | self.limits)


class Options:
    """What any task may say besides its kind and its data; `image` only if it holds expressions."""

    __slots__ = (
        "annotations",
        "description",
        "image",
        "image_pull_policy",
        "labels",
        "node_selector",
        "resources",
        "retry",
        "service_account",
        "shaped",
        "timeout",
        "workdir",
    )

    def __init__(self) -> None:
        self.description = ""
        self.image: Value | None = None
        self.retry: Retry | None = None
        self.timeout: int | None = None
        self.resources: Resources | None = None
        self.workdir = ""
        self.labels: dict[str, str] = {}
        self.annotations: dict[str, str] = {}
        self.service_account = ""
        self.image_pull_policy = ""
        self.node_selector: dict[str, str] = {}
        self.shaped: Shaped = {}


class Script(NamedTuple):
    """The body of a `run:` task."""

    source: Scalar
    shell: str
    image: str
    stdout: str | None


class Defaults(NamedTuple):
    """What tasks take when they do not say it themselves."""

    image: "Value | None"
    shell: str
    options: Options
    env: "dict[str, Value | Source]"
    volumes: list[Mount]


NO_DEFAULTS = Defaults(None, "", Options(), {}, [])


class Shared(NamedTuple):
    """What all pipelines of a project can use: named components, relative to a folder, and defaults of tasks.

    `store` gives components from outside the project.
    """

    components: dict[str, Node]
    folder: str
    defaults: Mapping | None
    store: Store | None = None


class Schedule(NamedTuple):
    """When runs start by themselves; `crons` are cron expressions."""

    node: Node
    crons: tuple[Scalar, ...]
    timezone: Scalar | None
    concurrency: str
    starting_deadline: int | None
    suspend: bool
    succeeded_limit: int | None
    failed_limit: int | None
    shaped: Shaped


class Ttl(NamedTuple):
    """Seconds after which an ended run is removed: any, one that succeeded, one that failed."""

    completion: int | None
    success: int | None
    failure: int | None


class RunOptions:
    """Options of a pipeline that its tasks do not have."""

    __slots__ = (
        "archive_logs",
        "experiment",
        "image_pull_secrets",
        "node_selector",
        "pod_gc",
        "priority",
        "schedule",
        "shaped",
        "ttl",
    )

    def __init__(self) -> None:
        self.archive_logs: bool | None = None
        self.experiment: str | None = None
        self.image_pull_secrets: list[str] = []
        self.node_selector: dict[str, str] = {}
        self.pod_gc: Node | None = None
        self.priority: int | None = None
        self.schedule: Schedule | None = None
        self.shaped: Shaped = {}
        self.ttl: Ttl | None = None
